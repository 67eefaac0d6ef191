using System.Collections.Concurrent;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>Measures in force, memberships of lists and publicity, to be compared between two moments of a subject.</summary>
public sealed partial class Evaluator
{
    private const int EffectsCacheBound = 4096;

    /// <summary>Lists whose levels are told apart; all others are told by their kind alone.</summary>
    private const int ListLevelsMax = 32;

    private static readonly IReadOnlyDictionary<RecordId, string> NoneIsPublic = new Dictionary<RecordId, string>();

    private readonly ConcurrentDictionary<(RulePresence Presence, int Grade), SubjectEffects> _effects = new();
    private int _effectsCount;
    private readonly ListMembership[] _lists;
    private readonly HashSet<string> _procedureKinds, _publicisedKinds;
    private readonly int[] _publicised;
    private readonly ulong _publicisedBits;

    /// <summary>Measures in force and memberships of lists; constant time once such a set has been seen.</summary>
    /// <param name="summary">The subject's summary under this evaluator.</param>
    public SubjectEffects EffectsOf(in AssessmentSummary summary)
    {
        var key = (summary.Presence, summary.Grade);
        if (_effects.TryGetValue(key, out var known))
            return known;
        var measures = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < _recordTriggers.Length; i++)
        {
            if (summary.Presence[_firstMeasure + i])
                measures.Add(_recordTriggers[i].Measure);
        }

        for (var i = 0; i < _datedTriggers.Length; i++)
        {
            if (summary.Presence[FirstDated + i])
                measures.Add(_datedTriggers[i].Measure);
        }

        foreach (var inForce in summary.Grade < 0 ? [] : _measuresByGrade[summary.Grade])
        {
            if (!IsDated(inForce.Measure))
                measures.Add(inForce.Measure.Id);
        }

        var lists = Enumerable.Range(0, _lists.Length).Where(i => HasList(i)).Select(i => _lists[i]).ToList();
        var made = new SubjectEffects([.. measures], lists)
        {
            Warnings = [.. Enumerable.Range(0, _warnings.Length).Where(i => key.Presence[_firstWarning + i]).Select(i => _warnings[i].Id)],
        };
        return PresenceTexts <= PresenceTextsCached && _effectsCount < EffectsCacheBound
            && Interlocked.Increment(ref _effectsCount) <= EffectsCacheBound ? _effects.GetOrAdd(key, made) : made;

