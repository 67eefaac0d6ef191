using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Development.Synthetic;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Subjects;

/// <summary>After a start, stored subjects come into memory before anybody asks, as far as there is room.</summary>
public sealed class WarmUpTests
{
    [Theory]
    [InlineData(1_000, 150)]
    [InlineData(64, 64)]
    public async Task Start_brings_stored_subjects_into_memory_up_to_the_bound(int most, int expected)
    {
        var store = await FedStoreAsync();
        await using var engine = await OpenAsync(store, new EngineOptions { WarmSubjectsMax = most, WarmUpPage = 7 });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (engine.Status().WarmSubjects < expected)
            await Task.Delay(1, patience.Token);
        Assert.Equal(expected, engine.Status().WarmSubjects);
    }

    [Fact]
    public async Task Start_with_no_page_waits_until_subjects_are_asked_for()
    {
        var store = await FedStoreAsync();
        await using var engine = await OpenAsync(store, new EngineOptions { WarmUpPage = 0 });
        var row = (await store.Subjects.PageAsync(0, null, 1, CancellationToken.None))[0];
        Assert.Equal(0, engine.Status().WarmSubjects);
        Assert.NotNull(await engine.Subjects.FindAsync(row.Subject, Consistency.Any, CancellationToken.None));
        Assert.Equal(1, engine.Status().WarmSubjects);
    }

    private static async Task<InMemoryStore> FedStoreAsync()
    {
        var store = new InMemoryStore(TimeProvider.System, shardCount: 4);
        var organisations = new SyntheticOrganisations(1);
        var lines = string.Concat(Enumerable.Range(0, 150).Select(number =>
            $$$"""
            {"id":"R{{{number}}}","revision":1,"subject":"{{{organisations.CodeOf(number)}}}","kind":"registration",
            "data":{"name":"虚构{{{number}}}","status":"active","establishedOn":"2020-01-01"}}
            """.Replace("\n", "", StringComparison.Ordinal) + "\n"));
        await using (var engine = await OpenAsync(store, new EngineOptions()))
        {
            var body = PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(lines)));
            var receipt = await engine.Feed.SubmitAsync(new SourceId("SCJG"), "test", body, new FeedOptions(), CancellationToken.None);
            Assert.Equal(150, receipt.Accepted);
        }

        return store.Reopen();
    }

    private static Task<CreditEngine> OpenAsync(InMemoryStore store, EngineOptions options) => CreditEngine.OpenAsync(
        store, SampleRulebook.Instance, options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
}
