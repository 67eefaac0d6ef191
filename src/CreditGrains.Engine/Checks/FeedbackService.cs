using CreditGrains.Domain.Errors;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Checks;

/// <summary>
/// Feedback on checks: once for each measure, correctable with every revision kept. Which measures a check has shown is seen by giving its
/// answer again. Whose check it is the caller looks at.
/// </summary>
public sealed class FeedbackService
{
    /// <summary>Most characters of a note.</summary>
    public const int NoteCharsMax = 1000;

    /// <summary>The clock of the rulebook that feedback runs by; without it nobody is reminded.</summary>
    public const string Clock = "check-feedback";

    private const int RevisionsMax = 100;
    private const int PendingDaysMax = 400;
    private const int TrimmedMax = 10_000;
    private const decimal AmountMax = 9_000_000_000_000m;

    private readonly IStore _store;
    private readonly ICheckService _checks;
    private readonly IAccessRecorder _access;
    private readonly CheckCounts _counts;
    private readonly RulesInForce _rules;
    private readonly int _keptYears;
    private readonly TimeProvider _time;
    private DateOnly _trimmed;

    internal FeedbackService(
        IStore store, ICheckService checks, IAccessRecorder access, CheckCounts counts, RulesInForce rules, int keptYears,
        TimeProvider time) =>
        (_store, _checks, _access, _counts, _rules, _keptYears, _time) = (store, checks, access, counts, rules, keptYears, time);

    /// <summary>Gives feedback, or corrects it.</summary>
    /// <param name="check">The check's entry (<see cref="ICheckService.FindReceiptAsync"/>).</param>
    /// <param name="command">Act on one of its measures.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<FeedbackResult> GiveAsync(AccessEntry check, FeedbackCommand command, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(check);
        ArgumentNullException.ThrowIfNull(command);
        var receipt = check.Receipt ?? throw new ArgumentException("The entry holds no receipt.", nameof(check));
        var today = _rules.Now().Today;
        var actedOn = command.ActedOn ?? today;
        if (await RefuseAsync(check, command, actedOn, today, cancellation).ConfigureAwait(false) is { } refused)
            return new FeedbackResult(null, refused);
        var known = (await _store.Feedback.ReadAsync(check.Reference!, cancellation).ConfigureAwait(false))
            .LastOrDefault(each => each.Measure == command.Measure);
        if (OutOfOrder(known, command) is { } outOfOrder)
            return new FeedbackResult(null, outOfOrder);
        var next = new StoredFeedback
        {
            Check = check.Reference!,
            Measure = command.Measure,
            Revision = (known?.Revision ?? 0) + 1,
            Action = command.Action,
            Amount = command.Amount,
            Note = string.IsNullOrWhiteSpace(command.Note) ? null : command.Note,
            ActedOn = actedOn,
            Actor = command.Actor,
            Department = command.Department,
            At = _time.GetUtcNow(),
        };
        try
        {
            if (await _store.Feedback.AddAsync(next, cancellation).ConfigureAwait(false) is { } ended)
            {
                _counts.FedBack(
                    ended.AskedOn, receipt.Department, ended.Matter, today <= ended.Due ? CheckFigures.InTime : CheckFigures.Late, 1);
            }
        }
        catch (WriteConflictException)
        {
            return new FeedbackResult(
                null, new Rejection(known is null ? ErrorCatalogue.FeedbackGiven : ErrorCatalogue.PreconditionFailed, ""));
        }

        return new FeedbackResult(next, null);
    }

    /// <summary>All feedback on a check, by measure and revision.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<StoredFeedback>> ReadAsync(string check, CancellationToken cancellation) =>
        _store.Feedback.ReadAsync(check, cancellation);

    /// <summary>Feedback that is to come, the oldest deadline first; of checks that this node has answered before at once.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<PendingFeedback>> PendingAsync(PendingFeedbackQuery query, CancellationToken cancellation)
    {
        await _access.FlushAsync(cancellation).ConfigureAwait(false);
        return await _store.Feedback.PendingAsync(query, cancellation).ConfigureAwait(false);
    }

    /// <summary>Feedback of one check, found before, that is to come, by measure.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<PendingFeedback>> PendingOfAsync(string check, CancellationToken cancellation) =>
        _store.Feedback.PendingOfAsync(check, cancellation);

    /// <summary>Writes what was counted since the last time.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    internal Task WriteCountsAsync(CancellationToken cancellation) => _counts.WriteAsync(cancellation);

    /// <summary>
    /// Each second: writes the counts; once a day gives up what was due long ago, and deletes feedback whose time is over.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        await _counts.WriteAsync(cancellation).ConfigureAwait(false);
        var today = _rules.Now().Today;
        if (_trimmed == today)
            return;
        var given = await _store.Feedback.TrimPendingAsync(today.AddDays(-PendingDaysMax), TrimmedMax, cancellation).ConfigureAwait(false);
        var old = await _store.Feedback.TrimAsync(today.AddYears(-_keptYears), TrimmedMax, cancellation).ConfigureAwait(false);
        if (given < TrimmedMax && old < TrimmedMax)
            _trimmed = today;
    }

    private async Task<Rejection?> RefuseAsync(
        AccessEntry check, FeedbackCommand command, DateOnly actedOn, DateOnly today, CancellationToken cancellation)
    {
        if (command.Amount is < 0 or > AmountMax)
            return new Rejection(ErrorCatalogue.OutOfRange, "/amount");
        if (command.Amount is { } amount && amount.Scale > 6)
            return new Rejection(ErrorCatalogue.TooManyPlaces, "/amount");
        if (command.Note is { Length: > NoteCharsMax })
            return new Rejection(ErrorCatalogue.TooLong, "/note");
        if (actedOn > today)
            return new Rejection(ErrorCatalogue.DateInFuture, "/actedOn");
        if (actedOn < check.Receipt!.AsOf)
            return new Rejection(ErrorCatalogue.DateTooEarly, "/actedOn");
        if (await _checks.AnswerAgainAsync(check, cancellation).ConfigureAwait(false) is not { } answer)
            return new Rejection(ErrorCatalogue.ReplayRulesMissing, "");
        var measures = answer.Measures();
        var measure = measures.FirstOrDefault(each => each.Measure.Id == command.Measure)?.Measure;
        if (measure is null)
        {
            return new Rejection(
                ErrorCatalogue.MeasureNotInCheck, "/measure",
                string.Join(", ", measures.Select(each => each.Measure.Id).Distinct(StringComparer.Ordinal)));
        }

        var actions = FeedbackActions.Of(measure.Class);
        return actions.Contains(command.Action, StringComparer.Ordinal)
            ? null : new Rejection(ErrorCatalogue.NotInCodeList, "/action", string.Join(", ", actions));
    }

    private static Rejection? OutOfOrder(StoredFeedback? known, FeedbackCommand command)
    {
        if (command.Correction is not { } corrected)
            return known is null ? null : new Rejection(ErrorCatalogue.FeedbackGiven, "");
        if (known is null)
            return new Rejection(ErrorCatalogue.UnknownFeedback, "");
        if (known.Revision >= RevisionsMax)
            return new Rejection(ErrorCatalogue.OutOfRange, "", $"{RevisionsMax} revisions");
        return corrected > 0 && corrected != known.Revision ? new Rejection(ErrorCatalogue.PreconditionFailed, "") : null;
    }
}
