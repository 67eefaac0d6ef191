using System.Globalization;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>A search finds a name once, whether it is in the index, not yet in it, or got another name on either side.</summary>
public sealed class NameIndexTests() : StoreContract(new SqliteHost(unwrittenMax: 1_000_000))
{
    [Fact]
    public async Task Names_indexed_and_not_yet_indexed_are_found_before_and_after_a_kill()
    {
        await NameAsync(0, "虚构甲乙商店", null);
        await NameAsync(1, "虚构甲乙商店", null);
        await ((SqliteStore)Store).TidyAsync();
        await NameAsync(2, "虚构甲乙商店", null);
        await NameAsync(3, "虚构甲乙商店", null);
        await NameAsync(1, "虚构丙丁商店", 1);
        await NameAsync(3, "虚构丙丁商店", 1);
        await FoundAreAsync();
        await ReopenAfterKillAsync();
        await FoundAreAsync();
        await ((SqliteStore)Store).TidyAsync();
        await FoundAreAsync();
        await ReopenAfterKillAsync();
        await FoundAreAsync();
    }

    [Fact]
    public async Task Names_left_by_an_earlier_process_are_indexed_by_the_next()
    {
        await NameAsync(0, "虚构甲乙商店", null);
        await ReopenAfterKillAsync();
        await ((SqliteStore)Store).TidyAsync();
        await NameAsync(0, "虚构丙丁商店", 1);
        Assert.Equal(string.Empty, await FoundAsync("甲乙"));
        Assert.Equal("0", await FoundAsync("丙丁"));
    }

    [Fact]
    public async Task Index_that_has_grown_is_merged_into_one_segment()
    {
        await using var host = new SqliteHost(unwrittenMax: 1_000_000);
        await using var store = (SqliteStore)await host.CreateAsync(TimeProvider.System, ShardCount);
        await AddAsync(0, 19_999);
        await store.TidyAsync();
        Assert.NotEqual(1, host.Number(Segments));
        await AddAsync(19_999, 1);
        await store.TidyAsync();
        Assert.Equal(1, host.Number(Segments));
        Assert.Equal(20_000, host.Number("SELECT merged FROM name_head"));
        await AddAsync(20_000, 1);
        await store.TidyAsync();
        Assert.Equal(2, host.Number(Segments));
        foreach (var (text, number) in new[] { ("第0号", 0), ("虚构 第19999号", 19_999), ("第20000号", 20_000) })
        {
            var found = await store.Subjects.SearchAsync(new SubjectQuery(text, null, null, null, 10), Cancellation);
            Assert.Equal(Subject(number), Assert.Single(found).Subject);
        }

        Task AddAsync(int first, int count) => store.Subjects.WriteAsync(
            [
                .. Enumerable.Range(first, count).Select(i => Row(Subject(i), 1, [1]) with
                {
                    Description = new SubjectDescription($"虚构第{i}号商店", null, null, null),
                })
                .GroupBy(row => row.Shard)
                .Select(shard => new ShardWrite(shard.Key, [.. shard.Select(row => new SubjectWrite(row, null))], [], null)),
            ],
            Cancellation);
    }

    private const string Segments = "SELECT count(DISTINCT segid) FROM subject_name_idx";

    private Task NameAsync(int number, string name, long? expected) => WriteAsync(new SubjectWrite(
        Row(Subject(number), (expected ?? 0) + 1, [1]) with { Description = new SubjectDescription(name, null, null, null) }, expected));

    private async Task FoundAreAsync()
    {
        Assert.Equal("0 2", await FoundAsync("甲乙"));
        Assert.Equal("1 3", await FoundAsync("丙丁"));
        Assert.Equal("0 1 2 3", await FoundAsync("商店"));
    }

    private async Task<string> FoundAsync(string text) => string.Join(
        ' ', (await Store.Subjects.SearchAsync(new SubjectQuery(text, null, null, null, 200), Cancellation)).Select(
            row => int.Parse(row.Subject.Value.AsSpan(12), CultureInfo.InvariantCulture)));
}
