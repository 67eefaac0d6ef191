using System.Diagnostics;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P7 and P8: another policy for all stored subjects, results stored; against one sequential COPY of the same states that are thrown away,
/// and against loading, assessing and updating subject by subject.
/// </summary>
/// <param name="rows">P8; else P7.</param>
public sealed class RecomputeBenchmark(bool rows) : IBenchmark
{
    public string Name => rows ? "recompute-vs-rows" : "recompute";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        if (options.Store != "postgres")
            throw new NotSupportedException($"{Name} is measured with --store postgres.");
        var postgres = await BenchPostgres.OfAsync(options);
        var place = await (await PreparedStore.EnsureAsync(options)).CopyAsync(options, $"{options.Store}-{Name}");
        await using var store = await place.OpenAsync();
        var templates = new TemplateSubjects(store.Symbols, null);
        await using var engine = await CreditEngine.OpenAsync(
            store, templates.Rulebook,
            new EngineOptions { WarmUpPage = 0, Recomputation = new RecomputationOptions { Automatic = false } },
            TimeProvider.System, NullLoggerFactory.Instance, default);
        var rounds = new List<(double, double)>();
        var cpu = new List<double>();
        RowRecomputation? reference = null;
        try
        {
            for (var round = -1; round < options.Rounds; round++)
            {
                await postgres.CheckpointAsync();
                var (before, watch) = (Environment.CpuUsage.TotalTime + postgres.Cpu, Stopwatch.StartNew());
                var run = await NewPolicy.RecomputeAsync(engine);
                var seconds = watch.Elapsed.TotalSeconds;
                var used = Environment.CpuUsage.TotalTime + postgres.Cpu - before;
                if (run.Done < options.Subjects || run.Written < options.Subjects * 0.9)
                    throw new InvalidOperationException($"Of {options.Subjects} subjects {run.Done} passed, {run.Written} written.");
                await postgres.CheckpointAsync();
                (double Ours, double Reference) pair;
                if (rows)
                {
                    reference ??= await RowRecomputation.OpenAsync(
                        place, await postgres.EmptyDatabaseAsync("bench_row_recomputation"), engine.Evaluator, engine.Today);
                    pair = (run.Done / seconds, await reference.RunAsync(options.Seconds));
                }
                else
                {
                    pair = (seconds, await CopyStatesAsync(place.Connection!));
                }

                if (round < 0)
                    continue;
                rounds.Add(pair);
                cpu.Add(used.TotalMicroseconds / run.Done);
            }
        }
        finally
        {
            if (reference is not null)
                await reference.DisposeAsync();
        }

        var notes = $"{options.Subjects} stored subjects, mean {templates.MeanRecords:0.0} records, every score another, "
            + $"{BenchResult.Median(cpu):0.0} us CPU per subject in all";
        return
        [
            rows
                ? BenchResult.Of(
                    Name, "subjects/s", rounds, "P8: at least 15x subject by subject", ratio => ratio >= 15,
                    $"{notes}; reference: read, assess, update of {RowRecomputation.Sample} rows, 200 at once, "
                        + "multiplexed over 8 connections, prepared")
                : BenchResult.Of(
                    Name, "s", rounds, "P7: at most 3x one sequential COPY of the states", ratio => ratio <= 3, notes),
        ];
    }

    /// <summary>Reads the state column once and throws it away.</summary>
    private static async Task<double> CopyStatesAsync(string connection)
    {
        await using var reader = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await reader.OpenAsync();
        var buffer = new byte[256 * 1024];
        var watch = Stopwatch.StartNew();
        await using (var copy = await reader.BeginRawBinaryCopyAsync("COPY (SELECT state FROM credit.subject) TO STDOUT (FORMAT binary)"))
        {
            while (await copy.ReadAsync(buffer.AsMemory(), default) > 0)
            {
            }
        }

        return watch.Elapsed.TotalSeconds;
    }
}
