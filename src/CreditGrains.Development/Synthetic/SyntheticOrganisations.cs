using System.Text;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Development.Synthetic;

/// <summary>
/// Organisations that do not exist: their codes are valid, but of divisions 990101 to 990108, which no revision of GB/T 2260 lists, and
/// their names say that they are invented (虚构).
/// </summary>
public sealed class SyntheticOrganisations(ulong seed)
{
    private const int Divisions = 8;
    private const long BodiesMax = 887_503_681; // 31^6
    private const long Spread = 433_494_437; // prime to 31, so that codes of different organisations differ

    private static readonly string[] Places = ["星海", "云岭", "月港", "雾原", "霜川", "虹桥湾", "鹿鸣谷", "青梧", "白榆", "沉香浦"];
    private static readonly string[] Trades =
        ["贸易", "机械制造", "建筑工程", "食品", "物流", "环保科技", "餐饮管理", "医药", "电子", "纺织", "农业开发", "化工"];

    private static readonly string[] AuthorityTitles =
        ["市场监督管理局", "生态环境局", "应急管理局", "住房和城乡建设局", "交通运输局", "税务局", "人民法院", "发展和改革委员会"];

    /// <summary>Invented authorities with valid codes: 0 market regulation, 5 tax, 6 court, 7 development and reform.</summary>
    public static IReadOnlyList<SyntheticAuthority> Authorities { get; } = [.. AuthorityTitles.Select((title, i) =>
        new SyntheticAuthority(Encoding.UTF8.GetString(Code("11990100", i + 1)), "虚构市" + title))];

    /// <summary>The code of an organisation, by its number from 0.</summary>
    public string CodeOf(int organisation)
    {
        var bytes = new byte[Uscc.Length];
        WriteCode(organisation, bytes);
        return Encoding.ASCII.GetString(bytes);
    }

    /// <summary>The name of an organisation, for instance 虚构星海贸易有限公司0001号.</summary>
    public static string NameOf(int organisation) =>
        $"虚构{Places[organisation % Places.Length]}{Trades[organisation / Places.Length % Trades.Length]}有限公司{organisation + 1:0000}号";

    /// <summary>GB/T 2260 form, of no revision.</summary>
    public static string RegionOf(int organisation) => $"99010{1 + organisation % Divisions}";

    internal static void AddName(JsonLine line, int organisation)
    {
        line.Add("虚构"u8).Add(Places[organisation % Places.Length]).Add(Trades[organisation / Places.Length % Trades.Length])
            .Add("有限公司"u8);
        if (organisation < 9999)
            line.Add(organisation + 1, 4);
        else
            line.Add(organisation + 1);
        line.Add("号"u8);
    }

    internal void WriteCode(int organisation, Span<byte> code)
    {
        ReadOnlySpan<byte> prefix = (organisation % 20) switch { 17 => "93"u8, _ => "91"u8 };
        prefix.CopyTo(code);
        "99010"u8.CopyTo(code[2..]);
        code[7] = (byte)('1' + organisation % Divisions);
        var body = (long)(((UInt128)(ulong)organisation * Spread + seed % BodiesMax) % BodiesMax);
        Finish(code, body);
    }

    private static byte[] Code(string prefix, long body)
    {
        var code = new byte[Uscc.Length];
        Encoding.ASCII.GetBytes(prefix, code);
        Finish(code, body);
        return code;
    }

    /// <summary>Organisation code of the form MX + six characters, and both check digits.</summary>
    private static void Finish(Span<byte> code, long body)
    {
        code[8] = (byte)'M';
        code[9] = (byte)'X';
        for (var i = 15; i >= 10; i--, body /= 31)
            code[i] = (byte)Uscc.Alphabet[(int)(body % 31)];
        Span<char> text = stackalloc char[Uscc.Length];
        for (var i = 0; i < 16; i++)
            text[i] = (char)code[i];
        text[16] = Uscc.OrganisationCheckDigit(text[8..]);
        code[16] = (byte)text[16];
        code[17] = (byte)Uscc.CheckDigit(text);
    }
}

/// <summary>An authority that does not exist.</summary>
public sealed record SyntheticAuthority(string Code, string Name);
