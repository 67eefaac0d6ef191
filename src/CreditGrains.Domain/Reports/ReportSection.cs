using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Reports;

/// <summary>A section of the national credit report (信用报告 of 信用中国), in which public records stand.</summary>
/// <param name="Id">In addresses and in the report.</param>
/// <param name="Title">Its title in the national report, and in English.</param>
public sealed record ReportSection(string Id, LocalisedText Title)
{
    private static readonly ReportSection Administration = Of("administration", "行政管理", "Administrative decisions");
    private static readonly ReportSection Honesty = Of("honesty", "诚实守信", "Commendations");
    private static readonly ReportSection SeriousList = Of("serious-list", "严重失信主体名单", "Lists of serious dishonesty");
    private static readonly ReportSection Abnormal = Of("abnormal", "经营异常", "Abnormal operation");
    private static readonly ReportSection Commitments = Of("commitments", "信用承诺", "Commitments");
    private static readonly ReportSection Evaluation = Of("evaluation", "信用评价", "Credit evaluations");
    private static readonly ReportSection Judgments = Of("judgments", "司法判决", "Judgments");
    private static readonly ReportSection Other = Of("other", "其他", "Other");

    /// <summary>The ten publicity kinds (十公示) by the names that rulebooks give them.</summary>
    private static readonly HashSet<string> AdministrativeKinds = new(StringComparer.Ordinal)
    {
        "licence", "penalty", "enforcement", "confirmation", "collection", "payment", "adjudication", "compensation", "reward",
        "inspection",
    };

    /// <summary>Advice about the negative records above (提升建议): by rule, never by a score.</summary>
    public static ReportSection Suggestions { get; } = Of("suggestions", "提升建议", "How to improve");

    /// <summary>Additions of the place to the national catalogue (地方补充): kinds that the rulebook puts here.</summary>
    public static ReportSection Local { get; } = Of("local", "地方补充", "Local supplement");

    /// <summary>The sections with records of the national catalogue, in the order of the report.</summary>
    public static IReadOnlyList<ReportSection> OfRecords { get; } =
        [Administration, Honesty, SeriousList, Abnormal, Commitments, Evaluation, Judgments, Other];

    /// <summary>The ten sections, in the order of the report.</summary>
    public static IReadOnlyList<ReportSection> All { get; } = [.. OfRecords, Suggestions, Local];

    /// <summary>The sections in which a rulebook may put a kind.</summary>
    public static IReadOnlyList<ReportSection> Choices { get; } = [.. OfRecords, Local];

    /// <summary>The section in which a record of a kind stands; null for the registration, which stands above all.</summary>
    public static ReportSection? Of(RecordKind kind, Severity severity)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (kind.Section is { } named && kind.Role != RecordRole.Registration)
            return Choices.First(section => section.Id == named);
        return kind.Role switch
        {
            RecordRole.Registration => null,
            RecordRole.List => severity == Severity.Serious ? SeriousList : Abnormal,
            RecordRole.Commitment => Commitments,
            RecordRole.NationalGrade or RecordRole.ExternalGrade => Evaluation,
            _ when AdministrativeKinds.Contains(kind.Name) => Administration,
            RecordRole.Honour => Honesty,
            _ when kind.Name == "judgment" => Judgments,
            _ => Other,
        };
    }

    private static ReportSection Of(string id, string zh, string en) => new(id, LocalisedText.Both(zh, en));
}
