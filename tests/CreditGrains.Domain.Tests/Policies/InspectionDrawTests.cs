using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class InspectionDrawTests(ITestOutputHelper output)
{
    [Fact]
    public void Draw_obeys_percent_bound_and_capacity_and_can_be_verified()
    {
        var random = Seeds.Random(output);
        for (var round = 0; round < 60; round++)
        {
            var inputs = Inputs(random);
            var plan = InspectionDraw.Draw(inputs);

            foreach (var grade in plan.Grades)
            {
                var all = inputs.Candidates.Where(candidate => candidate.Grade == grade.Grade).ToList();
                var setting = inputs.Supervision.GetValueOrDefault(grade.Grade);
                var eligible = all.Count(candidate => setting is not null && candidate.InspectedThisYear < setting.PerYear);
                var expected = (int)Math.Round((setting?.InspectionPercent ?? 0) * eligible / 100, MidpointRounding.AwayFromZero);
                Assert.Equal((all.Count, eligible, expected), (grade.Subjects, grade.Eligible, grade.Drawn));
                Assert.Equal(expected, plan.Inspections.Count(inspection => inspection.Grade == grade.Grade));
            }

            var candidates = inputs.Candidates.ToDictionary(candidate => candidate.Subject);
            Assert.All(plan.Inspections, inspection =>
            {
                var candidate = candidates[inspection.Subject];
                Assert.Equal(candidate.Grade, inspection.Grade);
                Assert.True(candidate.InspectedThisYear < inputs.Supervision[candidate.Grade].PerYear);
            });
            Assert.Equal(plan.Inspections.Count, plan.Inspections.DistinctBy(inspection => inspection.Subject).Count());
            Assert.Equal(Enumerable.Range(1, plan.Inspections.Count), plan.Inspections.Select(inspection => inspection.Sequence));
            var capacity = inputs.Units.Sum(unit => unit.Capacity);
            Assert.Equal(Math.Max(0, plan.Inspections.Count - capacity), plan.WithoutUnit);
            Assert.All(inputs.Units, unit =>
                Assert.InRange(plan.Inspections.Count(inspection => inspection.Unit == unit.Id), 0, unit.Capacity));
            Assert.Empty(InspectionDraw.Verify(plan, inputs));
        }
    }

    [Fact]
    public void Order_of_the_inputs_has_no_effect_and_the_seed_has()
    {
        var random = Seeds.Random(output);
        var inputs = Inputs(random, 300);
        var plan = InspectionDraw.Draw(inputs);
        var shuffled = inputs with
        {
            Candidates = [.. inputs.Candidates.OrderBy(_ => random.Next())],
            Units = [.. inputs.Units.OrderBy(_ => random.Next())],
        };

        Assert.Equal(plan.Inspections, InspectionDraw.Draw(shuffled).Inspections);
        Assert.NotEqual(plan.Inspections, InspectionDraw.Draw(inputs with { Seed = inputs.Seed + "0" }).Inspections);
        Assert.NotEqual(plan.Inspections, InspectionDraw.Draw(inputs with { Period = "2027-Q1" }).Inspections);
        Assert.NotEmpty(InspectionDraw.Verify(plan, inputs with { Seed = inputs.Seed + "0" }));
    }

    [Fact]
    public void Plan_that_was_tampered_with_is_found_out()
    {
        var inputs = Inputs(Seeds.Random(output), 300);
        var plan = InspectionDraw.Draw(inputs);
        var spared = inputs.Candidates.First(candidate =>
            candidate.Grade == "D" && plan.Inspections.All(inspection => inspection.Subject != candidate.Subject));
        List<PlannedInspection> With(PlannedInspection first) => [first, .. plan.Inspections.Skip(1)];
        InspectionPlan[] forged =
        [
            plan with { Inspections = With(plan.Inspections[0] with { Subject = spared.Subject }) },
            plan with { Inspections = With(plan.Inspections[0] with { Unit = "elsewhere" }) },
            plan with { Inspections = With(plan.Inspections[0] with { Sequence = 9 }) },
            plan with { Inspections = [.. plan.Inspections.SkipLast(1)] },
            plan with { Inspections = [.. plan.Inspections, plan.Inspections[0]] },
            plan with { Grades = [.. plan.Grades.SkipLast(1)] },
            plan with { Seed = "other" },
        ];

        Assert.All(forged, bad =>
        {
            var difference = Assert.Single(InspectionDraw.Verify(bad, inputs));
            Assert.Contains(difference.Text.ByLanguage["zh"], c => c >= 0x4E00);
            Assert.NotEmpty(difference.Text.ByLanguage["en"]);
            Assert.All(
                difference.Subjects,
                subject => Assert.Contains(subject.Value, difference.Text.ByLanguage["en"], StringComparison.Ordinal));
        });
    }

    /// <summary>The rule as the page states it, worked out apart from the product's code: anyone can, with an HMAC tool.</summary>
    [Fact]
    public void Draw_follows_the_published_rule()
    {
        var subjects = Enumerable.Range(0, 30).Select(i => $"S{i:00}").ToList();
        var inputs = new InspectionInputs
        {
            Seed = "种子-42",
            Period = "2026-Q4",
            Supervision = new Dictionary<string, SupervisionSetting> { ["C"] = new(15, 1) },
            Candidates = [.. subjects.Select(subject => new InspectionCandidate(new SubjectId(subject), "C", 0))],
            Units = [new InspectionUnit("one", 100)],
        };

        var expected = subjects.OrderBy(subject => Convert.ToHexString(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes("种子-42"), Encoding.UTF8.GetBytes($"2026-Q4\n{subject}"))), StringComparer.Ordinal).Take(5);
        Assert.Equal(expected, InspectionDraw.Draw(inputs).Inspections.Select(inspection => inspection.Subject.Value));
        Assert.All(InspectionDraw.Draw(inputs).Inspections, inspection => Assert.Equal("one", inspection.Unit));
    }

    /// <summary>Half of a subject counts as one: 15 % of 30 is 4.5, of 10 is 1.5, of 3 is 0.45.</summary>
    [Theory]
    [InlineData(15, 30, 5)]
    [InlineData(15, 10, 2)]
    [InlineData(15, 3, 0)]
    [InlineData(100, 7, 7)]
    [InlineData(0, 7, 0)]
    [InlineData(12.5, 4, 1)]
    public void Quota_is_rounded_half_up(double percent, int eligible, int expected) =>
        Assert.Equal(expected, InspectionDraw.Quota((decimal)percent, eligible));

    /// <summary>Each subject of a grade has the same chance: within six standard deviations over many seeds.</summary>
    [Fact]
    public void Every_subject_has_the_same_chance()
    {
        var random = Seeds.Random(output);
        var drawn = new int[20];
        const int Draws = 2000;
        for (var round = 0; round < Draws; round++)
        {
            var inputs = new InspectionInputs
            {
                Seed = $"{random.NextInt64()}",
                Period = "P",
                Supervision = new Dictionary<string, SupervisionSetting> { ["C"] = new(20, 1) },
                Candidates = [.. Enumerable.Range(0, 20).Select(i => new InspectionCandidate(new SubjectId($"{i}"), "C", 0))],
            };
            foreach (var inspection in InspectionDraw.Draw(inputs).Inspections)
                drawn[int.Parse(inspection.Subject.Value, null)]++;
        }

        Assert.All(drawn, count => Assert.InRange(count, 400 - 108, 400 + 108));
    }

    [Fact]
    public void Unusable_inputs_are_refused()
    {
        var inputs = Inputs(new Random(1), 10);
        var first = inputs.Candidates.First();
        Assert.ThrowsAny<ArgumentException>(() => InspectionDraw.Draw(inputs with { Seed = " " }));
        Assert.ThrowsAny<ArgumentException>(() => InspectionDraw.Draw(inputs with { Candidates = [first, first] }));
        Assert.ThrowsAny<ArgumentException>(() => InspectionDraw.Draw(inputs with { Units = [new("u", 1), new("u", 2)] }));
        Assert.ThrowsAny<ArgumentException>(() => InspectionDraw.Draw(inputs with { Units = [new("u", -1)] }));
    }

    private static InspectionInputs Inputs(Random random, int? subjects = null) => new()
    {
        Seed = $"{random.NextInt64()}",
        Period = "2026-Q4",
        Supervision = new Dictionary<string, SupervisionSetting>
        {
            ["A"] = new(1.5m, 1),
            ["B"] = new(random.Next(0, 101), 1),
            ["C"] = new(50, 2),
            ["D"] = new(100, 2),
        },
        Candidates =
        [
            .. Enumerable.Range(0, subjects ?? random.Next(0, 200)).Select(i => new InspectionCandidate(
                new SubjectId($"S{i}"), i % 7 == 0 ? "X" : new[] { "A", "B", "C", "D" }[random.Next(4)], random.Next(0, 3))),
        ],
        Units = [.. Enumerable.Range(0, random.Next(0, 4)).Select(i => new InspectionUnit($"U{i}", random.Next(0, 40)))],
    };
}
