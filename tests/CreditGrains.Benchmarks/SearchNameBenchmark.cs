using System.Diagnostics;
using System.Globalization;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P22: two words of a name among all stored subjects, against one prepared read of a row by its primary key, in the same store. The name
/// is one organisation's own; <c>search-name-common</c> asks for two words that thousands have, for information.
/// </summary>
public sealed class SearchNameBenchmark : IBenchmark
{
    private const int Limit = 20;
    private const int BatchSize = 50;
    private const double BoundTimes = 20;

    public string Name => "search-name";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await PreparedStore.EnsureAsync(options);
        await using var store = await place.OpenAsync();
        var templates = new TemplateSubjects(store.Symbols, null);
        await using var row = await ColdReference.OpenAsync(place, store.ShardCount);
        var random = new Random(7);
        var (own, common) = (new List<(double, double)>(), new List<(double, double)>());
        for (var round = -1; round < options.Rounds; round++)
        {
            var rare = await TimesAsync(options, random, number => SearchAsync(store, TemplateSubjects.NameWords(number)));
            var often = await TimesAsync(options, random, number => SearchAsync(store, CommonWords(number)));
            var reference = await TimesAsync(
                options, random, async number => (await row.ReadAsync(templates.Subject(number), number)).Length);
            if (round < 0)
                continue;
            own.Add((rare.P99, reference.P99));
            common.Add((often.P99, reference.P99));
            await Console.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  medians {rare.Median:0} us, common {often.Median:0} us, read {reference.Median:0.0} us"));
        }

        var notes = $"{options.Store}, {options.Subjects} names, each once, uniform, one call at a time; the data are in the page cache";
        return
        [
            BenchResult.Of(Name, "us p99", own, "P22: at most 20x the read's p99", ratio => ratio <= BoundTimes, notes),
            BenchResult.Of(
                $"{Name}-common", "us p99", common, "as P22, for information: none", _ => true,
                "the same for two words that one name in 120 has"),
        ];
    }

    private static string CommonWords(int number) => TemplateSubjects.NameWords(number).Split(' ')[0].Insert(2, " ");

    private static async Task<int> SearchAsync(IStore store, string words) => (await store.Subjects.SearchAsync(
        new SubjectQuery(words, null, null, null, Limit + 1), CancellationToken.None)).Count;

    private static async Task<(double Median, double P99)> TimesAsync(BenchOptions options, Random random, Func<int, Task<int>> act)
    {
        var taken = new List<double>();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < options.Seconds)
        {
            for (var i = 0; i < BatchSize; i++)
            {
                var number = random.Next(options.Subjects);
                var begun = Stopwatch.GetTimestamp();
                if (await act(number) == 0)
                    throw new InvalidOperationException($"Organisation {number} is not found.");
                taken.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
            }
        }

        taken.Sort();
        return (taken[taken.Count / 2], taken[(int)(taken.Count * 0.99)]);
    }
}
