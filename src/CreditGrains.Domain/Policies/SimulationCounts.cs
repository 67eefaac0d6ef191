using System.Runtime.InteropServices;
using System.Text.Json;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// Counts what a change of policy does to millions of subjects, in bounded memory. Tallies of disjoint sets of subjects merge in any
/// order and grouping to the same counts, so that threads and shards each keep their own; one is not safe for concurrent use.
/// </summary>
/// <remarks>
/// A subject goes down when its new grade is worse. Grades are compared by name in the new policy's order where it has both, else in
/// the old one's, else by place from the best. Becoming rated or unrated is neither up nor down.
/// </remarks>
public sealed class SimulationCounts
{
    /// <summary>Movers kept in each direction.</summary>
    public const int MoversMax = 100;

    /// <summary>
    /// Regions, and industries, told apart; of more, those first in ordinal order are kept (which alone merges without error), the others
    /// count together.
    /// </summary>
    public const int GroupsMax = 5_000;

    internal const int ScoreBins = 20;
    private const int GroupCharsMax = 64;

    private static readonly int[] SizeBounds = [0, 1, 5, 20, 100, 1_000, int.MaxValue];
    private static readonly string[] SizeNames = ["0", "1", "2-5", "6-20", "21-100", "101-1000", "1001+"];

    private readonly int[] _steps;
    private readonly SortedSet<SimulationMover> _falls = new(MoverOrder.Falls);
    private readonly SortedSet<SimulationMover> _rises = new(MoverOrder.Rises);
    private readonly Dictionary<string, MeasureChange> _measures = [];

    public SimulationCounts(Policy before, Policy after)
    {
        Before = before;
        After = after;
        Matrix = new long[(before.Grades.Count + 1) * (after.Grades.Count + 1)];
        _steps = new int[Matrix.Length];
        for (var old = 0; old < before.Grades.Count; old++)
        {
            for (var grade = 0; grade < after.Grades.Count; grade++)
                _steps[Cell(old, grade)] = StepsDown(old, grade);
        }
    }

    public Policy Before { get; }

    public Policy After { get; }

    /// <summary>Subjects counted.</summary>
    public long Subjects { get; private set; }

    internal long[] Matrix { get; private set; }

    internal long[] ScoresBefore { get; private set; } = new long[ScoreBins];

    internal long[] ScoresAfter { get; private set; } = new long[ScoreBins];

    internal SimulationGroups Regions { get; } = new();

    internal SimulationGroups Industries { get; } = new();

    internal SimulationGroups Sizes { get; } = new();

    internal IEnumerable<SimulationMover> Falls => _falls;

    internal IEnumerable<SimulationMover> Rises => _rises;

    internal IEnumerable<MeasureChange> Measures => _measures.Values.OrderBy(measure => measure.Measure, StringComparer.Ordinal);

    internal long ScoreMin => Math.Min(Before.MinMilli, After.MinMilli);

    internal long ScoreMax => Math.Max(Before.MaxMilli, After.MaxMilli);

    /// <summary>Counts one subject. Each is counted once, in one of the tallies that are merged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A grade is none of its policy's.</exception>
    public void Add(in SimulatedSubject subject)
    {
        Check(subject.OldGrade, Before);
        Check(subject.NewGrade, After);
        var cell = Cell(subject.OldGrade, subject.NewGrade);
        var steps = _steps[cell];
        Subjects++;
        Matrix[cell]++;
        Count(ScoresBefore, subject.OldScoreMilli);
        Count(ScoresAfter, subject.NewScoreMilli);
        Regions.Add(KeyOf(subject.Region), cell, Matrix.Length);
        Industries.Add(KeyOf(subject.Industry), cell, Matrix.Length);
        Sizes.Add(SizeOf(subject.Records), cell, Matrix.Length);
        var points = (subject.NewScoreMilli - subject.OldScoreMilli) ?? 0;
        if (steps != 0 || points != 0)
        {
            // The grade decides; only where it stays does the score.
            var movers = steps > 0 || (steps == 0 && points < 0) ? _falls : _rises;
            Keep(movers, new SimulationMover(
                subject.Subject, NameOf(Before, subject.OldGrade), NameOf(After, subject.NewGrade), subject.OldScoreMilli,
                subject.NewScoreMilli, -steps));
        }

        foreach (var measure in subject.MeasuresBegun ?? [])
            Change(new MeasureChange(measure, 1, 0));
        foreach (var measure in subject.MeasuresEnded ?? [])
            Change(new MeasureChange(measure, 0, 1));
    }

