using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>A section of the national credit report (信用中国).</summary>
/// <param name="Id">In addresses.</param>
/// <param name="Title">Its title.</param>
public sealed record ReportSection(string Id, Text Title)
{
    private static readonly ReportSection Administration = new("administration", SubjectTexts.Administration);
    private static readonly ReportSection Honesty = new("honesty", SubjectTexts.Honesty);
    private static readonly ReportSection SeriousList = new("serious-list", SubjectTexts.SeriousList);
    private static readonly ReportSection Abnormal = new("abnormal", SubjectTexts.Abnormal);
    private static readonly ReportSection Commitments = new("commitments", SubjectTexts.Commitments);
    private static readonly ReportSection Evaluation = new("evaluation", SubjectTexts.Evaluation);
    private static readonly ReportSection Judgments = new("judgments", SubjectTexts.Judgments);
    private static readonly ReportSection Other = new("other", SubjectTexts.Other);

    /// <summary>The ten publicity kinds (十公示) by the names that rulebooks give them.</summary>
    private static readonly HashSet<string> AdministrativeKinds = new(StringComparer.Ordinal)
    {
        "licence", "penalty", "enforcement", "confirmation", "collection", "payment", "adjudication", "compensation", "reward",
        "inspection",
    };

    /// <summary>In the order of the report.</summary>
    public static IReadOnlyList<ReportSection> All { get; } =
        [Administration, Honesty, SeriousList, Abnormal, Commitments, Evaluation, Judgments, Other];

    /// <summary>The section in which a record of a kind stands; null for the registration, which stands above all.</summary>
    public static ReportSection? Of(RecordKind kind, Severity severity)
    {
        ArgumentNullException.ThrowIfNull(kind);
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
}
