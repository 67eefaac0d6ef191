using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Portal.Tests;

/// <summary>A public download of 100,000 rows is streamed: what it takes of memory does not grow with its rows.</summary>
public sealed class DownloadTests : IAsyncLifetime
{
    private const int Subjects = 5_000;
    private const int RowsEach = 20;
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync(options => options with
    {
        Portal = options.Portal with { ListRowsMax = 2 * Subjects * RowsEach },
    });

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Download_of_100000_rows_takes_no_more_memory_at_its_end_than_at_its_beginning()
    {
        var engine = _portal.Server.Engine;
        var decided = engine.Today.AddDays(-30).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        foreach (var codes in Enumerable.Range(0, Subjects).Select(_ => Invented.Code()).Chunk(500))
        {
            var lines = codes.SelectMany(code => Enumerable.Range(0, RowsEach).Select(
                i => Invented.Penalty(code, $"{code}-{i}", decidedOn: decided)));
            var body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
            var receipt = await engine.Feed.SubmitAsync(
                new SourceId("DOWN"), "tests", PipeReader.Create(body), new FeedOptions { ReportedLinesMax = 1 }, PortalFixture.Stop);
            Assert.Equal(codes.Length * RowsEach, receipt.Accepted);
        }

        await engine.FlushAsync();
        using var http = new HttpClient { BaseAddress = new Uri(_portal.Server.Address), Timeout = TimeSpan.FromMinutes(5) };
        using var warm = await http.GetAsync("/portal/lists/penalty", PortalFixture.Stop);
        Assert.Equal(200, (int)warm.StatusCode);
        using var answer = await http.GetAsync(
            "/portal/lists/penalty/download.csv", HttpCompletionOption.ResponseHeadersRead, PortalFixture.Stop);
        Assert.Null(answer.Content.Headers.ContentLength);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(PortalFixture.Stop));
        var (rows, heaps) = (-1, new List<long>());
        while (await reader.ReadLineAsync(PortalFixture.Stop) is not null)
        {
            if (++rows % 20_000 == 10_000)
                heaps.Add(GC.GetTotalMemory(forceFullCollection: true) / 1024 / 1024);
        }

        Assert.Equal(Subjects * RowsEach, rows);
        Assert.True(heaps[^1] - heaps[0] < 24, $"MiB of the heap on the way: {string.Join(", ", heaps)}");
        TestContext.Current.TestOutputHelper?.WriteLine($"MiB of the heap on the way: {string.Join(", ", heaps)}");
    }
}
