using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Identifiers;

/// <summary>Facts that a unified social credit code tells of its holder (GB 32100-2015, table 1).</summary>
/// <param name="Authority">Registration authority (登记管理部门).</param>
/// <param name="Type">Entity type (机构类别).</param>
/// <param name="Division">
/// GB/T 2260 code of the registrar when the code was issued: it never changes when the organisation moves, and may be of no known revision.
/// </param>
/// <param name="OrganisationCode">Characters 9 to 17 (组织机构代码).</param>
/// <param name="IsSoleProprietor">个体工商户: the record carries its operator's identity.</param>
/// <param name="IsStateOrgan">State organs and the military: not gradable by default.</param>
public sealed record UsccFacts(
    LocalisedText Authority, LocalisedText Type, string Division, string OrganisationCode, bool IsSoleProprietor, bool IsStateOrgan)
{
    private static readonly LocalisedText Other = Text("其他", "Other");
    private static readonly LocalisedText Unlisted = Text("未列明", "Not in the table");

    private static readonly Dictionary<char, LocalisedText> Authorities = new()
    {
        ['1'] = Text("机构编制", "Public-sector establishment"),
        ['2'] = Text("外交", "Foreign affairs"),
        ['3'] = Text("司法行政", "Judicial administration"),
        ['4'] = Text("文化", "Culture"),
        ['5'] = Text("民政", "Civil affairs"),
        ['6'] = Text("旅游", "Tourism"),
        ['7'] = Text("宗教", "Religious affairs"),
        ['8'] = Text("工会", "Trade unions"),
        ['9'] = Text("市场监管", "Market regulation"),
        ['A'] = Text("中央军委改革和编制办公室", "Central Military Commission, reform and establishment office"),
        ['N'] = Text("农业", "Agriculture"),
        ['Y'] = Text("其他", "Other"),
    };

    private static readonly Dictionary<string, LocalisedText> Types = new()
    {
        ["11"] = Text("机关", "State organ"),
        ["12"] = Text("事业单位", "Public institution"),
        ["13"] = Text("编办直接管理机构编制的群众团体", "Mass organisation with state establishment"),
        ["21"] = Text("外国常驻新闻机构", "Resident foreign news agency"),
        ["31"] = Text("律师执业机构", "Law firm"),
        ["32"] = Text("公证处", "Notary office"),
        ["33"] = Text("基层法律服务所", "Grass-roots legal service office"),
        ["34"] = Text("司法鉴定机构", "Forensic institution"),
        ["35"] = Text("仲裁委员会", "Arbitration commission"),
        ["41"] = Text("外国在华文化中心", "Foreign cultural centre in China"),
        ["51"] = Text("社会团体", "Social association"),
        ["52"] = Text("民办非企业单位", "Private non-enterprise unit"),
        ["53"] = Text("基金会", "Foundation"),
        ["61"] = Text("外国旅游部门常驻代表机构", "Representative office of a foreign tourism authority"),
        ["62"] = Text("港澳台地区旅游部门常驻内地代表机构", "Representative office of a Hong Kong, Macao or Taiwan tourism authority"),
        ["71"] = Text("宗教活动场所", "Place of religious activity"),
        ["72"] = Text("宗教院校", "Religious school"),
        ["81"] = Text("基层工会", "Grass-roots trade union"),
        ["91"] = Text("企业", "Enterprise"),
        ["92"] = Text("个体工商户", "Sole-proprietor business"),
        ["93"] = Text("农民专业合作社", "Farmers' cooperative"),
        ["Y1"] = Other,
        ["A1"] = Text("军队事业单位", "Military institution"),
        ["N1"] = Text("组级集体经济组织", "Collective economic organisation of a group"),
        ["N2"] = Text("村级集体经济组织", "Collective economic organisation of a village"),
        ["N3"] = Text("乡镇级集体经济组织", "Collective economic organisation of a township"),
    };

    /// <summary>Reads a normalised code; null when it is not 18 characters or its first is in no table.</summary>
    public static UsccFacts? Of(string code)
    {
        if (code.Length != Uscc.Length || !Authorities.TryGetValue(code[0], out var authority))
            return null;
        if (!Types.TryGetValue(code[..2], out var type))
        {
            if (!char.IsAsciiDigit(code[1]))
                return null;
            type = code[1] == '9' ? Other : Unlisted;
        }

        var isSoleProprietor = code.StartsWith("92", StringComparison.Ordinal);
        return new UsccFacts(authority, type, code[2..8], code[8..17], isSoleProprietor, code[0] is '1' or 'A');
    }

    private static LocalisedText Text(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });
}
