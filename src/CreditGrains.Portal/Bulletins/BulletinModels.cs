using CreditGrains.Domain.Bulletins;
using CreditGrains.Engine.Bulletins;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Bulletins;

/// <summary>A department's scorecard of a month with a page of rows.</summary>
/// <param name="Source">The department.</param>
/// <param name="Month">The month.</param>
/// <param name="Bulletin">Where it was counted; null where nothing has been.</param>
/// <param name="Score">The figures.</param>
/// <param name="Class">Class of the rows shown; null for all.</param>
/// <param name="Rows">The rows.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record ScorecardModel(
    string Source, string Month, Bulletin? Bulletin, DepartmentScore Score, string? Class, IReadOnlyList<BulletinRow> Rows, string? First,
    string? Next)
{
    /// <summary>The rates by name.</summary>
    public static IReadOnlyList<(Text Name, ScoreRate Rate)> RatesOf(DepartmentScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return
        [
            (BulletinTexts.Reporting, score.Reporting), (BulletinTexts.Compliance, score.Compliance),
            (BulletinTexts.Timeliness, score.Timeliness), (BulletinTexts.Accuracy, score.Accuracy),
            (BulletinTexts.Completeness, score.Completeness),
        ];
    }
}

/// <summary>Bulletins, the newest first.</summary>
public sealed record BulletinsModel(IReadOnlyList<Bulletin> Bulletins);

/// <summary>A month's bulletin, with its corrections.</summary>
public sealed record BulletinModel(Bulletin Bulletin, DepartmentScore Total, BulletinCorrections Corrections)
{
    /// <summary>The month is over, and the person may issue it.</summary>
    public bool MayIssue { get; init; }

    /// <summary>As typed.</summary>
    public string Reason { get; init; } = "";

    public IReadOnlyList<FieldError> Errors { get; init; } = [];
}

/// <summary>A department's own count of its decisions of a month.</summary>
/// <param name="Source">The department.</param>
/// <param name="Month">The month.</param>
/// <param name="Kinds">Kinds of decisions with what is typed, empty for no count.</param>
/// <param name="Note">Method of counting.</param>
/// <param name="IsIssued">The month's figures stand: nothing is taken any more.</param>
/// <param name="IsDone">True just after it was kept.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record DecisionCountModel(
    string Source, string Month, IReadOnlyList<(string Kind, Text Title, string Count)> Kinds, string Note, bool IsIssued, bool IsDone,
    IReadOnlyList<FieldError> Errors);
