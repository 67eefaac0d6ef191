using System.Globalization;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Tests.Subjects;

/// <summary>Subjects in memory: which ones leave it, and when.</summary>
public sealed class SubjectCacheTests
{
    private const int Capacity = 10;
    private static readonly Evaluator Evaluator = new(SampleRulebook.Instance, new SymbolTable());
    private readonly SubjectCache _cache = new(Capacity);

    [Fact]
    public void Cache_shrinks_to_its_capacity()
    {
        for (var i = 0; i < 1000; i++)
        {
            _cache.Add(Subject(i));
            _cache.Evict();
            Assert.True(_cache.Count <= Capacity + 1, $"{_cache.Count} after {i}");
        }

        Assert.Equal(Capacity, _cache.Count);
        Assert.Equal(0, _cache.Room);
    }

    [Fact]
    public void Subject_asked_for_since_the_last_round_stays_and_leaves_in_the_next()
    {
        for (var i = 0; i < Capacity; i++)
            _cache.Add(Subject(i));
        _cache.Find(Name(0))!.Used = true;
        for (var i = Capacity; i < 2 * Capacity; i++)
            _cache.Add(Subject(i, isUsed: true));
        _cache.Evict();
        Assert.True(_cache.Contains(Name(0)));
        Assert.False(_cache.Contains(Name(1)));
        for (var i = 2 * Capacity; i < 3 * Capacity; i++)
            _cache.Add(Subject(i, isUsed: true));
        _cache.Evict();
        Assert.False(_cache.Contains(Name(0)));
    }

    [Fact]
    public void Subject_that_is_not_written_back_never_leaves()
    {
        for (var i = 0; i < 3 * Capacity; i++)
        {
            var warm = Subject(i);
            warm.Dirty = true;
            _cache.Add(warm);
        }

        _cache.Evict();
        Assert.Equal(3 * Capacity, _cache.Count);
        _cache.Find(Name(5))!.Dirty = false;
        _cache.Evict(released: 1);
        Assert.False(_cache.Contains(Name(5)));
        Assert.Equal((3 * Capacity) - 1, _cache.Count);
    }

    [Fact]
    public void Other_catalogue_is_noticed_also_when_the_first_comes_back()
    {
        Assert.False(_cache.MayHoldOutdated("facts-1"));
        Assert.False(_cache.MayHoldOutdated("facts-1"));
        Assert.True(_cache.MayHoldOutdated("facts-2"));
        Assert.True(_cache.MayHoldOutdated("facts-1"));
    }

    private static DateOnly Day { get; } = new(2026, 11, 29);

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"91990000TEST{number:D6}");

    private static WarmSubject Subject(int number, bool isUsed = false) => new(
        new SubjectView(new SubjectId(Name(number)), 0, 1, PackedRecords.Empty, Evaluator, Day, default),
        new ToldPublicity(Day, Evaluator, ""))
    {
        Used = isUsed,
    };
}
