using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Measures;

/// <summary>
/// Every measure in force with its cause (措施核查). A page goes through a bounded number of stored states, so that it costs the same
/// whatever the platform holds, and the caller asks for the next one (I13). Nothing is kept of it: a measure has no life of its own that
/// could differ from its cause's. What was accepted a moment ago and is not yet written back is not seen; the caller waits for it where
/// that matters.
/// </summary>
public sealed class MeasureAuditService
{
    /// <summary>The most organisations that one page looks at.</summary>
    public const int SubjectsMax = 4096;

    /// <summary>
    /// The first look of a page at states, and the longest; each look is twice as long as the one before: where most organisations have a
    /// measure, the first look fills the page.
    /// </summary>
    private const int StatesFirst = 32;
    private const int StatesMax = 512;

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly RulesInForce _rules;

    internal MeasureAuditService(IStore store, LocalSubjects subjects, RulesInForce rules)
    {
        _store = store;
        _subjects = subjects;
        _rules = rules;
    }

    /// <summary>The measures in force after a place.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<MeasureAuditPage> PageAsync(MeasureAuditQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        var page = new Page(query, _rules.Now());
        var (shard, after) = (query.From.Shard, query.From.After);
        var (left, look) = (SubjectsMax, StatesFirst);
        while (shard < _store.ShardCount)
        {
            if (left <= 0)
                return page.End(new MeasureAuditPlace(shard, after, null, ""), partial: true);
            var limit = Math.Min(look, left);
            look = Math.Min(look * 2, StatesMax);
            using var states = await _store.Subjects.ReadStatesAsync(shard, after, limit, cancellation).ConfigureAwait(false);
            foreach (var row in states)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!await AddAsync(row, page).ConfigureAwait(false))
                    return page.End(page.PlaceIn(shard, after), partial: false);
                after = row.Subject;
            }

            left -= Math.Max(1, states.Count);
            if (states.Count < limit)
                (shard, after) = (shard + 1, null);
        }

        return page.End(null, partial: false);
    }

    /// <returns>False when the page is full before the organisation's last measure.</returns>
    private async ValueTask<bool> AddAsync(StoredState row, Page page)
    {
        var subject = row.Subject;
        try
        {
            var evaluator = page.Rules.Evaluator;
            var state = row.State;
            if (row.FactsVersion != evaluator.FactsVersion)
            {
                (state, _) = await _subjects.RefoldAsync(evaluator, subject, PackedRecords.Empty, 0, row.Position).ConfigureAwait(false);
            }
            else if (row.StatePosition < row.Position)
            {
                (state, _) = await _subjects.RefoldAsync(evaluator, subject, state.ToArray(), row.StatePosition, row.Position)
                    .ConfigureAwait(false);
            }

            return page.Add(subject, state.Span);
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException)
        {
            // One state that cannot be read must not hide the measures of all others.
            page.Unread.Add(subject);
            return true;
        }
    }

    private sealed class Page(MeasureAuditQuery query, RulesSnapshot rules)
    {
        private readonly List<AuditedMeasure> _items = [];
        private bool _truncated;

        public RulesSnapshot Rules => rules;

        public List<SubjectId> Unread { get; } = [];

        public bool Add(SubjectId subject, ReadOnlySpan<byte> state)
        {
            var summary = rules.Evaluator.Summarise(state, rules.Today);
            var inForce = rules.Evaluator.MeasuresInForce(state, rules.Today, summary, out var truncated);
            if (inForce.Count == 0)
                return true;
            _truncated |= truncated;
            var asked = inForce.Where(Asks).Where(measure => query.From.IsBefore(subject, measure))
                .OrderBy(MeasureAuditPlace.KeyOf, StringComparer.Ordinal);
            foreach (var measure in asked)
            {
                if (_items.Count == query.Limit)
                    return false;
                _items.Add(new AuditedMeasure(subject, measure));
            }

            return true;
        }

        public MeasureAuditPlace PlaceIn(int shard, SubjectId? after) =>
            new(shard, after, _items[^1].Subject, MeasureAuditPlace.KeyOf(_items[^1].InForce));

        public MeasureAuditPage End(MeasureAuditPlace? next, bool partial) =>
            new(rules.Today, rules.Evaluator.Policy, _items, next, partial || _truncated, Unread);

        private bool Asks(MeasureInForce measure) =>
            (query.Measure is null || measure.Measure.Id == query.Measure) && (query.Class is null || measure.Measure.Class == query.Class);
    }
}