    /// <summary>Takes in what other counts of the same two policies counted; that one stays as it is.</summary>
    /// <exception cref="ArgumentException">The other counts are of other policies.</exception>
    public void Merge(SimulationCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!IsSame(Before, other.Before) || !IsSame(After, other.After))
            throw new ArgumentException("The tallies are of different policies.", nameof(other));
        Subjects += other.Subjects;
        Sum(Matrix, other.Matrix);
        Sum(ScoresBefore, other.ScoresBefore);
        Sum(ScoresAfter, other.ScoresAfter);
        Regions.Merge(other.Regions);
        Industries.Merge(other.Industries);
        Sizes.Merge(other.Sizes);
        foreach (var mover in other._falls)
            Keep(_falls, mover);
        foreach (var mover in other._rises)
            Keep(_rises, mover);
        foreach (var measure in other._measures.Values)
            Change(measure);
    }

    /// <summary>Counts of a simulation, in shares and lists.</summary>
    /// <param name="population">All subjects; more than were counted for a sample, whose shares then carry their intervals.</param>
    public SimulationResult ToResult(long? population = null) => SimulationResult.Of(this, Math.Max(Subjects, population ?? 0));

    /// <summary>The counts as JSON in UTF-8, to be kept with a run's cursor or sent between nodes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new SimulationCountsDocument(
            Before.Version, After.Version, Subjects, Matrix, ScoresBefore, ScoresAfter, Regions.Document, Industries.Document,
            Sizes.Document, [.. _falls], [.. _rises], [.. Measures]),
        SimulationJson.Default.SimulationCountsDocument);

    /// <summary>The counts that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">Not such a document, or one of other policies.</exception>
    public static SimulationCounts FromJson(Policy before, Policy after, ReadOnlySpan<byte> json)
    {
        SimulationCountsDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, SimulationJson.Default.SimulationCountsDocument);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"These are not the counts of a simulation: {fault.Message}", fault);
        }

        var counts = new SimulationCounts(before, after);
        if (document is null || document.Before != before.Version || document.After != after.Version
            || document.Matrix.Length != counts.Matrix.Length || document.ScoresBefore.Length != ScoreBins
            || document.ScoresAfter.Length != ScoreBins
            || !new[] { document.Regions, document.Industries, document.Sizes }.All(
                groups => groups.Count <= GroupsMax && groups.Values.All(cells => cells?.Length == counts.Matrix.Length)))
            throw new InvalidDataException("The counts are of other policies.");
        counts.Subjects = document.Subjects;
        counts.Matrix = document.Matrix;
        counts.ScoresBefore = document.ScoresBefore;
        counts.ScoresAfter = document.ScoresAfter;
        counts.Regions.Take(document.Regions);
        counts.Industries.Take(document.Industries);
        counts.Sizes.Take(document.Sizes);
        counts._falls.UnionWith(document.Falls);
        counts._rises.UnionWith(document.Rises);
        foreach (var measure in document.Measures)
            counts.Change(measure);
        return counts;
    }

    /// <summary>Steps down from an old grade to a new one; negative for up, 0 when either is none.</summary>
    internal int Steps(int cell) => _steps[cell];

    /// <summary>The place in the matrix; -1 is unrated and stands first.</summary>
    internal int Cell(int oldGrade, int newGrade) => ((oldGrade + 1) * (After.Grades.Count + 1)) + newGrade + 1;

    internal static string? NameOf(Policy policy, int grade) => grade < 0 ? null : policy.Grades[grade].Grade;

    private int StepsDown(int old, int grade)
    {
        var (oldName, newName) = (Before.Grades[old].Grade, After.Grades[grade].Grade);
        if (Place(After, oldName) is >= 0 and var inNew)
            return grade - inNew;
        return Place(Before, newName) is >= 0 and var inOld ? inOld - old : grade - old;

        static int Place(Policy policy, string name) => policy.Grades.TakeWhile(band => band.Grade != name).Count() is var place
            && place < policy.Grades.Count ? place : -1;
    }

    private void Count(long[] bins, long? score)
    {
        if (score is not { } milli)
            return;
        var width = Math.Max(1, ScoreMax - ScoreMin);
        bins[Math.Clamp((milli - ScoreMin) * ScoreBins / width, 0, ScoreBins - 1)]++;
    }

    private void Change(MeasureChange change)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_measures, change.Measure, out _);
        known = known is null ? change : known with { Begins = known.Begins + change.Begins, Ends = known.Ends + change.Ends };
    }

    private static void Keep(SortedSet<SimulationMover> movers, SimulationMover mover)
    {
        if (movers.Count == MoversMax && movers.Comparer.Compare(mover, movers.Max) >= 0)
            return;
        movers.Add(mover);
        if (movers.Count > MoversMax)
            movers.Remove(movers.Max!);
    }

    private static string SizeOf(int records)
    {
        var size = 0;
        while (records > SizeBounds[size])
            size++;
        return SizeNames[size];
    }

    private static string KeyOf(string? name)
    {
        if (name is not { Length: > GroupCharsMax })
            return name ?? "";
        return name[..(char.IsHighSurrogate(name[GroupCharsMax - 1]) ? GroupCharsMax - 1 : GroupCharsMax)];
    }

    private static bool IsSame(Policy one, Policy other) => one.Version == other.Version
        && one.MinMilli == other.MinMilli && one.MaxMilli == other.MaxMilli && one.Grades.SequenceEqual(other.Grades);

    internal static void Sum(long[] to, long[] from)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += from[i];
    }

    private static void Check(int grade, Policy policy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grade, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(grade, policy.Grades.Count);
    }

    private sealed class MoverOrder(int direction) : IComparer<SimulationMover>
    {
        public static readonly MoverOrder Falls = new(1);
        public static readonly MoverOrder Rises = new(-1);

        /// <summary>The greater move first: by grade, then by points, then by id.</summary>
        public int Compare(SimulationMover? x, SimulationMover? y)
        {
            var byGrade = direction * x!.Steps.CompareTo(y!.Steps);
            if (byGrade != 0)
                return byGrade;
            var byPoints = direction * x.PointsMilli.CompareTo(y.PointsMilli);
            return byPoints != 0 ? byPoints : string.CompareOrdinal(x.Subject.Value, y.Subject.Value);
        }
    }
}
