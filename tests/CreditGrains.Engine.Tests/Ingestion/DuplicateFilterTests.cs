using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Engine.Tests.Ingestion;

/// <summary>A known key is never taken for new; a new one is seldom taken for known.</summary>
public sealed class DuplicateFilterTests
{
    private static readonly SourceId Source = new("SCJG");

    [Fact]
    public void Known_keys_are_held_and_most_others_are_not()
    {
        var keys = new DuplicateFilter(10_000_000) { IsComplete = true };
        for (var i = 0; i < 300_000; i++)
            keys.Add(new RecordId(Source, $"A-{i}"), i + 1);
        for (var i = 0; i < 300_000; i++)
            Assert.True(keys.MayHold(new RecordId(Source, $"A-{i}")) && keys.MayHold(i + 1));
        var taken = Enumerable.Range(0, 100_000).Count(i => keys.MayHold(new RecordId(Source, $"B-{i}")));
        Assert.InRange(taken, 0, 5_000);
        Assert.InRange(Enumerable.Range(1, 100_000).Count(i => keys.MayHold(-(long)i)), 0, 5_000);
    }

    [Fact]
    public void Same_id_of_another_source_is_another_record()
    {
        var keys = new DuplicateFilter(100) { IsComplete = true };
        keys.Add(new RecordId(Source, "A"), 0);
        Assert.False(keys.MayHold(new RecordId(new SourceId("SCJ"), "GA")));
        Assert.False(keys.MayHold(0L));
    }

    [Fact]
    public void Keys_beyond_the_bound_make_everything_count_as_known()
    {
        var keys = new DuplicateFilter(4) { IsComplete = true };
        for (var i = 0; i < 5; i++)
            keys.Add(new RecordId(Source, $"A-{i}"), 0);
        Assert.True(keys.MayHold(new RecordId(Source, "never seen")));
        Assert.False(keys.IsComplete);
    }

    [Fact]
    public void Incomplete_keys_make_everything_count_as_known() =>
        Assert.True(new DuplicateFilter(100).MayHold(new RecordId(Source, "never seen")));
}
