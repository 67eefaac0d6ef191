using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite;

namespace CreditGrains.Benchmarks;

/// <summary>A data directory with that many stored subjects, made once and kept in the working folder.</summary>
public static class PreparedStore
{
    private const int Batch = 5000;

    public static async Task<string> EnsureAsync(BenchOptions options)
    {
        var folder = Path.Combine(options.Work, $"subjects-{options.Subjects}");
        var done = Path.Combine(folder, "prepared");
        if (File.Exists(done))
            return folder;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        await Console.Error.WriteLineAsync($"preparing {options.Subjects} stored subjects in {folder} ...");
        await using (var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = DatabaseIn(folder) }, default))
        {
            var templates = new TemplateSubjects(store.Symbols, null);
            var evaluator = new Evaluator(templates.Rulebook, store.Symbols);
            var rules = RulesOf(templates);
            var today = templates.Rulebook.DateAt(DateTimeOffset.UtcNow);
            for (var first = 0; first < options.Subjects; first += Batch)
            {
                var rows = Enumerable.Range(first, Math.Min(Batch, options.Subjects - first))
                    .Select(i => Assessed(templates.Row(i, store.ShardCount, rules), evaluator, today));
                await store.Subjects.WriteAsync(
                    [.. rows.GroupBy(row => row.Shard)
                        .Select(g => new ShardWrite(g.Key, [.. g.Select(row => new SubjectWrite(row, null))], [], null))],
                    default);
            }
        }

        await File.WriteAllTextAsync(done, "");
        return folder;
    }

    /// <summary>The server on the prepared store of the kind asked for.</summary>
    public static async Task<ServerProcess> ServeAsync(BenchOptions options) => await ServerProcess.StartAsync(await EnsureAsync(options));

    public static string DatabaseIn(string folder) => Path.Combine(folder, "credit.db");

    /// <summary>As the engine names its rules.</summary>
    public static string RulesOf(TemplateSubjects templates) => $"{templates.Rulebook.Policy.Version}@{templates.Rulebook.Digest[..12]}";

    private static StoredSubject Assessed(StoredSubject row, Evaluator evaluator, DateOnly today)
    {
        var summary = evaluator.Summarise(row.State, today);
        return row with
        {
            Description = PackedRecords.DescriptionOf(row.State, today),
            ScoreMilli = summary.ScoreMilli,
            Grade = summary.Grade < 0 ? null : evaluator.Policy.Grades[summary.Grade].Grade,
            AsOf = today,
            NextChange = summary.NextChange,
        };
    }
}
