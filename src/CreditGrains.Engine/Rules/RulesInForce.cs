using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// Which rules are in force now, and what day it is. Readers compare the clock with one published span and take no lock; the span ends
/// where the date or the policy may change. Rules never go back in time: a clock that is set back does not bring an older version back.
/// </summary>
internal sealed class RulesInForce
{
    /// <summary>Zones may shift by the hour, so a day is taken to last only to the end of the current quarter hour.</summary>
    private static readonly long Quarter = TimeSpan.FromMinutes(15).Ticks;

    private readonly Lock _snapshotLock = new();
    private readonly TimeProvider _time;
    private readonly Rulebook _rulebook;
    private readonly FactsReaders _readers;
    private volatile RulesSnapshot _snapshot;
    private PolicyTimeline _timeline;
    private IReadOnlyDictionary<string, Evaluator> _evaluators;
    private long _stored;
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    /// <param name="rulebook">For its time zone.</param>
    /// <param name="stored">The version of the timeline's document.</param>
    /// <param name="timeline">With at least one activation.</param>
    /// <param name="evaluators">Of the versions in force now and later.</param>
    /// <param name="readers">Gives each evaluator its reader.</param>
    /// <param name="time">The clock.</param>
    public RulesInForce(
        Rulebook rulebook, long stored, PolicyTimeline timeline, IReadOnlyDictionary<string, Evaluator> evaluators, FactsReaders readers,
        TimeProvider time)
    {
        _readers = readers;
        _stored = stored;
        _rulebook = rulebook;
        _time = time;
        _timeline = timeline;
        _evaluators = evaluators;
        _snapshot = Advance();
    }

    /// <summary>The version of the timeline's document.</summary>
    public long Stored
    {
        get
        {
            lock (_snapshotLock)
                return _stored;
        }
    }

    public PolicyTimeline Timeline
    {
        get
        {
            lock (_snapshotLock)
                return _timeline;
        }
    }

    /// <summary>As stored with every row: two rows with the same name were assessed by the same rules.</summary>
    public static string NameOf(Rulebook rulebook) =>
        $"{rulebook.Policy.Version}@{(rulebook.Digest.Length > 12 ? rulebook.Digest[..12] : rulebook.Digest)}";

    /// <summary>Rules and date of every answer that begins now.</summary>
    public RulesSnapshot Now()
    {
        var ticks = _time.GetUtcNow().UtcTicks;
        var snapshot = _snapshot;
        return snapshot.Holds(ticks) ? snapshot : Advance();
    }

    /// <summary>The activation in force now: what a clock that lags behind says does not undo one that was decided as begun.</summary>
    public static DateTimeOffset PresentOf(PolicyTimeline timeline, DateTimeOffset now) =>
        timeline.Activations.Where(activation => !activation.Scheduled && activation.Cancelled is null)
            .Select(activation => activation.At).Append(now).Max();

    /// <summary>Takes over a timeline that this or another node has decided on.</summary>
    /// <param name="stored">The version of its document; one older than what is known is passed over.</param>
    /// <param name="timeline">The new one.</param>
    /// <param name="evaluators">Of the versions in force now and later.</param>
    public void Follow(long stored, PolicyTimeline timeline, IReadOnlyDictionary<string, Evaluator> evaluators)
    {
        lock (_snapshotLock)
        {
            if (stored <= _stored)
                return;
            _stored = stored;
            _timeline = timeline;
            _evaluators = evaluators;
            _snapshot = Find();
        }
    }

    /// <summary>Puts another rulebook in force under the policies of the timeline: every answer that begins from now on is by it.</summary>
    /// <param name="stored">The version of the timeline's document.</param>
    /// <param name="timeline">The timeline.</param>
    /// <param name="evaluators">Of the versions in force now and later, by the new rulebook.</param>
    public void Replace(long stored, PolicyTimeline timeline, IReadOnlyDictionary<string, Evaluator> evaluators)
    {
        lock (_snapshotLock)
        {
            _stored = Math.Max(_stored, stored);
            _timeline = timeline;
            _evaluators = evaluators;
            _snapshot = Find();
        }
    }

    private RulesSnapshot Advance()
    {
        lock (_snapshotLock)
            return _snapshot = Find();
    }

    private RulesSnapshot Find()
    {
        var now = _time.GetUtcNow();
        var present = PresentOf(_timeline, now > _latest ? now : _latest);
        _latest = present;
        var activation = _timeline.InForceAt(present) ?? _timeline.Activations[0];
        var next = _timeline.NextAfter(present)?.UtcTicks ?? long.MaxValue;
        var from = now.UtcTicks / Quarter * Quarter;
        var evaluator = _evaluators[activation.Version];
        return new RulesSnapshot(
            from, Math.Min(from + Quarter, next), _rulebook.DateAt(now), evaluator, _readers.Of(evaluator),
            NameOf(evaluator.Rulebook), activation.Number);
    }
}
