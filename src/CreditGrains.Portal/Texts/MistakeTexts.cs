using System.Text.RegularExpressions;

namespace CreditGrains.Portal.Texts;

/// <summary>
/// Mistakes of rulebooks and policies in words. The reader of these texts says them in English, with what they are about between quotes;
/// here each code has its Chinese sentence, and what was quoted is put behind it. <c>MistakeTextTests</c> holds that none is missing.
/// </summary>
public static partial class MistakeTexts
{
    /// <summary>A code that has no sentence, which the test does not let happen.</summary>
    private static readonly Text Unknown = new("该处有错误，请对照规则手册说明检查", "There is a mistake here");

    private static readonly Dictionary<string, string> Chinese = new(StringComparer.Ordinal)
    {
        ["adverse-needs-level"] = "只有失信类信息且有等级的类别才能写明哪些等级属于失信",
        ["alias"] = "不允许使用 YAML 别名，请直接写出值",
        ["bad-code"] = "机关代码不符合主体标识规则，请核对",
        ["bad-pattern"] = "正则表达式不正确，或匹配过慢，请改写",
        ["bad-template"] = "模板不正确，请检查占位符",
        ["bounds-order"] = "下限大于上限，请调换或改正",
        ["calendar-day"] = "日历中的日期不属于该年，或同时列为休息日和工作日",
        ["calendar-year"] = "日历文件名与其中的年份不一致，或缺少年份",
        ["clocks-needed"] = "此处用到期限规则，但 clocks.yaml 中没有，请补充",
        ["duplicate-id"] = "标识重复，每个标识只能使用一次",
        ["duplicate-key"] = "同一键写了两次，请保留一个",
        ["duplicate-value"] = "同一值列出两次，请保留一个",
        ["empty-match"] = "条件为空，会匹配全部信息，请写明条件",
        ["facet-needed"] = "该类信息须指明用作日期或等级的字段",
        ["facet-type"] = "引用的字段类型不符，请换用类型合适的字段",
        ["fade-order"] = "衰减须按天数递增、百分比递减排列",
        ["field-not-filled"] = "该类信息的必填字段没有取值，请补充固定值或事实",
        ["folder-missing"] = "规则手册文件夹不存在",
        ["grades-order"] = "等级须从高到低排列，且分数线依次降低",
        ["identity-not-required"] = "构成身份的字段须为必填",
        ["key-not-for-type"] = "该键不适用于此字段类型，请删除",
        ["last-outcome-unconditional"] = "最后一个结果不得附带条件，否则可能没有结果",
        ["list-needs-basis"] = "名单及其事由须写明法律、法规或中央政策依据",
        ["measure-needs-basis"] = "措施须写明法律、法规或中央政策依据",
        ["measure-needs-implementer"] = "措施已被使用，须写明实施主体",
        ["not-from-files"] = "该版本不是从文件读取的，不能使用",
        ["not-published"] = "引用了不公示的信息，请改用公示的信息",
        ["not-utf8"] = "文件不是 UTF-8 编码，请另存为 UTF-8",
        ["out-of-range"] = "数值或长度超出允许范围",
        ["outcome-unreachable"] = "该结果不可能出现：前面的结果已涵盖所有情况",
        ["per-limit-sign"] = "分值与上下限的正负号不一致",
        ["personal-field"] = "字段会保存个人信息，规则手册不允许",
        ["personal-restraint"] = "限制措施不得针对个人",
        ["procedure-needs-platform"] = "程序类信息只能由平台产生",
        ["required-file"] = "缺少必需的文件，或文件为空",
        ["required-key"] = "缺少必需的键，请补充",
        ["reserved-kind"] = "该信息类别名称为平台保留，请改名",
        ["restraint-needs-decision"] = "限制类措施须以行政机关的决定为依据",
        ["several-documents"] = "一个文件只能包含一份 YAML 文档",
        ["stop-needs-mandatory-restraint"] = "“禁止”结果须以强制性限制措施为依据",
        ["too-deep"] = "嵌套层次过多，请简化",
        ["too-large"] = "文件或文本过大，请拆分或删减",
        ["transition-needs-day"] = "更有利条款需写明起始日期 validFrom",
        ["trigger-needs-one"] = "触发条件须且只能写一种",
        ["unknown-body"] = "单位不在本规则手册的单位表内",
        ["unknown-code"] = "取值不在该字段的代码表内",
        ["unknown-count"] = "没有该计数，请检查名称",
        ["measure-not-named"] = "评价规则对该名单的列入触发了未在名单措施中载明的措施，请补充",
        ["unknown-fact"] = "办件没有这一事实，请检查拼写",
        ["unknown-field"] = "该类信息没有此字段，请检查名称",
        ["unknown-file"] = "该文件不属于规则手册，请检查文件名",
        ["unknown-grade"] = "没有该等级，请检查名称",
        ["unknown-indicator"] = "评价标准中没有该指标，或该指标未设重复加重",
        ["unknown-key"] = "不认识的键，请检查拼写",
        ["unknown-kind"] = "没有该信息类别，请检查名称",
        ["unknown-level"] = "没有该级别，请检查名称",
        ["unknown-measure"] = "没有该措施，请检查名称",
        ["unknown-purpose"] = "没有该用途，请检查名称",
        ["unknown-sector"] = "没有该领域，请在 sectors 中列出",
        ["unknown-stage"] = "该事项没有此环节，请检查名称",
        ["unknown-time-zone"] = "没有该时区，请使用例如 Asia/Shanghai 的名称",
        ["unknown-type"] = "没有该承诺类型",
        ["unknown-value"] = "此处不允许该值，请从允许的值中选择",
        ["unreadable"] = "文件无法读取，请检查权限",
        ["until-last-day"] = "截止日期的写法不正确：最后一日也计算在内",
        ["value-needs-one"] = "取值须且只能写一种",
        ["warning-needs-one"] = "预警须且只能写一种界限",
        ["wrong-type"] = "值的形式不正确（应为文本、数字、列表或键值）",
        ["yaml-syntax"] = "此处或下一行不是有效的 YAML，请检查缩进和标点",
    };

    /// <summary>Codes that have a sentence.</summary>
    public static IReadOnlyCollection<string> Codes => Chinese.Keys;

    /// <summary>One mistake in both languages.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="message">In English, with what it is about between quotes.</param>
    public static Text Of(string code, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var about = QuotedPattern().Matches(message).Select(match => match.Groups[1].Value).Where(text => text.Length > 0).ToList();
        var sentence = Chinese.GetValueOrDefault(code) ?? Unknown.Zh;
        return new Text(about.Count == 0 ? sentence + "。" : $"{sentence}：{string.Join("、", about)}。", message);
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex QuotedPattern();
}
