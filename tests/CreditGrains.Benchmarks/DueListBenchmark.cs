using System.Diagnostics;
using System.Security.Cryptography;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Benchmarks;

/// <summary>A page of the due list at a million open cases, against the same at ten thousand: its cost is that of the page.</summary>
public sealed class DueListBenchmark : IBenchmark
{
    private const int Few = 10_000, Many = 1_000_000, PageLength = 201, AtOnce = 2000;
    private const double BoundTimes = 1.5;
    private static readonly DateOnly Day = new(2026, 3, 4);
    private static readonly SubjectId Subject = new("919900000000000000");
    private static readonly byte[] Payload = "{}"u8.ToArray();

    public string Name => "due-list";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var times = new List<double[]>();
        foreach (var count in (int[])[Few, Many])
        {
            await using var store = await (await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}")).OpenAsync();
            foreach (var numbers in Enumerable.Range(0, count).Chunk(AtOnce))
                await store.Journal.AppendAsync([.. numbers.Select(number => EntryOf(store, number))], CancellationToken.None);
            var rounds = new double[options.Rounds];
            for (var round = 0; round < rounds.Length; round++)
                rounds[round] = await MedianAsync(options, store, count);
            times.Add(rounds);
        }

        return
        [
            BenchResult.Of(
                Name, "us", [.. times[1].Zip(times[0])], "constant: at most 1.5 times", ratio => ratio <= BoundTimes,
                $"{options.Store}, pages of {PageLength} from anywhere, {Many:N0} open cases against {Few:N0}"),
        ];
    }

    /// <summary>A case as its first step leaves it: lines of the due list come into the store with their steps.</summary>
    private static JournalEntry EntryOf(IStore store, int number)
    {
        var id = new CaseNumber(CaseKind.Objection, Day.AddDays(number / CaseNumber.SerialsMax), number % CaseNumber.SerialsMax);
        return new JournalEntry
        {
            Shard = ShardMap.ShardOf(Subject, store.ShardCount),
            Position = 0,
            Subject = Subject,
            Record = id.Record,
            Revision = 1,
            Op = EventOp.Put,
            Kind = CaseKinds.Case,
            Payload = Payload,
            Digest = ContentDigest.FromBytes(SHA256.HashData(Payload)),
            NaturalKey = 0,
            Actor = "bench",
            IsFirst = true,
            ReceivedAt = default,
            Deadlines =
            [
                new DeadlineRow
                {
                    Case = id, Subject = Subject, Source = "", State = CaseState.Submitted, Due = Day.AddDays(number % 40),
                    Clock = "objection-own", Revision = 1,
                },
            ],
        };
    }

    private static async Task<double> MedianAsync(BenchOptions options, IStore store, int count)
    {
        var taken = new List<double>();
        var end = Stopwatch.GetTimestamp() + (long)(options.Seconds * Stopwatch.Frequency);
        for (var i = 0; Stopwatch.GetTimestamp() < end; i++)
        {
            var after = new CaseNumber(CaseKind.Objection, Day, i * 7919 % count);
            var begun = Stopwatch.GetTimestamp();
            await store.Deadlines.ListAsync(
                new DeadlineQuery(CaseKind.Objection, "", null, null, (Day.AddDays(i % 40), after), PageLength), CancellationToken.None);
            taken.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return BenchResult.Median(taken);
    }
}
