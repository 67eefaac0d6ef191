using CreditGrains.Domain.Assessment;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Benchmarks;

/// <summary>A store with that many subjects, made once through the store's own port and kept.</summary>
public static class PreparedStore
{
    private const int Batch = 20_000;

    /// <summary>The place; what only reads may use it, what feeds takes a copy.</summary>
    public static async Task<StorePlace> EnsureAsync(BenchOptions options)
    {
        var name = $"{options.Store}-named-{options.Subjects}";
        if (await StorePlace.MadeAsync(options, name) is { } made)
            return made;
        var place = await MakeAsync(options, name, static (_, _, row) => row);
        await place.MarkMadeAsync();
        return place;
    }

    /// <summary>The same with other rows, made anew each time.</summary>
    /// <param name="options">How many subjects, and where.</param>
    /// <param name="name">Of the place.</param>
    /// <param name="change">Makes a subject's row another, by its number.</param>
    public static async Task<StorePlace> MakeAsync(
        BenchOptions options, string name, Func<TemplateSubjects, int, StoredSubject, StoredSubject> change)
    {
        var place = await StorePlace.EmptyAsync(options, name);
        await Console.Error.WriteLineAsync($"preparing {options.Subjects} stored subjects in {place.Folder} ...");
        await using (var store = await place.OpenAsync())
        {
            var templates = await FillAsync(store, options.Subjects, change);

            // The first opening of a store that is not empty recomputes it.
            await using var engine = await CreditEngine.OpenAsync(
                store, templates.Rulebook, new EngineOptions { WarmUpPage = 0 }, TimeProvider.System, NullLoggerFactory.Instance, default);
            await engine.Recomputation.WaitAsync(default);
        }

        if (options.Store == "postgres")
            await BenchPostgres.VacuumAsync(place.Connection!);
        return place;
    }

    /// <summary>The server on the prepared place itself: for lines that only ask.</summary>
    public static async Task<BenchServer> ServeAsync(BenchOptions options) => await (await EnsureAsync(options)).ServeAsync();

    /// <summary>The server on a copy.</summary>
    public static async Task<BenchServer> ServeCopyAsync(BenchOptions options, string name) =>
        await (await (await EnsureAsync(options)).CopyAsync(options, name)).ServeAsync();

    /// <summary>As the engine names its rules.</summary>
    public static string RulesOf(TemplateSubjects templates) => $"{templates.Rulebook.Policy.Version}@{templates.Rulebook.Digest[..12]}";

    private static async Task<TemplateSubjects> FillAsync(
        IStore store, int subjects, Func<TemplateSubjects, int, StoredSubject, StoredSubject> change)
    {
        var templates = new TemplateSubjects(store.Symbols, null);
        var evaluator = new Evaluator(templates.Rulebook, store.Symbols);
        var rules = RulesOf(templates);
        var today = templates.Rulebook.DateAt(DateTimeOffset.UtcNow);

        // Stored rows are of position 1, so every shard's journal must have come that far.
        var firsts = await store.Journal.AppendAsync(templates.FirstEntries(store.ShardCount), default);
        await store.Subjects.WriteAsync([.. firsts.Select(entry => new ShardWrite(entry.Shard, [], [], entry.Position))], default);
        for (var first = 0; first < subjects; first += Batch)
        {
            var rows = Enumerable.Range(first, Math.Min(Batch, subjects - first))
                .Select(i => Assessed(change(templates, i, templates.NamedRow(i, store.ShardCount, rules)), evaluator, today));
            await store.Subjects.WriteAsync(
                [.. rows.GroupBy(row => row.Shard)
                    .Select(g => new ShardWrite(g.Key, [.. g.Select(row => new SubjectWrite(row, null))], [], null))],
                default);
        }

        return templates;
    }

    private static StoredSubject Assessed(StoredSubject row, Evaluator evaluator, DateOnly today)
    {
        var summary = evaluator.Summarise(row.State, today);
        return row with
        {
            Description = PackedRecords.DescriptionOf(row.State, today),
            ScoreMilli = summary.ScoreMilli,
            Grade = summary.Grade < 0 ? null : evaluator.Policy.Grades[summary.Grade].Grade,
            AsOf = today,
            NextChange = summary.ValidUntil,
        };
    }
}
