using System.Collections.Concurrent;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Closes rejected lines whose record was taken in later: the source has put them right by sending them again. A line closes when its
/// record comes with the same or a higher revision, be it as accepted, as a duplicate or as stale; a line whose revision could not be
/// read, only when a new revision is accepted; one whose id could not be read, never. A source without open lines is asked about once in
/// a few seconds and process. Lines that a process put in elsewhere, or left before it died, close with the record's next arrival, or
/// when they are listed.
/// </summary>
public sealed class SupersededLines
{
    private const int SourcesMax = 10_000;

    /// <summary>Closes what the feed that put it right did not live to close.</summary>
    private const string SystemActor = "system";

    private static readonly TimeSpan RememberFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<SourceId, Known> _known = new();
    private readonly IStore _store;
    private readonly TimeProvider _time;

    internal SupersededLines(IStore store, TimeProvider time) => (_store, _time) = (store, time);

    /// <summary>Lines of a source after a number, in order; of open ones, those that were put right are closed first.</summary>
    /// <param name="source">The source.</param>
    /// <param name="after">A line's number, 0 for the first page.</param>
    /// <param name="limit">Most lines.</param>
    /// <param name="state">One of <see cref="QuarantineState.Filters"/>.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="StoreException">They cannot be read.</exception>
    public async Task<IReadOnlyList<QuarantinedLine>> ListAsync(
        SourceId source, long after, int limit, string state, CancellationToken cancellation)
    {
        var lines = await _store.Quarantine.ListAsync(source, after, limit, state, cancellation).ConfigureAwait(false);
        if (state != QuarantineState.Open || await ClosePutRightAsync(source, lines, cancellation).ConfigureAwait(false) == 0)
            return lines;
        return await _store.Quarantine.ListAsync(source, after, limit, state, cancellation).ConfigureAwait(false);
    }

    /// <summary>One line that was taken in.</summary>
    internal readonly record struct Arrival(string Id, int Revision, bool IsNew);

    /// <summary>Whether lines of the source may be open.</summary>
    internal async ValueTask<bool> MayBeOpenAsync(SourceId source, CancellationToken cancellation)
    {
        var now = _time.GetTimestamp();
        var known = _known.GetValueOrDefault(source);
        if (known is not null && _time.GetElapsedTime(known.At, now) < RememberFor)
            return known.IsOpen;
        var open = await _store.Quarantine.ListAsync(source, 0, 1, QuarantineState.Open, cancellation).ConfigureAwait(false);
        if (_known.Count >= SourcesMax)
            _known.Clear();

        // A line that this process put in meanwhile is not forgotten.
        var read = new Known(now, open.Count > 0);
        var kept = known is null ? _known.GetOrAdd(source, read) : _known.TryUpdate(source, read, known) ? read : null;
        return kept?.IsOpen ?? true;
    }

    /// <summary>This process has put lines of the source in.</summary>
    internal void Opened(SourceId source) => _known[source] = new Known(_time.GetTimestamp(), true);

    /// <summary>Closes what these lines have put right, except for the line of a number that is sent again by it.</summary>
    /// <exception cref="StoreException">The line cannot be closed now; it closes when the lines are sent again, or listed.</exception>
    internal async Task CloseAsync(
        SourceId source, string actor, IReadOnlyList<Arrival> arrivals, long? except, CancellationToken cancellation)
    {
        if (arrivals.Count == 0)
            return;
        var byId = arrivals.ToLookup(arrival => arrival.Id, StringComparer.Ordinal);
        var open = await _store.Quarantine.FindOpenAsync(source, [.. byId.Select(each => each.Key)], cancellation).ConfigureAwait(false);
        var closing = open.Where(line => line.Number != except && byId[line.RecordId!].Any(arrival => IsPutRight(line, arrival)))
            .Select(line => line.Number).ToList();
        if (closing.Count > 0)
            await CloseAsync(source, closing, actor, cancellation).ConfigureAwait(false);
    }

    /// <summary>Closes those lines whose record the journal has taken in since.</summary>
    /// <returns>How many.</returns>
    private async Task<int> ClosePutRightAsync(
        SourceId source, IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation)
    {
        var records = lines.Where(line => line.RecordId is not null).Select(line => new RecordId(source, line.RecordId!)).ToHashSet();
        if (records.Count == 0)
            return 0;
        var heads = (await _store.Journal.FindHeadsAsync(records, cancellation).ConfigureAwait(false))
            .ToDictionary(head => head.Record.Id, StringComparer.Ordinal);
        var closing = new HashSet<long>();
        foreach (var line in lines)
        {
            if (line.RecordId is { } id && heads.TryGetValue(id, out var head)
                && await IsPutRightAsync(line, head, cancellation).ConfigureAwait(false))
            {
                closing.Add(line.Number);
            }
        }

        if (closing.Count > 0)
            await CloseAsync(source, closing, SystemActor, cancellation).ConfigureAwait(false);
        return closing.Count;
    }

    private static bool IsPutRight(QuarantinedLine line, Arrival arrival) =>
        line.Revision is { } revision ? arrival.Revision >= revision : arrival.IsNew;

    /// <summary>
    /// A newer revision leaves nothing of the line to put right. The same one does so only if it came after the line: otherwise the line
    /// may contradict what is known.
    /// </summary>
    private async ValueTask<bool> IsPutRightAsync(QuarantinedLine line, RecordHead head, CancellationToken cancellation)
    {
        if (line.Revision is { } revision && head.Revision != revision)
            return head.Revision > revision;
        var newest = new RecordRevision(head.Record, head.Revision);
        var entries = await _store.Journal.ReadRevisionsAsync([newest], cancellation).ConfigureAwait(false);
        return entries.Any(entry => entry.ReceivedAt > line.At);
    }

    private Task<int> CloseAsync(SourceId source, IReadOnlyCollection<long> numbers, string actor, CancellationToken cancellation) =>
        _store.Quarantine.CloseAsync(source, numbers, QuarantineState.Superseded, actor, _time.GetUtcNow(), cancellation);

    private sealed record Known(long At, bool IsOpen);
}
