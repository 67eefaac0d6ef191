using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class SimulationTallyTests(ITestOutputHelper output)
{
    private static readonly Policy Before = SampleRulebook.Instance.Policy;

    private static readonly Policy After = Before with
    {
        Version = "2026.2",
        Supervision = new Dictionary<string, SupervisionSetting> { ["A"] = new(2, 1), ["D"] = new(50, 2) },
    };

    [Fact]
    public void Hand_made_case_gives_matrix_shares_and_supervision()
    {
        var counts = new SimulationCounts(Before, After);
        counts.Add(Subject("S1", 0, 0, 1_000_000, 1_000_000, "R1", records: 1));
        counts.Add(Subject("S2", 0, 3, 1_000_000, 400_000, "R1", records: 30, begun: ["m1"], ended: ["green-channel"]));
        counts.Add(Subject("S3", 2, 1, 700_000, 900_000, "R2", records: 5000));
        counts.Add(Subject("S4", -1, 1, null, 950_000, null));

        var result = counts.ToResult();

        Assert.Equal((4, 4L), (result.Subjects, result.Population));
        Assert.Equal(
            [(null, "B", 1L), ("A", "A", 1), ("A", "D", 1), ("C", "B", 1)],
            result.Matrix.Select(change => (change.Old, change.New, change.Share.Count)));
        Assert.Equal([1L, 2, 0, 1, 0], result.GradesBefore.Select(grade => grade.Share.Count));
        Assert.Equal([0L, 1, 2, 0, 1], result.GradesAfter.Select(grade => grade.Share.Count));
        Assert.Equal((1L, 1L, 1L, 0L), (result.Down.Count, result.Up.Count, result.BecomesRated.Count, result.BecomesUnrated.Count));
        Assert.Equal((25.0, 25.0, 25.0), (result.Down.Percent, result.Down.LowPercent, result.Down.HighPercent));
        Assert.Equal(new SimulationMover(new SubjectId("S2"), "A", "D", 1_000_000, 400_000, -3), Assert.Single(result.Falls));
        Assert.Equal("S3", Assert.Single(result.Rises).Subject.Value);
        Assert.Equal(["", "R1", "R2"], result.Regions.Select(group => group.Name));
        Assert.Equal((2L, 1L), (result.Regions[1].Subjects, result.Regions[1].Down.Count));
        Assert.Equal(["0", "1", "21-100", "1001+"], result.Sizes.Select(group => group.Name));
        Assert.Equal([new MeasureChange("green-channel", 0, 1), new MeasureChange("m1", 1, 0)], result.Measures);
        var d = result.Supervision.Single(change => change.Grade == "D");
        Assert.Equal((0m, 1m, 0m, 0.5m), (d.SubjectsBefore, d.SubjectsAfter, d.InspectionsBefore, d.InspectionsAfter));
        var a = result.Supervision.Single(change => change.Grade == "A");
        Assert.Equal((0.02m, 0.02m), (a.InspectionsBefore, a.InspectionsAfter));
        Assert.Equal((3L, 4L), (result.Scores.Sum(bin => bin.Before), result.Scores.Sum(bin => bin.After)));
        Assert.Equal(new ScoreBin(954_000, 1_007_000, 2, 1), result.Scores.Single(bin => bin.FromMilli == 954_000));
        Assert.Equal(new SimulatedEffect("2026.2", "2026.1", 4, 1, 4), result.Effect);
    }

    /// <summary>Threads and shards: however the subjects are split and the parts put together, the counts is the same.</summary>
    [Fact]
    public void Merging_is_associative_and_commutative()
    {
        var random = Seeds.Random(output);
        for (var round = 0; round < 20; round++)
        {
            var subjects = Enumerable.Range(0, random.Next(0, 1500)).Select(i => Any(random, i)).ToList();
            var whole = new SimulationCounts(Before, After);
            subjects.ForEach(subject => whole.Add(subject));
            var parts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new SimulationCounts(Before, After)).ToList();
            foreach (var subject in subjects.OrderBy(_ => random.Next()))
                parts[random.Next(parts.Count)].Add(subject);
            while (parts.Count > 1)
            {
                var (to, from) = (random.Next(parts.Count), random.Next(parts.Count));
                if (to == from)
                    continue;
                if (random.Next(2) == 0)
                    parts[to] = SimulationCounts.FromJson(Before, After, parts[to].ToJson());
                parts[to].Merge(parts[from]);
                parts.RemoveAt(from);
            }

            Assert.Equal(Text(whole), Text(parts[0]));
            var result = whole.ToResult();
            Assert.Equal(subjects.Count, result.Matrix.Sum(change => change.Share.Count));
            Assert.Equal(subjects.Count, result.Regions.Sum(group => group.Subjects));
            Assert.Equal(result.Down.Count, result.Industries.Sum(group => group.Down.Count));
            Assert.Equal(subjects.Count, result.Sizes.Sum(group => group.Before.Sum()));
        }
    }

    [Fact]
    public void Movers_are_the_greatest_in_a_fixed_order()
    {
        var random = Seeds.Random(output);
        var subjects = Enumerable.Range(0, 3000).Select(i => Any(random, i)).ToList();
        var counts = new SimulationCounts(Before, After);
        foreach (var subject in subjects.OrderBy(_ => random.Next()))
            counts.Add(subject);

        var expected = subjects
            .Select(subject => (
                subject.Subject,
                Steps: subject is { OldGrade: >= 0, NewGrade: >= 0 } ? subject.NewGrade - subject.OldGrade : 0,
                Points: (subject.NewScoreMilli - subject.OldScoreMilli) ?? 0))
            .Where(move => move.Steps > 0 || (move.Steps == 0 && move.Points < 0))
            .OrderByDescending(move => move.Steps).ThenBy(move => move.Points).ThenBy(move => move.Subject.Value, StringComparer.Ordinal)
            .Take(SimulationCounts.MoversMax).Select(move => move.Subject);
        Assert.Equal(expected, counts.ToResult().Falls.Select(mover => mover.Subject));
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_kept_is_whole()
    {
        var random = Seeds.Random(output);
        var names = Enumerable.Range(0, SimulationCounts.GroupsMax + 700).Select(i => $"R{i:00000}").ToList();
        var (one, other) = (new SimulationCounts(Before, After), new SimulationCounts(Before, After));
        foreach (var (name, i) in names.Concat(names).OrderBy(_ => random.Next()).Select((name, i) => (name, i)))
            (random.Next(2) == 0 ? one : other).Add(Subject($"S{i}", 0, 1, 1, 0, name));
        one.Merge(other);

        var regions = one.ToResult().Regions;

        Assert.Equal(SimulationCounts.GroupsMax + 1, regions.Count);
        Assert.Equal(names.Take(SimulationCounts.GroupsMax), regions.SkipLast(1).Select(group => group.Name));
        Assert.All(regions.SkipLast(1), group => Assert.Equal(2, group.Subjects));
        Assert.Equal((SimulationGroup.Others, 1400L, 1400L), (regions[^1].Name, regions[^1].Subjects, regions[^1].Down.Count));
    }

    /// <summary>Grades that both policies name are compared by name.</summary>
    [Fact]
    public void Another_scale_compares_grades_by_name()
    {
        var finer = After with { Grades = [new("AAA", 1_050_000), new("A", 990_000), new("B", 900_000), new("D", 0)] };
        var counts = new SimulationCounts(Before, finer);
        counts.Add(Subject("same", 0, 1, 1, 1, null));
        counts.Add(Subject("up", 0, 0, 1, 1, null));
        counts.Add(Subject("down", 2, 3, 1, 1, null));

        var result = counts.ToResult();

        Assert.Equal(["down"], result.Falls.Select(mover => mover.Subject.Value));
        Assert.Equal(["up"], result.Rises.Select(mover => mover.Subject.Value));
        Assert.Equal(["A", "B", "C", "D", "AAA"], result.Supervision.Select(change => change.Grade));
    }

    [Fact]
    public void Sample_states_its_error_and_scales_what_it_expects()
    {
        var counts = new SimulationCounts(Before, After);
        for (var i = 0; i < 100; i++)
            counts.Add(Subject($"S{i}", 0, i < 10 ? 3 : 0, 1_000_000, 1_000_000, "R"));

        var result = counts.ToResult(10_000);

        Assert.InRange(result.Down.LowPercent, 5.52, 5.53);
        Assert.InRange(result.Down.HighPercent, 17.43, 17.44);
        Assert.Equal(result.Down, Assert.Single(result.Regions).Down);
        Assert.Equal(1000m, result.Supervision.Single(change => change.Grade == "D").SubjectsAfter);
        Assert.Equal(500m, result.Supervision.Single(change => change.Grade == "D").InspectionsAfter);
        Assert.Equal(1000, result.Effect.Downgrades);
    }

    [Fact]
    public void Tally_of_other_policies_is_refused()
    {
        var counts = new SimulationCounts(Before, After);

        Assert.Throws<ArgumentException>(() => counts.Merge(new SimulationCounts(After, Before)));
        Assert.Throws<InvalidDataException>(() => SimulationCounts.FromJson(After, Before, counts.ToJson()));
        Assert.Throws<InvalidDataException>(() => SimulationCounts.FromJson(Before, After, "{}"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => counts.Add(Subject("S", 0, 4, 1, 1, null)));
        Assert.Empty(counts.ToResult().Matrix);
    }

    private static string Text(SimulationCounts counts) => System.Text.Encoding.UTF8.GetString(counts.ToJson())
        + System.Text.Json.JsonSerializer.Serialize(counts.ToResult(100_000));

    private static SimulatedSubject Any(Random random, int number)
    {
        var (old, @new) = (random.Next(-1, 4), random.Next(-1, 4));
        return Subject(
            $"S{number}", old, @new, old < 0 ? null : random.Next(0, 20) * 50_000, @new < 0 ? null : random.Next(0, 20) * 50_000,
            $"R{random.Next(9)}", random.Next(2000), random.Next(4) == 0 ? [$"m{random.Next(3)}"] : null,
            random.Next(4) == 0 ? ["m1", "m2"] : null) with
        { Industry = $"I{random.Next(5)}" };
    }

    private static SimulatedSubject Subject(
        string id, int old, int @new, long? oldScore, long? newScore, string? region, int records = 0, string[]? begun = null,
        string[]? ended = null) => new()
        {
            Subject = new SubjectId(id),
            OldGrade = old,
            NewGrade = @new,
            OldScoreMilli = oldScore,
            NewScoreMilli = newScore,
            Region = region,
            Records = records,
            MeasuresBegun = begun,
            MeasuresEnded = ended,
        };
}
