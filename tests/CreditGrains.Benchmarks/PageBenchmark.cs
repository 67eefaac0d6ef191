using System.Globalization;
using System.Text;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P21: every page of the portal that is read, beside all stored subjects, against a static page of the same size from the same process;
/// one request at a time, in turn. The row is that of the slowest page; the figures of all are talk. <c>page-list-deep</c> is a page of a
/// list far behind the first one, against the first.
/// </summary>
public sealed class PageBenchmark : IBenchmark
{
    private const int LinesFed = 60_000;
    private const int CodesAsked = 2_000;
    private const int Seed = 77;
    private const int RequestsOfRound = 200;
    private const double BoundTimes = 10;
    private const double DepthBoundTimes = 1.5;
    private const int WorstNamed = 5;
    private const int AnswerBytesMax = 8 * 1024 * 1024;

    public string Name => "page";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await (await PreparedStore.EnsureAsync(options)).CopyAsync(options, $"{options.Store}-{Name}");
        await using var server = await place.HostAsync();
        var warm = await server.WaitWarmAsync(options.Subjects);
        var (codes, names) = await FeedAsync(server, options.Subjects);
        await server.AskAsync(HostedServer.Statistics);
        var fixedPages = new Uri(await server.AskAsync(HostedServer.Static));
        using var visitor = await PortalVisitor.SignInAsync(server.Address, "operator");
        await BuiltListsAsync(visitor);
        var pages = await PortalPages.FindAsync(visitor, codes, names, FeedLoad.Source);
        var rounds = new Dictionary<string, List<(double Ours, double Reference)>>();
        foreach (var page in pages)
            rounds[page.Name] = await MeasureAsync(options, server, visitor, page, fixedPages);
        var results = pages.Select(page => BenchResult.Of(
            Name, "us p99", rounds[page.Name], "P21: at most 10x a static page of its size", ratio => ratio <= BoundTimes, page.Name))
            .OrderByDescending(result => result.Ratio).ToList();
        foreach (var result in results)
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  {result.Notes}: {result.Ours:0} us, static {result.Reference:0}, {result.Ratio:0.0}x"));
        var worst = string.Join(", ", results.Take(WorstNamed).Select(
            result => string.Create(CultureInfo.InvariantCulture, $"{result.Notes} {result.Ratio:0.0}")));
        var depth = rounds[PortalPages.ListDeep].Zip(rounds[PortalPages.List], (deep, first) => (deep.Ours, first.Ours)).ToList();
        return
        [
            results[0] with
            {
                Notes = $"{options.Store}, {options.Subjects} stored subjects, {warm:P0} in memory, {pages.Count} pages, one request at a "
                    + $"time, in turn; slowest: {worst}",
            },
            BenchResult.Of(
                $"{Name}-list-deep", "us p99", depth, "as P21: at most 1.5x the first page of the list", ratio => ratio <= DepthBoundTimes,
                "page 1,000 of a list of 20,000 rows against its first"),
        ];
    }

    /// <summary>Reports about some stored organisations, so that their pages show records of the journal.</summary>
    private static async Task<(List<string> Codes, List<string> Names)> FeedAsync(BenchServer server, int subjects)
    {
        using var batches = new FeedBatches(
            new SyntheticOptions
            {
                Seed = Seed, Subjects = LinesFed, EndDate = DateOnly.FromDateTime(DateTime.UtcNow), BadLines = 0.005,
            }, subjects);
        var lines = batches.Next(LinesFed);
        await FeedLoad.RunAsync(server, lines);
        var codes = lines.SelectMany(SubjectsOf).Distinct().Take(CodesAsked).ToList();
        var random = new Random(3);
        return (codes, [.. Enumerable.Range(0, CodesAsked).Select(_ => TemplateSubjects.NameWords(random.Next(subjects)))]);
    }

    private static IEnumerable<string> SubjectsOf(FeedBatch batch) => Encoding.UTF8.GetString(batch.Body)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split("\"subject\":\"")).Where(parts => parts.Length == 2).Select(parts => parts[1].Split('"')[0]);

    /// <summary>The lists of a node are built when one is first asked for.</summary>
    private static async Task BuiltListsAsync(PortalVisitor visitor)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            try
            {
                await visitor.GetAsync("/portal/lists");
                return;
            }
            catch (InvalidOperationException)
            {
                await Task.Delay(500);
            }
        }

        throw new InvalidOperationException("The lists are not built.");
    }

    private static async Task<List<(double Ours, double Reference)>> MeasureAsync(
        BenchOptions options, BenchServer server, PortalVisitor visitor, PortalPage page, Uri fixedPages)
    {
        var sizes = new List<int>();
        foreach (var path in page.Paths.Take(20))
            sizes.Add(Encoding.UTF8.GetByteCount(await visitor.GetAsync(path)));
        var requests = page.Paths.Select(visitor.Request).ToArray();
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {page.Name}: {sizes.Average() / 1024:0} KB"));
        var reference = RawHttpLoad.Request("GET", StaticPages.PathOf((int)sizes.Average()), null, null);
        var rounds = new List<(double, double)>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var next = 0;
            var (ours, theirs) = await RawHttpLoad.RunInTurnAsync(
                server.Address, () => requests[next = (next + 1) % requests.Length], fixedPages, reference, RequestsOfRound,
                AnswerBytesMax);
            if (round >= 0)
                rounds.Add((ours.P99Us, theirs.P99Us));
            if (round == options.Rounds - 1)
            {
                await Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"    medians {ours.MedianUs:0} us, static {theirs.MedianUs:0} us"));
            }
        }

        return rounds;
    }
}
