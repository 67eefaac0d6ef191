using System.Globalization;
using System.Text.Json;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Measures;

/// <summary>
/// The implementers' work lists: restraints and mandatory measures to be applied when they begin and to be lifted when they end. Made of
/// the outbox's changes behind a place that every node shares: whichever looks first takes them over, once.
/// </summary>
public sealed class MeasureTaskService
{
    /// <summary>Most characters of a note.</summary>
    public const int NoteCharsMax = 1000;

    private const string Kind = "measure-task";
    private const string Place = "place";
    private const int ChangesMax = 200;
    private const int PagesMax = 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly IStore _store;
    private readonly RulesInForce _rules;
    private readonly TimeProvider _time;
    private DateTimeOffset _looked;

    internal MeasureTaskService(IStore store, RulesInForce rules, TimeProvider time) => (_store, _rules, _time) = (store, rules, time);

    /// <summary>Open tasks, the oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<MeasureTask>> ListAsync(MeasureTaskQuery query, CancellationToken cancellation) =>
        _store.MeasureTasks.ListAsync(query, cancellation);

    /// <summary>One task; null when there is none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<MeasureTask?> FindAsync(ShardNumber change, CancellationToken cancellation) =>
        _store.MeasureTasks.FindAsync(change, cancellation);

    /// <summary>Says that an open task is done; false when it is not open any more.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public Task<bool> EndAsync(
        ShardNumber change, DateOnly on, string? note, string actor, CancellationToken cancellation) =>
        _store.MeasureTasks.EndAsync(
            change, new MeasureTaskDone(on, string.IsNullOrWhiteSpace(note) ? null : note, actor, _time.GetUtcNow()), cancellation);

    /// <summary>Takes over what the outbox has got since the last time; looks every few seconds.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (now >= _looked && now - _looked < LookEvery)
            return;
        _looked = now;
        await TakeOverAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes over all that there is, up to a bound; the rest waits for the next time.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task TakeOverAsync(CancellationToken cancellation)
    {
        for (var page = 0; page < PagesMax; page++)
        {
            var document = await _store.Control.FindAsync(Kind, Place, cancellation).ConfigureAwait(false);
            var places = document is null
                ? new long[_store.ShardCount] : JsonSerializer.Deserialize<long[]>(document.Content) ?? new long[_store.ShardCount];
            var heads = await _store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false);
            var behind = Enumerable.Range(0, Math.Min(places.Length, heads.Length)).Where(shard => places[shard] < heads[shard])
                .Select(shard => new ShardNumber(shard, places[shard])).ToList();
            if (behind.Count == 0)
                return;
            var changes = await _store.Subjects.ReadMeasureChangesAsync(behind, ChangesMax, cancellation).ConfigureAwait(false);
            var isMore = false;
            foreach (var (shard, _) in behind)
            {
                // Up to the head that was read before: where fewer came than were asked for, no change of a measure is left below it.
                var last = changes.Where(change => change.Shard == shard).ToList();
                var isFull = last.Count == ChangesMax;
                places[shard] = isFull ? last[^1].Number : Math.Max(heads[shard], last.Count == 0 ? 0 : last[^1].Number);
                isMore |= isFull;
            }

            try
            {
                await _store.MeasureTasks.TakeOverAsync(
                    [.. changes.Select(TaskOf).OfType<MeasureTask>()],
                    new ControlWrite(Kind, Place, document?.Version, JsonSerializer.Serialize(places), null), cancellation)
                    .ConfigureAwait(false);
            }
            catch (WriteConflictException)
            {
                // Another node has been faster.
                return;
            }

            if (!isMore)
                return;
        }
    }

    /// <summary>Null for a change that makes nobody act.</summary>
    private MeasureTask? TaskOf(SubjectChange change)
    {
        using var data = JsonDocument.Parse(change.Data);
        if (!data.RootElement.TryGetProperty("measure", out var id) || id.GetString() is not { } name
            || !_rules.Now().Evaluator.Rulebook.Measures.TryGetValue(name, out var measure) || !IsActedOn(measure))
            return null;
        var since = data.RootElement.TryGetProperty("asOf", out var asOf)
            && DateOnly.TryParseExact(asOf.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                ? day : _rules.Now().Evaluator.Rulebook.DateAt(change.At);
        return new MeasureTask
        {
            Change = new ShardNumber(change.Shard, change.Number),
            Subject = change.Subject,
            Measure = name,
            Implementer = measure.Implementer,
            IsLift = change.Type == ChangeTypes.MeasureEnded,
            Since = since,
        };
    }

    private static bool IsActedOn(Measure measure) => measure.Class == MeasureClass.Restraint || measure.Mandatory;
}
