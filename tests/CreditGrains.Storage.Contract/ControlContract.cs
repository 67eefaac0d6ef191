using System.Globalization;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IControlStore"/>.</summary>
public abstract class ControlContract(IStoreHost host) : StoreContract(host)
{
    private IControlStore Control => Store.Control;

    [Fact]
    public async Task Write_counts_versions_and_keeps_the_newest_content()
    {
        Assert.Null(await Control.FindAsync("policy", "2026.1", Cancellation));
        await PutAsync("policy", "2026.1", null, """{"state":"draft"}""");
        Time.Now = Start.AddMinutes(1);
        await PutAsync("policy", "2026.1", 1, """{"state":"approved","label":"监管参考分 😀"}""");
        await PutAsync("run", "2026.1", null, "{}");
        Assert.Equal(
            new ControlDocument("policy", "2026.1", 2, """{"state":"approved","label":"监管参考分 😀"}""", Start.AddMinutes(1)),
            await Control.FindAsync("policy", "2026.1", Cancellation));
        Assert.Equal(1, (await Control.FindAsync("run", "2026.1", Cancellation))!.Version);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1L)]
    [InlineData(3L)]
    public async Task Write_unexpected_version_writes_nothing_of_all(long? expected)
    {
        await PutAsync("policy", "a", null, "1");
        await PutAsync("policy", "a", 1, "2");
        await Assert.ThrowsAsync<WriteConflictException>(() => Control.WriteAsync(
            [
                new ControlWrite("policy", "b", null, "new", Act("drafted")),
                new ControlWrite("policy", "a", expected, "3", Act("approved")),
            ],
            Cancellation));
        Assert.Equal("2", (await Control.FindAsync("policy", "a", Cancellation))!.Content);
        Assert.Null(await Control.FindAsync("policy", "b", Cancellation));
        Assert.Empty(await Control.EventsAsync(null, null, 0, 100, Cancellation));
    }

    [Fact]
    public async Task Write_expected_document_that_is_missing_conflicts()
    {
        await Assert.ThrowsAsync<WriteConflictException>(() => PutAsync("policy", "a", 1, "2"));
        Assert.Null(await Control.FindAsync("policy", "a", Cancellation));
    }

    [Fact]
    public async Task Write_of_several_documents_is_one()
    {
        await Control.WriteAsync(
            [
                new ControlWrite("policy", "a", null, "1", Act("activated")),
                new ControlWrite("timeline", "t", null, "2", null),
                new ControlWrite("policy", "b", null, "3", Act("superseded")),
            ],
            Cancellation);
        Assert.Equal("1", (await Control.FindAsync("policy", "a", Cancellation))!.Content);
        Assert.Equal("2", (await Control.FindAsync("timeline", "t", Cancellation))!.Content);
        Assert.Equal(
            ["1 policy a activated", "2 policy b superseded"],
            (await Control.EventsAsync(null, null, 0, 10, Cancellation))
                .Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Number} {e.Kind} {e.Id} {e.Act.Action}")));
    }

    [Fact]
    public async Task Write_of_concurrent_writers_one_wins_each_version()
    {
        await PutAsync("run", "r", null, "0");
        var written = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async writer =>
        {
            for (var attempt = 0; attempt < 5; attempt++)
            {
                var known = await Control.FindAsync("run", "r", Cancellation);
                try
                {
                    await Control.WriteAsync([new ControlWrite("run", "r", known!.Version, $"{writer}", Act("stepped"))], Cancellation);
                    Interlocked.Increment(ref written);
                }
                catch (WriteConflictException)
                {
                    // Another one was first.
                }
            }
        }));
        Assert.Equal(written + 1, (await Control.FindAsync("run", "r", Cancellation))!.Version);
        var events = await Control.EventsAsync("run", "r", 0, 100, Cancellation);
        Assert.Equal(Enumerable.Range(1, written).Select(number => (long)number), events.Select(e => e.Number));
        Assert.Equal(Enumerable.Range(2, written).Select(version => (long)version), events.Select(e => e.Version));
    }

    [Fact]
    public async Task Events_are_filtered_paged_and_whole()
    {
        for (var i = 1; i <= 4; i++)
        {
            long? before = i == 1 ? null : i - 1;
            await Control.WriteAsync(
                [
                    new ControlWrite("policy", "a", before, "x", new ControlAction($"step-{i}", "officer", $$"""{"i":{{i}}}""")),
                    new ControlWrite("policy", "b", before, "x", Act("other")),
                    new ControlWrite("run", "a", before, "x", i % 2 == 0 ? Act("run") : null),
                ],
                Cancellation);
        }

        Assert.Equal([1, 3, 6, 8], await NumbersAsync("policy", "a", 0, 100));
        Assert.Equal([6], await NumbersAsync("policy", "a", 3, 1));
        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9], await NumbersAsync("policy", null, 0, 100));
        Assert.Equal([3, 5, 6], await NumbersAsync(null, "a", 1, 3));
        Assert.Equal([9, 10], await NumbersAsync(null, null, 8, 100));
        Assert.Empty(await NumbersAsync("policy", "none", 0, 100));
        Assert.Equal(
            new ControlEvent(6, "policy", "a", 3, Start, new ControlAction("step-3", "officer", """{"i":3}""")),
            (await Control.EventsAsync("policy", "a", 3, 1, Cancellation))[0]);
    }

    [Fact]
    public async Task List_pages_give_each_document_of_the_kind_once_in_order()
    {
        foreach (var i in new[] { 7, 3, 9, 1, 5 })
            await PutAsync("policy", $"v{i}", null, $"{i}");
        await PutAsync("run", "v2", null, "2");
        var seen = new List<ControlDocument>();
        IReadOnlyList<ControlDocument> page;
        while ((page = await Control.ListAsync("policy", seen.Count == 0 ? null : seen[^1].Id, 2, Cancellation)).Count > 0)
        {
            Assert.InRange(page.Count, 1, 2);
            seen.AddRange(page);
        }

        Assert.Equal(["v1", "v3", "v5", "v7", "v9"], seen.Select(document => document.Id));
        Assert.Equal(["1", "3", "5", "7", "9"], seen.Select(document => document.Content));
    }

    [Fact]
    public async Task Large_document_is_kept()
    {
        var content = $"\"{new string('信', 1_000_000)}\"";
        await PutAsync("policy", new string('p', 200), null, content);
        Assert.Equal(content, (await Control.FindAsync("policy", new string('p', 200), Cancellation))!.Content);
    }

    [Fact]
    public async Task Documents_and_events_survive_a_kill()
    {
        await Control.WriteAsync([new ControlWrite("policy", "a", null, "1", Act("drafted"))], Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal(new ControlDocument("policy", "a", 1, "1", Start), await Control.FindAsync("policy", "a", Cancellation));
        await Control.WriteAsync([new ControlWrite("policy", "a", 1, "2", Act("approved"))], Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal([1, 2], await NumbersAsync("policy", "a", 0, 10));
    }

    private static ControlAction Act(string action) => new(action, "officer", "{}");

    private Task PutAsync(string kind, string id, long? expected, string content) =>
        Control.WriteAsync([new ControlWrite(kind, id, expected, content, null)], Cancellation);

    private async Task<IEnumerable<long>> NumbersAsync(string? kind, string? id, long after, int limit) =>
        (await Control.EventsAsync(kind, id, after, limit, Cancellation)).Select(e => e.Number);
}
