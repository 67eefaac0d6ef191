using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class PolicyTimelineTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Decisions at random, by clocks that differ: none changes what was in force before it, and the last decision "at once" holds.
    /// </summary>
    [Invariant(11)]
    [Fact]
    public void Decisions_never_change_the_past()
    {
        var random = Seeds.Random(output);
        var rulebook = RulebookTexts.Load(RulebookTexts.Small());
        var versions = Enumerable.Range(0, 4).Select(i => PolicyText.Read(
            rulebook, RulebookTexts.Policy.Replace("version: 2026.1", $"version: v{i}", StringComparison.Ordinal)))
            .Select(reading => (Reading: reading, Version: PolicyVersion.Draft(reading, "an", Start).State!
                .Approve(reading, "bo", Start, "ok").State!)).ToList();
        var accepted = 0;
        for (var round = 0; round < 200; round++)
        {
            var timeline = random.Next(4) == 0 ? PolicyTimeline.Empty : PolicyTimeline.BeginningWith("v0", Start);
            var hour = 0;
            for (var step = 0; step < 12; step++)
            {
                hour += random.Next(0, 6);
                var now = At(hour - random.Next(0, 3));
                var (reading, version) = versions[random.Next(versions.Count)];
                var order = new ActivationCommand
                {
                    Actor = "an",
                    Reason = "r",
                    At = random.Next(3) == 0 ? null : now.AddHours(random.Next(-3, 12)),
                };
                var outcome = random.Next(4) == 0
                    ? timeline.Cancel(version.Version, "an", now, "r")
                    : timeline.Activate(version, reading, order, now, null);
                if (outcome.State is not { } next)
                    continue;
                accepted++;
                for (var past = -2; At(past) < now; past++)
                    Assert.Equal(timeline.InForceAt(At(past)), next.InForceAt(At(past)));
                Assert.Equal(next.Activations.OrderBy(entry => entry.At).ThenBy(entry => entry.Number), next.Activations);
                if (outcome.Event!.Action != PolicyAction.Cancel)
                {
                    var made = next.Activations.Single(entry => entry.Number == next.Number);
                    Assert.Same(made, next.InForceAt(made.At));
                    Assert.True(made.At >= now);
                    Assert.Equal(timeline.Activations.Count + 1, next.Activations.Count);
                }

                timeline = PolicyDocument.ReadTimeline(PolicyDocument.Write(next));
                Assert.Equal(next.Activations, timeline.Activations);
                Agrees(timeline);
            }
        }

        Assert.True(accepted > 500, $"only {accepted} decisions were accepted");
    }

    [Fact]
    public void Nothing_is_in_force_before_the_first()
    {
        Assert.Null(PolicyTimeline.Empty.InForceAt(Start));
        Assert.Null(PolicyTimeline.BeginningWith("v", Start).InForceAt(Start.AddTicks(-1)));
        Assert.Equal("v", PolicyTimeline.BeginningWith("v", Start).InForceAt(Start.ToOffset(TimeSpan.FromHours(8)))!.Version);
    }

    /// <summary>The search against the plainest reading of the rule.</summary>
    private static void Agrees(PolicyTimeline timeline)
    {
        for (var hour = -2; hour < 90; hour++)
        {
            var begun = timeline.Activations.Where(entry => entry.Cancelled is null && entry.At <= At(hour)).ToList();
            var expected = begun.Count == 0 ? null : begun.MaxBy(entry => (entry.At, entry.Number));
            Assert.Equal(expected, timeline.InForceAt(At(hour)));
            var ahead = timeline.Activations.Where(entry => entry.Cancelled is null && entry.At > At(hour)).ToList();
            Assert.Equal(ahead.Count == 0 ? null : ahead.Min(entry => entry.At), timeline.NextAfter(At(hour)));
        }
    }

    private static DateTimeOffset At(int hour) => Start.AddHours(hour);
}
