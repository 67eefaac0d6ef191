using CreditGrains.Domain.Records;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Tells what the journal holds of events' records and natural keys. A filter in memory spares the question for most of them; it learns at
/// the start, beside the work, what the journal held, and until then the journal is asked about every event. Belongs to the admission's
/// lock; the learning reads the journal only.
/// </summary>
internal sealed class DuplicateLookup : IAsyncDisposable
{
    private const int KeysPage = 5000;
    private const int SinceStartMax = 4_000_000;

    private readonly IJournal _journal;
    private readonly EngineOptions _options;
    private readonly StoreFaultLog _faults;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<DuplicateFilter> _learning;
    private readonly List<(RecordId Record, long NaturalKey)> _sinceStart = [];
    private DuplicateFilter _filter = new(0);
    private bool _isOff;

    /// <param name="journal">The journal.</param>
    /// <param name="heads">Last position of each shard at the start.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="faults">For faults of the store.</param>
    public DuplicateLookup(IJournal journal, long[] heads, EngineOptions options, StoreFaultLog faults)
    {
        _journal = journal;
        _options = options;
        _faults = faults;
        _learning = Task.Run(() => LearnAsync(heads));
    }

    /// <summary>Asks what is known of the records and natural keys of events.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<KnownRecords> FindAsync(IEnumerable<RecordEvent> events)
    {
        // The filter errs to one side only: it may say "perhaps" of a new record, which costs a question, and never "no" of a known one.
        TakeOverLearnt();
        var records = new HashSet<RecordId>();
        var keys = new HashSet<NaturalKey>();
        foreach (var candidate in events)
        {
            if (_filter.MayHold(candidate.Record))
                records.Add(candidate.Record);
            if (candidate.NaturalKey != 0 && _filter.MayHold(candidate.NaturalKey))
                keys.Add(new NaturalKey(candidate.Subject, candidate.NaturalKey));
        }

        var heads = records.Count == 0 ? [] : await _journal.FindHeadsAsync(records, CancellationToken.None).ConfigureAwait(false);
        var holders = keys.Count == 0 ? [] : await _journal.FindByNaturalKeyAsync(keys, CancellationToken.None).ConfigureAwait(false);
        var known = new KnownRecords(records, heads.ToDictionary(head => head.Record), []);
        foreach (var holder in holders)
            known.Holders[holder.NaturalKey] = holder.Record;
        return known;
    }

    /// <summary>Takes note of an event that is about to be appended.</summary>
    public void Note(RecordEvent accepted)
    {
        if (_filter.IsComplete)
            _filter.Add(accepted.Record, accepted.NaturalKey);
        else if (!_isOff)
            _sinceStart.Add((accepted.Record, accepted.NaturalKey));
        if (_sinceStart.Count >= SinceStartMax)
            TurnOff();
    }

    /// <summary>
    /// Another process writes the journal too, or there are too many keys: from now on the journal is asked about every event.
    /// </summary>
    public void TurnOff()
    {
        _isOff = true;
        _sinceStart.Clear();
        _filter = new DuplicateFilter(0);
    }

    /// <summary>Ends the learning.</summary>
    public void Stop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await ((Task)_learning).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<DuplicateFilter> LearnAsync(long[] heads)
    {
        var filter = new DuplicateFilter(_options.DuplicateFilterKeysMax) { IsComplete = _options.DuplicateFilterKeysMax > 0 };
        for (var shard = 0; shard < heads.Length && filter.IsComplete; shard++)
        {
            for (var after = 0L; after < heads[shard] && filter.IsComplete;)
            {
                try
                {
                    var page = await _journal.ReadKeysAsync(shard, after, KeysPage, _stop.Token).ConfigureAwait(false);
                    foreach (var key in page)
                        filter.Add(key.Record, key.NaturalKey);
                    after = page.Count == 0 ? heads[shard] : page[^1].Position;
                }
                catch (Exception fault) when (!_stop.IsCancellationRequested)
                {
                    _faults.LogStoreFault("Loading of the duplicate filter from the journal failed; retrying", fault);
                    await Task.Delay(_options.RetryPauseMsMax, _stop.Token).ConfigureAwait(false);
                }
            }
        }

        return filter;
    }

    /// <summary>Takes over what has been learnt, with what has been accepted meanwhile.</summary>
    private void TakeOverLearnt()
    {
        if (_filter.IsComplete || _isOff || !_learning.IsCompleted)
            return;
        if (!_learning.IsCompletedSuccessfully || !_learning.Result.IsComplete)
        {
            TurnOff();
            return;
        }

        // The learning has read up to the heads of the start; what was accepted since stands here and nowhere else.
        foreach (var (record, naturalKey) in _sinceStart)
            _learning.Result.Add(record, naturalKey);
        _sinceStart.Clear();
        _sinceStart.TrimExcess();
        _filter = _learning.Result;
    }
}

/// <summary>Of the records and natural keys of a batch, those that the journal holds.</summary>
/// <param name="Asked">Records that the journal was asked about.</param>
/// <param name="Heads">Newest revision of each known record; admitted events are added.</param>
/// <param name="Holders">The record that carries a natural key; likewise.</param>
internal sealed record KnownRecords(
    HashSet<RecordId> Asked, Dictionary<RecordId, RecordHead> Heads, Dictionary<long, RecordId> Holders);
