using System.Diagnostics;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Benchmarks;

/// <summary>P12: the check of a subject that is only stored, against one prepared primary-key read of its row.</summary>
public sealed class ColdBenchmark : IBenchmark
{
    private const int BatchSize = 50;

    public string Name => "cold";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var folder = await PreparedStore.EnsureAsync(options);
        await using var store = await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = PreparedStore.DatabaseIn(folder) }, default);
        var templates = new TemplateSubjects(store.Symbols, null);
        await using var engine = await CreditEngine.OpenAsync(
            store, templates.Rulebook, new EngineOptions { WarmSubjectsMax = 64, SweepEveryMs = int.MaxValue }, TimeProvider.System,
            NullLoggerFactory.Instance, default);
        await using var connection = new SqliteConnection($"Data Source={PreparedStore.DatabaseIn(folder)};Mode=ReadOnly");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT state, position FROM subject WHERE subject = $subject";
        var parameter = command.Parameters.Add("$subject", SqliteType.Text);
        await command.PrepareAsync();

        var random = new Random(7);
        var rounds = new List<(double, double)>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var ours = await TimeAsync(options, random, async number =>
            {
                var request = new CheckRequest(templates.Subject(number), "approval", "public-funds", null, "bench");
                if ((await engine.Checks.CheckAsync(request, Consistency.Any, default))!.View.Position == 0)
                    throw new InvalidOperationException("not stored");
            });
            var reference = await TimeAsync(options, random, number =>
            {
                parameter.Value = templates.Subject(number).Value;
                using var reader = command.ExecuteReader();
                if (!reader.Read() || reader.GetFieldValue<byte[]>(0).Length == 0)
                    throw new InvalidOperationException("not stored");
                return Task.CompletedTask;
            });
            if (round >= 0)
                rounds.Add((ours, reference));
        }

        return
        [
            BenchResult.Of(Name, "us", rounds, "P12: at most 3x the latency", ratio => ratio <= 3,
                $"{options.Subjects} stored subjects, uniform keys, nothing warm, SQLite with the file in the page cache"),
        ];
    }

    private static async Task<double> TimeAsync(BenchOptions options, Random random, Func<int, Task> act)
    {
        var done = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < options.Seconds)
        {
            for (var i = 0; i < BatchSize; i++)
                await act(random.Next(options.Subjects));
            done += BatchSize;
        }

        return watch.Elapsed.TotalMicroseconds / done;
    }
}
