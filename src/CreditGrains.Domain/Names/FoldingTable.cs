using System.Globalization;
using System.Reflection;
using System.Text;

namespace CreditGrains.Domain.Names;

/// <summary>Replacement of each character, read from the resources beside this file; <see cref="NameFolding"/> says the rules.</summary>
internal sealed class FoldingTable
{
    /// <summary>Most characters that one becomes (U+FDFA).</summary>
    public const int CodesMax = 18;

    private const int CodesEnd = 0x32000;
    private const int IgnorableFirst = 0xE0000;
    private const int IgnorableLast = 0xE0FFF;

    private const string MiddleDots = "·•․‧∙⋅●・ꞏᐧ⸱⸳";
    private const string DoubleQuotes = "\"“”„‟«»〝〞〟";
    private const string SingleQuotes = "'‘’‚‛`´";

    // 0: stays as it is; else a place in _forms.
    private readonly ushort[] _places = new ushort[CodesEnd];
    private readonly byte[] _classes = new byte[CodesEnd];
    private readonly List<int[]> _forms = [[], []];
    private readonly Dictionary<int, ushort> _single = [];
    private readonly Dictionary<int, int> _variants = [];

    private FoldingTable()
    {
    }

    /// <summary>Whether the character becomes <see cref="Of"/>; else it stays.</summary>
    public bool Changes(int code) => code < CodesEnd ? _places[code] != 0 : code is >= IgnorableFirst and <= IgnorableLast;

    /// <summary>Replacement of a character that changes; empty for one that stays.</summary>
    public ReadOnlySpan<int> Of(int code) => code < CodesEnd ? _forms[_places[code]] : [];

    /// <summary>The canonical combining class.</summary>
    public byte ClassOf(int code) => code < CodesEnd ? _classes[code] : (byte)0;

    public static FoldingTable Load()
    {
        var table = new FoldingTable();
        foreach (var rune in Lines("Variants.txt").SelectMany(line => line.Split(' ')))
        {
            var pair = rune.EnumerateRunes().ToArray();
            table._variants.Add(pair[0].Value, pair[1].Value);
        }

        foreach (var (first, last, rest) in Entries("CombiningClasses.txt"))
            table._classes.AsSpan(first..Math.Min(last + 1, CodesEnd)).Fill(byte.Parse(rest, CultureInfo.InvariantCulture));
        foreach (var (first, last, rest) in Entries("Folding.txt"))
        {
            var from = rest.StartsWith('+') ? Hex(rest[1..]) : -1;
            int[] form = from < 0 && rest.Length > 0 ? [.. rest.Split(' ').Select(Hex)] : [];
            for (var code = first; code <= last; code++)
                table.Add(code, from < 0 ? form : [from + code - first]);
        }

        for (var code = 0; code < CodesEnd; code++)
        {
            if (!table.Changes(code) && Rune.IsValid(code)
                && (table.Representative(code) != code || Rune.IsWhiteSpace(new Rune(code))))
            {
                table.Add(code, [code]);
            }
        }

        return table;
    }

    /// <summary>The decomposed form, with what Unicode does not count as the same character.</summary>
    private void Add(int code, int[] decomposed)
    {
        var form = decomposed.Where(part => !Rune.IsWhiteSpace(new Rune(part))).Select(Representative).ToArray();
        if (form.Length == 1 && form[0] == code)
            return;
        if (form.Length == 0)
        {
            _places[code] = 1;
        }
        else if (form.Length > 1)
        {
            _places[code] = (ushort)_forms.Count;
            _forms.Add(form);
        }
        else
        {
            if (!_single.TryGetValue(form[0], out var place))
            {
                _single[form[0]] = place = (ushort)_forms.Count;
                _forms.Add(form);
            }

            _places[code] = place;
        }
    }

    private int Representative(int code)
    {
        var rune = new Rune(code);
        if (_variants.TryGetValue(code, out var variant))
            return variant;
        if (code <= char.MaxValue)
        {
            if (MiddleDots.Contains((char)code))
                return '·';
            if (DoubleQuotes.Contains((char)code))
                return '"';
            if (SingleQuotes.Contains((char)code))
                return '\'';
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.OpenPunctuation => '(',
            UnicodeCategory.ClosePunctuation => ')',
            UnicodeCategory.DashPunctuation => '-',
            _ => code == '\u2212' ? '-' : code,
        };
    }

    private static IEnumerable<(int First, int Last, string Form)> Entries(string resource) =>
        Lines(resource).SelectMany(line => line.Split("; ")).Select(entry =>
        {
            var space = entry.IndexOf(' ', StringComparison.Ordinal);
            var codes = (space < 0 ? entry : entry[..space]).Split("..");
            return (Hex(codes[0]), Hex(codes[^1]), space < 0 ? "" : entry[(space + 1)..]);
        });

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Lines(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes).Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#'));
    }
}
