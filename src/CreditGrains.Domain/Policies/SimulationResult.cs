using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Policies;

/// <summary>Effect of a change of policy. Grade null means unrated.</summary>
public sealed record SimulationResult
{
    public required string Before { get; init; }

    public required string After { get; init; }

    /// <summary>Subjects looked at.</summary>
    public required long Subjects { get; init; }

    /// <summary>All subjects; more than looked at for a sample.</summary>
    public required long Population { get; init; }

    /// <summary>Every pair of grades that occurs, old best first, then new best first; unrated before them.</summary>
    public required IReadOnlyList<GradeChange> Matrix { get; init; }

    /// <summary>Every grade of either policy, in its order, unrated first.</summary>
    public required IReadOnlyList<GradeShare> GradesBefore { get; init; }

    public required IReadOnlyList<GradeShare> GradesAfter { get; init; }

    public required Share Down { get; init; }

    public required Share Up { get; init; }

    public required Share BecomesRated { get; init; }

    public required Share BecomesUnrated { get; init; }

    /// <summary>Scores in 20 bins of equal width over the range of both policies.</summary>
    public required IReadOnlyList<ScoreBin> Scores { get; init; }

    /// <summary>Greatest first, at most 100.</summary>
    public required IReadOnlyList<SimulationMover> Falls { get; init; }

    public required IReadOnlyList<SimulationMover> Rises { get; init; }

    /// <summary>
    /// By name in ordinal order; the name is empty where the subject has none. Beyond 5,000 the last stands for all others.
    /// </summary>
    public required IReadOnlyList<SimulationGroup> Regions { get; init; }

    public required IReadOnlyList<SimulationGroup> Industries { get; init; }

    /// <summary>By number of records, small first.</summary>
    public required IReadOnlyList<SimulationGroup> Sizes { get; init; }

    /// <summary>Subjects for which a measure would start or end, by measure.</summary>
    public required IReadOnlyList<MeasureChange> Measures { get; init; }

    /// <summary>Every grade of either policy.</summary>
    public required IReadOnlyList<SupervisionChange> Supervision { get; init; }

    /// <summary>As the activation of the new policy asks for it.</summary>
    public SimulatedEffect Effect => new(After, Before, Subjects, Down.Count, Population);

    internal static SimulationResult Of(SimulationCounts counts, long population)
    {
        var (before, after) = (counts.Before, counts.After);
        var cells = from old in Places(before) from grade in Places(after) select (Old: old, New: grade, Cell: counts.Cell(old, grade));
        var all = cells.ToList();
        return new SimulationResult
        {
            Before = before.Version,
            After = after.Version,
            Subjects = counts.Subjects,
            Population = population,
            Matrix = [.. all.Where(cell => counts.Matrix[cell.Cell] > 0).Select(cell => new GradeChange(
                SimulationCounts.NameOf(before, cell.Old), SimulationCounts.NameOf(after, cell.New), ShareOf(counts.Matrix[cell.Cell])))],
            GradesBefore = [.. Places(before).Select(old => new GradeShare(SimulationCounts.NameOf(before, old), ShareOf(CountOld(old))))],
            GradesAfter =
            [
                .. Places(after).Select(grade => new GradeShare(SimulationCounts.NameOf(after, grade), ShareOf(CountNew(grade)))),
            ],
            Down = ShareOf(Count(cell => counts.Steps(cell.Cell) > 0)),
            Up = ShareOf(Count(cell => counts.Steps(cell.Cell) < 0)),
            BecomesRated = ShareOf(Count(cell => cell.Old < 0 && cell.New >= 0)),
            BecomesUnrated = ShareOf(Count(cell => cell.Old >= 0 && cell.New < 0)),
            Scores = [.. Enumerable.Range(0, SimulationCounts.ScoreBins).Select(bin => new ScoreBin(
                Bound(bin), Bound(bin + 1), counts.ScoresBefore[bin], counts.ScoresAfter[bin]))],
            Falls = [.. counts.Falls],
            Rises = [.. counts.Rises],
            Regions = Groups(counts.Regions),
            Industries = Groups(counts.Industries),
            Sizes = [.. Groups(counts.Sizes).OrderBy(group => int.Parse(group.Name.Split('-', '+')[0], null))],
            Measures = [.. counts.Measures],
            Supervision = [.. before.Grades.Concat(after.Grades).Select(band => band.Grade).Distinct().Select(SupervisionOf)],
        };

        static IEnumerable<int> Places(Policy policy) => Enumerable.Range(-1, policy.Grades.Count + 1);

        Share ShareOf(long count) => Share.Of(count, counts.Subjects, population);

        long Count(Func<(int Old, int New, int Cell), bool> matching) => all.Where(matching).Sum(cell => counts.Matrix[cell.Cell]);

        long CountOld(int grade) => Count(cell => cell.Old == grade);

        long CountNew(int grade) => Count(cell => cell.New == grade);

        long Bound(int bin) => counts.ScoreMin + ((counts.ScoreMax - counts.ScoreMin) * bin / SimulationCounts.ScoreBins);

        IReadOnlyList<SimulationGroup> Groups(SimulationGroups groups)
        {
            var named = groups.All.Select(group => GroupOf(group.Key, group.Value)).ToList();
            var rest = counts.Matrix.ToArray();
            foreach (var (_, counts) in groups.All)
            {
                for (var i = 0; i < rest.Length; i++)
                    rest[i] -= counts[i];
            }

            if (rest.Any(count => count > 0))
                named.Add(GroupOf(SimulationGroup.Others, rest));
            return named;
        }

        SimulationGroup GroupOf(string name, long[] cells)
        {
            var subjects = cells.Sum();

            // How many of a group there are in all is not known for a sample: more than were looked at.
            var ofGroup = population > counts.Subjects ? long.MaxValue : subjects;
            return new SimulationGroup(
                name, subjects, Share.Of(all.Where(cell => counts.Steps(cell.Cell) > 0).Sum(cell => cells[cell.Cell]), subjects, ofGroup),
                Share.Of(all.Where(cell => counts.Steps(cell.Cell) < 0).Sum(cell => cells[cell.Cell]), subjects, ofGroup),
                [.. Places(before).Select(old => all.Where(cell => cell.Old == old).Sum(cell => cells[cell.Cell]))],
                [.. Places(after).Select(grade => all.Where(cell => cell.New == grade).Sum(cell => cells[cell.Cell]))]);
        }

        SupervisionChange SupervisionOf(string grade)
        {
            var (old, @new) = (Place(before, grade), Place(after, grade));
            var (subjectsBefore, subjectsAfter) = (Estimate(old < 0 ? 0 : CountOld(old)), Estimate(@new < 0 ? 0 : CountNew(@new)));
            var (settingBefore, settingAfter) = (before.Supervision.GetValueOrDefault(grade), after.Supervision.GetValueOrDefault(grade));
            return new SupervisionChange(
                grade, settingBefore, settingAfter, subjectsBefore, subjectsAfter,
                subjectsBefore * (settingBefore?.InspectionPercent ?? 0) / 100,
                subjectsAfter * (settingAfter?.InspectionPercent ?? 0) / 100);
        }

        decimal Estimate(long count) => counts.Subjects == 0 ? 0 : (decimal)count * population / counts.Subjects;

        static int Place(Policy policy, string grade) => policy.Grades.Select(band => band.Grade).ToList().IndexOf(grade);
    }
}

