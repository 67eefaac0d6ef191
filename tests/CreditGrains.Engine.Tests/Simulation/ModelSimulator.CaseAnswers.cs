using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Cases as the journal has them, against the model.</summary>
internal sealed partial class ModelSimulator
{
    /// <summary>Whether it was refused as the model says, and has left everything as it was; anything else is a difference.</summary>
    private async Task<bool> RefusedAsync(CaseResult result, string? expected, CaseKind kind, string what, string before)
    {
        if (result.Rejection?.Code != expected)
        {
            throw new InvalidOperationException($"{what} on {Today:O}: expected {expected ?? "taken"}, got "
                + $"{result.Rejection?.Code ?? "taken"} {result.Rejection?.Pointer} {result.Rejection?.Found}");
        }

        if (expected is null)
            return false;
        if (before.Length > 0 && before != await HeadsAsync())
            throw new InvalidOperationException($"{what} was refused ({expected}) and something was appended");
        StepsRefused[kind]++;
        return true;
    }

    private async Task<string> HeadsAsync()
    {
        var shards = await RetryAsync(async () => await _store.Subjects.ShardsAsync(CancellationToken.None));
        return string.Join(' ', shards.OrderBy(status => status.Shard).Select(status => status.Head));
    }

    /// <summary>The case's own revision, as the journal has it, after its effects.</summary>
    private async Task TakenAsync(CaseNumber number, NaiveCase model, CaseStep step, CaseResult? result)
    {
        StepsTaken[model.Kind]++;
        model.Revision++;
        if (model.IsOver)
            model.ClosedOn ??= Today;
        await CompareMadeAsync();
        var entry = (await RetryAsync(async () => await _store.Journal.ReadRevisionsAsync(
            [new RecordRevision(number.Record, model.Revision)], CancellationToken.None))).Single();
        CompareCase(number, model, CaseFile.OfPayload(entry.Payload.Span));
        if (result is not null && model.Kind != CaseKind.Contract && result.Case!.Revision != model.Revision)
            throw new InvalidOperationException($"{number} is answered at {result.Case!.Revision}, the model has {model.Revision}");
        model.Told.Add($"{CaseNames.Of(model.Kind)} {CaseNames.Of(step)} {CaseNames.Of(model.State)} {Text(Today)}");
        _heads[number.Record] = (model.Subject, CaseKinds.Case, model.Revision, "", 0, false);
        _accepted.Add((
            model.Subject,
            new ModelEvent(number.Record, model.Revision, EventOp.Put, CaseKinds.Case, _reader.FactsOf(CaseKinds.Case, entry.Payload.Span)),
            entry.Payload));
        await CompareAtHeadAsync(model.Subject, $"after {number} {step}", model.IsMirrorAwaited);
    }

    /// <summary>Compares at the head of the journal, which is kept as a token unless more may be in it than the model knows.</summary>
    private async Task CompareAtHeadAsync(string subject, string when, bool isMoreToCome)
    {
        if (_isRoundUnread)
            return;
        var heads = await RetryAsync(async () => await _store.Subjects.ShardsAsync(CancellationToken.None));
        var token = new Token(_store.Incarnation, _time.Now, heads.Select(status => (status.Shard, status.Head)));
        if (!isMoreToCome)
            _tokens.Add((token, _accepted.Count));
        await CompareAsync(subject, when, Consistency.AtLeast(token));
    }

    /// <summary>Revisions of a step are in the journal to the letter.</summary>
    private async Task CompareMadeAsync()
    {
        foreach (var made in _made)
        {
            var entries = await RetryAsync(async () => await _store.Journal.ReadRevisionsAsync(
                [new RecordRevision(made.Record, made.Revision)], CancellationToken.None));
            if (entries.SingleOrDefault() is not { } entry || entry.Op != made.Op || entry.Kind != made.Kind
                || entry.Subject != made.Subject || !entry.Payload.Span.SequenceEqual(made.Payload.Span))
            {
                throw new InvalidOperationException(
                    $"{made.Record} at {made.Revision}: expected {Encoding.UTF8.GetString(made.Payload.Span)}, journal has "
                    + (entries.SingleOrDefault() is { } other ? Encoding.UTF8.GetString(other.Payload.Span) : "nothing"));
            }
        }

        _made.Clear();
    }

    private void CompareCase(CaseNumber number, NaiveCase model, CaseFile file)
    {
        var later = Today.AddDays(_random.Next(0, 60));
        var expected = Described(
            model.State, model.StateOn(later), !model.IsOver, model.ClosedOn, model.Until, model.Made,
            model.Clocks.Select(clock => Described(
                clock.Clock, clock.Owner, clock.From, clock.Due, clock.Warn, clock.Ended, clock.StateOn(Today), clock.StateOn(later))));
        var actual = Described(
            file.State, file.StateOn(later), file.IsOpen, file.ClosedOn, file.Until, file.Made?.Record,
            file.Clocks.Select(clock => Described(
                clock.Clock, clock.Owner, clock.From, clock.Due, clock.WarnFrom, clock.Ended, clock.StateOn(Today),
                clock.StateOn(later))));
        if (expected != actual || file.MirrorFault != (model.IsMirrorRefused ? "subject-changed" : null))
            throw new InvalidOperationException($"{number} {file.MirrorFault} on {Today:O}\nexpected {expected}\nactual   {actual}");
    }

    private static string Described(
        CaseState state, CaseState later, bool isOpen, DateOnly? closed, DateOnly? until, RecordId? made, IEnumerable<string> clocks) =>
        $"{state}, later {later}, open {isOpen}, closed {closed:O}, until {until:O}, made {made}; {string.Join("; ", clocks)}";

    private static string Described(
        string clock, string owner, DateOnly from, DateOnly due, DateOnly warn, DateOnly? ended, string today, string later) =>
        $"{clock} of {owner} {from:O} to {due:O}, warned {warn:O}, ended {ended:O}, {today}, later {later}";
}
