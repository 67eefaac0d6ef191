using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Retention;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>Runs of retention.</summary>
/// <param name="Runs">The newest first, at most <see cref="RunsMax"/>.</param>
/// <param name="MayCount">The reader may begin a dry run.</param>
/// <param name="Reason">As typed.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record RetentionModel(
    IReadOnlyList<RetentionRun> Runs, bool MayCount, string Reason, IReadOnlyList<FieldError> Errors)
{
    /// <summary>Most runs on the page.</summary>
    public const int RunsMax = 50;
}

/// <summary>One run of retention.</summary>
/// <param name="Run">The run.</param>
/// <param name="Kinds">Its figures by kind of record.</param>
/// <param name="CarriedOutBy">Name of the run that has carried this dry run out; null for none.</param>
/// <param name="MayCarryOut">The reader may carry it out.</param>
/// <param name="IsOwn">The reader could, had another person counted.</param>
/// <param name="Confirm">As typed.</param>
/// <param name="Reason">As typed.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record RetentionRunModel(
    RetentionRun Run, IReadOnlyList<RetentionKindModel> Kinds, string? CarriedOutBy, bool MayCarryOut, bool IsOwn, string Confirm,
    string Reason, IReadOnlyList<FieldError> Errors);

/// <summary>Figures for one kind of record.</summary>
/// <param name="Title">The kind.</param>
/// <param name="Figures">Records due and destroyed.</param>
/// <param name="Rule">Retention by the rulebook in force; null where it has none any more.</param>
public sealed record RetentionKindModel(Text Title, RetainedKind Figures, Retention? Rule);