/// <summary>How many go from one grade to another.</summary>
public sealed record GradeChange(string? Old, string? New, Share Share);

/// <summary>How many have a grade.</summary>
public sealed record GradeShare(string? Grade, Share Share);

/// <summary>How many scores lie from one bound (inclusive) to the next (exclusive, but for the last bin), in milli-points.</summary>
public sealed record ScoreBin(long FromMilli, long ToMilli, long Before, long After);

/// <summary>A subject that moves far.</summary>
/// <param name="Subject">The organisation.</param>
/// <param name="OldGrade">Null for unrated.</param>
/// <param name="NewGrade">Null for unrated.</param>
/// <param name="OldScoreMilli">Null for unrated.</param>
/// <param name="NewScoreMilli">Null for unrated.</param>
/// <param name="Steps">Grades up; negative for down.</param>
public sealed record SimulationMover(
    SubjectId Subject, string? OldGrade, string? NewGrade, long? OldScoreMilli, long? NewScoreMilli, int Steps)
{
    /// <summary>Milli-points gained; 0 where there is no score on one side.</summary>
    public long PointsMilli => (NewScoreMilli - OldScoreMilli) ?? 0;
}

/// <summary>Grade changes among the subjects of one region, industry or size.</summary>
/// <param name="Name">Its name; empty for none given, <see cref="Others"/> for those beyond the bound.</param>
/// <param name="Subjects">How many were looked at.</param>
/// <param name="Down">Of these, going down.</param>
/// <param name="Up">Of these, going up.</param>
/// <param name="Before">By grade of the old policy, unrated first.</param>
/// <param name="After">By grade of the new policy, unrated first.</param>
public sealed record SimulationGroup(
    string Name, long Subjects, Share Down, Share Up, IReadOnlyList<long> Before, IReadOnlyList<long> After)
{
    public const string Others = "*";
}

/// <summary>For how many subjects a measure would start or end.</summary>
public sealed record MeasureChange(string Measure, long Begins, long Ends);

/// <summary>Supervision of a grade before and after.</summary>
/// <param name="Grade">The grade.</param>
/// <param name="Before">The old policy's setting; null for none.</param>
/// <param name="After">The new policy's setting; null for none.</param>
/// <param name="SubjectsBefore">Subjects of that grade; estimated for a sample.</param>
/// <param name="SubjectsAfter">Likewise under the new policy.</param>
/// <param name="InspectionsBefore">Expected in one draw: percent of the subjects.</param>
/// <param name="InspectionsAfter">Likewise under the new policy.</param>
public sealed record SupervisionChange(
    string Grade, SupervisionSetting? Before, SupervisionSetting? After, decimal SubjectsBefore, decimal SubjectsAfter,
    decimal InspectionsBefore, decimal InspectionsAfter);
