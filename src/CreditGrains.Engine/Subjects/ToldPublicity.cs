using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Which records the outbox has been told to be public, or is to be by changes that wait: those that some rules publish on some day.
/// Another day or other rules are compared with it, so that what begins or ends by them is told once. Immutable.
/// </summary>
/// <param name="on">The day.</param>
/// <param name="by">The rules; the records' facts are of their catalogue.</param>
/// <param name="rules">Their name, as stored with rows.</param>
/// <param name="records">The records themselves with their kinds, where no rules at hand give them; else null.</param>
internal sealed class ToldPublicity(DateOnly on, Evaluator by, string rules, IReadOnlyDictionary<RecordId, string>? records = null)
{
    public DateOnly On => on;

    public Evaluator By => by;

    public string Rules => rules;

    private IReadOnlyDictionary<RecordId, string>? Records => records;

    /// <summary>Publicity that has begun or ended since, of the same records.</summary>
    /// <param name="state">The packed records.</param>
    /// <param name="day">The day to compare with.</param>
    /// <param name="evaluator">The rules to compare with.</param>
    public IReadOnlyList<PublicityChange> Until(Func<byte[]> state, DateOnly day, Evaluator evaluator)
    {
        if (records is null && by.PublishesAs(evaluator))
        {
            if (on >= day)
                return [];
            var known = state();
            return evaluator.PublicityChanges(known, on, known, day);
        }

        var packed = state();
        return evaluator.PublicityChanges(records ?? by.Publicised(packed, on), packed, day > on ? day : on);
    }

    /// <summary>Publicity that has begun or ended from here to another point.</summary>
    /// <param name="to">The other one; where this one has its records, it has its own too.</param>
    /// <param name="state">The packed records.</param>
    public IReadOnlyList<PublicityChange> Until(ToldPublicity to, Func<byte[]> state) => to.Records is { } published
        ? Evaluator.PublicityChanges(records ?? by.Publicised(state(), on), published)
        : Until(state, to.On, to.By);

    /// <summary>The same, told by its records: before they are folded anew under another catalogue.</summary>
    public ToldPublicity Spelled(byte[] state) =>
        records is null ? new ToldPublicity(on, by, rules, by.Publicised(state, on)) : this;

    /// <summary>The same with records that other rules have published.</summary>
    public ToldPublicity With(IReadOnlyDictionary<RecordId, string> published) => new(on, by, rules, published);
}

/// <summary>
/// A row that is on its way to the store, or may be there: with it publicity is told from one state of things to another.
/// </summary>
/// <param name="Position">Of the row.</param>
/// <param name="From">Publicity told before it.</param>
/// <param name="To">Publicity told with it.</param>
internal sealed record SentPublicity(long Position, ToldPublicity From, ToldPublicity To)
{
    /// <summary>Whether a stored row is this one, or a later one of the same rules.</summary>
    public bool IsIn(StoredSubject row) =>
        row.Position >= Position && row.AsOf >= To.On && row.PolicyVersion == To.Rules;
}

/// <summary>One object for all subjects of a shard of whom the same is told, as most are.</summary>
internal sealed class ToldPublicities
{
    private const int DaysMax = 4096;
    private readonly Dictionary<DateOnly, ToldPublicity> _byDay = [];
    private RulesSnapshot? _now;

    /// <summary>Publicity by the rules in force on a day.</summary>
    public ToldPublicity Of(DateOnly on, RulesSnapshot now)
    {
        if (_now?.Rules != now.Rules || !ReferenceEquals(_now.Evaluator, now.Evaluator) || _byDay.Count >= DaysMax)
        {
            _byDay.Clear();
            _now = now;
        }

        if (!_byDay.TryGetValue(on, out var told))
            _byDay[on] = told = new ToldPublicity(on, now.Evaluator, now.Rules);
        return told;
    }
}