        bool HasList(int list) => key.Presence[_shown + 1 + list];
    }

    /// <summary>Grade of a summary under this evaluator; null for none.</summary>
    public string? GradeOf(in AssessmentSummary summary) => summary.Grade < 0 ? null : Policy.Grades[summary.Grade].Grade;

    /// <summary>The same as if the grade were another one of this policy; null or a grade that it does not have for none.</summary>
    public SubjectEffects EffectsOf(in AssessmentSummary summary, string? grade) => EffectsOf(
        summary with { Grade = grade is not null && _gradeIndex.TryGetValue(grade, out var index) ? (sbyte)index : (sbyte)-1 });

    /// <summary>Whether measures follow from a grade for a time only.</summary>
    public bool HasDatedMeasures => _datedTriggers.Length > 0;

    /// <summary>Whether records of a kind only act on other records (objections, repairs, cases).</summary>
    public bool IsProcedure(string kind) => _procedureKinds.Contains(kind);

    /// <summary>
    /// Whether a record of this kind may change what is published of lists, negative records and commitments: by itself, or as a procedure.
    /// </summary>
    public bool ConcernsPublicity(string kind) => _publicisedKinds.Contains(kind) || _procedureKinds.Contains(kind);

    /// <summary>
    /// Records whose publicity has begun or ended between two moments: of lists, negative records and commitments.
    /// </summary>
    /// <param name="before">Packed state before.</param>
    /// <param name="beforeOn">Day before.</param>
    /// <param name="after">Packed state after.</param>
    /// <param name="afterOn">Day after.</param>
    /// <returns>Records in the order of source and id.</returns>
    /// <exception cref="InvalidDataException">The bytes are no packed states.</exception>
    public IReadOnlyList<PublicityChange> PublicityChanges(
        ReadOnlySpan<byte> before, DateOnly beforeOn, ReadOnlySpan<byte> after, DateOnly afterOn)
    {
        return Changes(Publicised(before, beforeOn.DayNumber), Publicised(after, afterOn.DayNumber));
    }

    /// <summary>The same against records that were public by other rules.</summary>
    /// <param name="before">Their kinds.</param>
    /// <param name="after">Packed state after.</param>
    /// <param name="afterOn">Day after.</param>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public IReadOnlyList<PublicityChange> PublicityChanges(
        IReadOnlyDictionary<RecordId, string> before, ReadOnlySpan<byte> after, DateOnly afterOn) =>
        Changes(before, Publicised(after, afterOn.DayNumber));

    /// <summary>The same between two sets of records that were public, with their kinds.</summary>
    public static IReadOnlyList<PublicityChange> PublicityChanges(
        IReadOnlyDictionary<RecordId, string> before, IReadOnlyDictionary<RecordId, string> after) => Changes(before, after);

    /// <summary>The list entries, negative records and commitments of a packed state that are public on a day, with their kinds.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public IReadOnlyDictionary<RecordId, string> Publicised(ReadOnlySpan<byte> state, DateOnly on) =>
        Publicised(state, on.DayNumber) ?? NoneIsPublic;

    /// <summary>Whether the other one makes the same records public, of every state: by the same catalogue and clocks.</summary>
    public bool PublishesAs(Evaluator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (mine, others) = (Rulebook, other.Rulebook);
        return ReferenceEquals(this, other) || (mine.BaseDigest.Length > 0 && mine.BaseDigest == others.BaseDigest)
            || (ReferenceEquals(mine.Catalogue, others.Catalogue) && ReferenceEquals(mine.Clocks, others.Clocks));
    }

    private static List<PublicityChange> Changes(
        IReadOnlyDictionary<RecordId, string>? old, IReadOnlyDictionary<RecordId, string>? current)
    {
        if (old is null && current is null)
            return [];
        var changes = new List<PublicityChange>();
        foreach (var (record, kind) in current ?? NoneIsPublic)
        {
            if (old?.ContainsKey(record) != true)
                changes.Add(new PublicityChange(record, kind, true));
        }

        foreach (var (record, kind) in old ?? NoneIsPublic)
        {
            if (current?.ContainsKey(record) != true)
                changes.Add(new PublicityChange(record, kind, false));
        }

        changes.Sort(static (a, b) => Compare(a.Record, b.Record));
        return changes;
    }

    /// <summary>Whether one list entry, negative record or commitment of a packed state is public on a day.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a packed state.</exception>
    public bool IsPublicised(ReadOnlySpan<byte> state, RecordId record, DateOnly on)
    {
        if (!PackedRecords.TryFind(state, Symbols.Intern(record.Source.Value), record.Id, out var found)
            || Array.IndexOf(_publicised, found.Kind) < 0)
            return false;
        var scratch = Unpack(state);
        try
        {
            for (var i = 0; i < scratch.Count; i++)
            {
                if (scratch.Entries[i].Start == found.Start)
                    return IsPublicised(scratch.Entries[i], scratch.Marks, on.DayNumber);
            }

            return false;
        }
        finally
        {
            _scratch = scratch;
        }
    }

    internal bool IsPublicised(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        (_publicisedBits & CompiledRule.BitOf(record.Kind)) != 0 && Array.IndexOf(_publicised, record.Kind) >= 0
        && _public.IsPublic(record, marks, day);

    private Dictionary<RecordId, string>? Publicised(ReadOnlySpan<byte> state, int day)
    {
        var scratch = Unpack(state);
        try
        {
            Dictionary<RecordId, string>? found = null;
            for (var i = 0; i < scratch.Count; i++)
            {
                ref var record = ref scratch.Entries[i];
                if (IsPublicised(record, scratch.Marks, day))
                    (found ??= [])[PackedRecords.RecordIdOf(state, record, Symbols)] = Symbols.Text(record.Kind);
            }

            return found;
        }
        finally
        {
            _scratch = scratch;
        }
    }

    private static bool IsPublicised(RecordKind kind) => kind.Publicity != Publicity.None && kind.Procedure is null
        && kind.Role is RecordRole.List or RecordRole.Negative or RecordRole.Commitment;

    private static ListMembership[] ListsOf(Rulebook rulebook)
    {
        var kinds = rulebook.Catalogue.Kinds.Values.Where(kind => kind.Role == RecordRole.List)
            .OrderBy(kind => kind.Name, StringComparer.Ordinal).ToList();
        var lists = new List<ListMembership>();
        foreach (var kind in kinds)
        {
            var levels = kind.Fields.FirstOrDefault(field => field.Name == kind.Facets.Level)?.Of ?? [];
            if (levels.Count > 0 && lists.Count + levels.Count <= ListLevelsMax)
                lists.AddRange(levels.Order(StringComparer.Ordinal).Select(level => new ListMembership(kind.Name, level)));
            else
                lists.Add(new ListMembership(kind.Name, null));
        }

        return [.. lists];
    }
}
