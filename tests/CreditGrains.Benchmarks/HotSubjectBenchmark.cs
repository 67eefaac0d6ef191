using System.Diagnostics;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P11: what its owner does for one more event of a subject with 100,000 records, against one with 10: take it in and assess.
/// </summary>
public sealed class HotSubjectBenchmark : IBenchmark
{
    private const int HotRecords = 100_000;
    private const int BatchSize = 200;

    public string Name => "hot-subject";

    public Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var symbols = new SymbolTable();
        var rulebook = new TemplateSubjects(symbols, 10).Rulebook;
        var evaluator = new Evaluator(rulebook, symbols);
        var today = rulebook.DateAt(DateTimeOffset.UtcNow);
        var small = Enumerable.Range(0, 10).Aggregate(PackedRecords.Empty, (state, i) => Apply(state, Event(i, today), symbols));
        var hot = new IncrementalAssessment(evaluator, PackedRecords.Empty, today);
        for (var i = 0; i < HotRecords; i++)
            Apply(hot, Event(i, today));
        var next = HotRecords;
        var rounds = new List<(double, double)>();
        for (var round = -2; round < options.Rounds; round++)
        {
            var ours = Time(options.Seconds, () =>
            {
                Apply(hot, Event(next++, today));
                hot.Summarise(today);
            });
            var reference = Time(options.Seconds, () => evaluator.Summarise(Apply(small, Event(next++, today), symbols), today));
            if (round >= 0)
                rounds.Add((ours, reference));
        }

        return Task.FromResult<IReadOnlyList<BenchResult>>(
        [
            BenchResult.Of(Name, "us/event", rounds, "P11: at most 2x", ratio => ratio <= 2,
                $"{HotRecords} records against 10; making the event is on both sides"),
        ]);
    }

    private static double Time(double seconds, Action act)
    {
        var done = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            for (var i = 0; i < BatchSize; i++)
                act();
            done += BatchSize;
        }

        return watch.Elapsed.TotalMicroseconds / done;
    }

    private static (RecordId Id, string Kind, RecordFacts Facts) Event(int number, DateOnly today)
    {
        var id = new RecordId(new SourceId("BENCH"), $"R-{number}");
        var date = today.AddDays(-(number * 7919 % 1800));
        return (number % 3) switch
        {
            0 => (id, "penalty", new RecordFacts
            {
                Date = date, Severity = (Severity)(1 + (number % 7 == 0 ? 2 : number % 2)), AmountMicro = number * 1_000_000L,
                IsDecision = true,
            }),
            1 => (id, "licence", new RecordFacts { Date = date, Until = date.AddDays(1000), IsDecision = true }),
            _ => (id, "inspection", new RecordFacts { Date = date, Level = "passed" }),
        };
    }

    private static byte[] Apply(byte[] state, (RecordId Id, string Kind, RecordFacts Facts) e, SymbolTable symbols) =>
        PackedRecords.Apply(state, e.Id, 1, EventOp.Put, e.Kind, e.Facts, symbols);

    private static void Apply(IncrementalAssessment hot, (RecordId Id, string Kind, RecordFacts Facts) e) =>
        hot.Apply(e.Id, 1, EventOp.Put, e.Kind, e.Facts);
}
