using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class SamplingTests(ITestOutputHelper output)
{
    /// <summary>Worked out by another SHA-256, over seven zero bytes, a 7, and the text: the answer never changes.</summary>
    [Fact]
    public void Sample_is_the_same_everywhere()
    {
        var taken = Enumerable.Range(0, 40).Where(i => Sampling.Takes(new SubjectId($"S{i}"), 7, 10)).ToList();

        Assert.Equal([2, 11, 14, 15, 24, 34], taken);
    }

    [Fact]
    public void Share_is_near_the_percent_and_samples_nest()
    {
        var random = Seeds.Random(output);
        var seed = random.NextInt64();
        var subjects = Enumerable.Range(0, 20_000).Select(i => new SubjectId($"91120110MA{i:00000000}")).ToList();

        var small = subjects.Where(subject => Sampling.Takes(subject, seed, 5)).ToHashSet();
        var large = subjects.Where(subject => Sampling.Takes(subject, seed, 12.5m)).ToHashSet();

        // Six standard deviations.
        Assert.InRange(small.Count, 1000 - 185, 1000 + 185);
        Assert.InRange(large.Count, 2500 - 281, 2500 + 281);
        Assert.Subset(large, small);
        Assert.NotEqual(small, subjects.Where(subject => Sampling.Takes(subject, seed + 1, 5)).ToHashSet());
        Assert.All(subjects.Take(100), subject => Assert.True(Sampling.Takes(subject, seed, 100) && !Sampling.Takes(subject, seed, 0)));
    }

    /// <summary>Values of Wilson's interval as textbooks give them; bounds where the plain interval fails.</summary>
    [Theory]
    [InlineData(10, 100, 5.5229, 17.4366)]
    [InlineData(0, 10, 0, 27.7533)]
    [InlineData(10, 10, 72.2467, 100)]
    [InlineData(0, 0, 0, 100)]
    public void Interval_is_that_of_Wilson(long count, long looked, double low, double high)
    {
        var share = Share.Of(count, looked, 1_000_000);

        Assert.Equal(low, share.LowPercent, 0.0001);
        Assert.Equal(high, share.HighPercent, 0.0001);
        var exact = Share.Of(count, looked, looked);
        Assert.Equal((share.Percent, share.Percent), (exact.LowPercent, exact.HighPercent));
    }
}
