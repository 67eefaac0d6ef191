using CreditGrains.Domain.Policies;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages for changes of the rulebook.</summary>
public static class RulebookTexts
{
    public static readonly Text Title = new("规则手册", "Rulebook");

    public static readonly Text Intro = new(
        "规则手册规定信息目录、措施、事项、期限和日历。一人提交修改，另一人启用；评价标准另行管理。",
        "The rulebook holds the catalogue of records, measures, matters, periods and calendars. One person hands a change in, another puts "
        + "it in force; evaluation rules have pages of their own.");

    public static readonly Text InForce = new("使用中", "In force");
    public static readonly Text Waits = new("待启用", "Waits for a second person");
    public static readonly Text Edit = new("修改规则手册", "Change the rulebook");
    public static readonly Text EditText = new("展开文件进行修改，未改动的文件原样提交。", "Open a file to change it; the others are handed in as they are.");
    public static readonly Text Upload = new("上传文件", "Upload files");

    public static readonly Text UploadText = new(
        "选择规则手册的 YAML 文件（UTF-8，合计不超过 1 MB），例如 catalogue.yaml 或 2027.yaml（日历）。其余文件取自使用中的规则手册，上传后可继续修改。",
        "Choose YAML files of the rulebook (UTF-8, at most 1 MB together), such as catalogue.yaml or 2027.yaml for a calendar. The others "
        + "are those in force; they can be changed after the upload.");

    public static readonly Text ChooseFiles = new("文件", "Files");
    public static readonly Text ToEditor = new("上传并检查", "Upload and check");
    public static readonly Text FilesMissing = new("请选择文件", "Choose a file");
    public static readonly Text TooLarge = new("文件合计不得超过 1 MB", "The files must not be larger than 1 MB together");
    public static readonly Text NotUtf8 = new("{0} 不是 UTF-8 文本", "{0} is not a text in UTF-8");
    public static readonly Text Proposals = new("已提交的修改", "Changes handed in");
    public static readonly Text NoProposals = new("没有提交过修改。", "No change has been handed in.");
    public static readonly Text ColumnDigest = new("摘要", "Digest");
    public static readonly Text Note = new("说明", "Note");
    public static readonly Text Files = new("文件内容", "Files");
    public static readonly Text ColumnFile = new("文件和行", "File and line");
    public static readonly Text MistakeAt = new("{0} 第 {1} 行：{2}", "{0}, line {1}: {2}");
    public static readonly Text Changes = new("将会改变的内容", "What would change");
    public static readonly Text NoChanges = new("与使用中的规则手册相同。", "The same as the rulebook in force.");
    public static readonly Text ColumnChange = new("变化", "Change");
    public static readonly Text ColumnEffect = new("对已存信息的影响", "For what is stored");
    public static readonly Text More = new("另有 {0} 处变化未列出。", "{0} more changes are not listed.");
    public static readonly Text Fits = new("可以启用", "May be put in force");
    public static readonly Text DoesNotFit = new("与已存信息不符，不能启用", "Does not fit what is stored");
    public static readonly Text Faulty = new("{0} 条已存信息将不再有效。", "{0} stored records would no longer be valid.");
    public static readonly Text FaultyTitle = new("其中前若干条", "The first of them");
    public static readonly Text ColumnRecord = new("信息", "Record");

    public static readonly Text PolicyDoesNotFit = new(
        "使用中或已排期的评价标准与该规则手册不符，需先修改评价标准。",
        "Evaluation rules that are in force or scheduled do not load with it: change them first.");

    public static readonly Text ProposalTitle = new("规则手册 {0}", "Rulebook {0}");
    public static readonly Text Apply = new("启用", "Put in force");

    public static readonly Text ApplyText = new(
        "须由提交人以外的人启用，立即生效，无须重启；之后自动重算。",
        "Only another person than its author may. It takes effect at once, without a restart; a recomputation follows by itself.");

    public static readonly Text DraftFrom = new("以此为基础修改", "Change it further");
    public static readonly Text Proposed = new("已提交，待另一人启用。", "Handed in: another person may put it in force.");
    public static readonly Text Applied = new("规则手册已启用。", "The rulebook is in force.");

    /// <summary>Effects in words.</summary>
    public static readonly IReadOnlyDictionary<ChangeEffect, Text> Effects = new Dictionary<ChangeEffect, Text>
    {
        [ChangeEffect.Compatible] = new("无影响", "None"),
        [ChangeEffect.Refold] = new("重新读取已存信息", "Stored records are read anew"),
        [ChangeEffect.Incompatible] = new("已存信息可能不再有效", "Stored records may no longer be valid"),
    };

    /// <summary>Steps of the rulebook's history.</summary>
    public static readonly IReadOnlyDictionary<string, Text> Actions = new Dictionary<string, Text>
    {
        ["begun"] = new("首次使用", "Begun with"),
        ["taken-over"] = new("启动时采用", "Taken over at a start"),
        ["applied"] = new("启用", "Put in force"),
    };
}
