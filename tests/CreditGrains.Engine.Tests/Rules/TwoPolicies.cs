using System.Globalization;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tests.Simulation;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Rules;

/// <summary>Stored subjects with random records, and two policies that grade most of them differently: <c>v1</c> is in force.</summary>
internal sealed class TwoPolicies
{
    public static readonly DateTimeOffset Start = new(2026, 3, 15, 2, 0, 0, TimeSpan.Zero);

    public static readonly EngineOptions Options = new()
    {
        FollowEveryMs = int.MaxValue, SweepEveryMs = 1_000_000, WriteBackAgeMsMax = 5, RetryPauseMsMax = 5, WarmUpPage = 0,
        StatisticsAfter = TimeSpan.Zero,
        Recomputation = new RecomputationOptions { Automatic = false, PageSubjects = 5, LiveLatencyMsMax = 1e9 },
    };

    private readonly Dictionary<string, byte[]> _states = [];

    public TwoPolicies()
    {
        var sample = SampleRulebook.Instance.Policy with { RatedWhen = null };
        First = SampleRulebook.Instance with { Policy = sample with { Version = "v1" } };
        Second = First with { Policy = sample with { Version = "v2", BaseMilli = sample.BaseMilli - 90_000, Limits = [] } };
        Texts.Add(First.Policy);
        Texts.Add(Second.Policy);
    }

    public Rulebook First { get; }

    public Rulebook Second { get; }

    public SimulatedPolicies Texts { get; } = new();

    public SteppedTime Time { get; } = new(Start);

    public DateOnly Today => First.DateAt(Time.Now);

    public IReadOnlyCollection<string> Subjects => _states.Keys;

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"91990000TEST{number:D6}");

    /// <summary>Stores so many subjects, assessed under the first policy.</summary>
    public async Task FillAsync(IStore store, int subjects)
    {
        var evaluator = new Evaluator(First, store.Symbols);
        var rows = new List<StoredSubject>();
        for (var i = 0; i < subjects; i++)
        {
            var subject = new SubjectId(Name(i));
            var state = PackedRecords.Empty;
            foreach (var e in new RandomRules(i).Events(1 + (i % 12)))
                state = PackedRecords.Apply(state, e.Record, e.Revision, e.Op, e.Kind, e.Facts, store.Symbols);
            _states[subject.Value] = state;
            var summary = evaluator.Summarise(state, Today);
            rows.Add(new StoredSubject
            {
                Subject = subject,
                Shard = ShardMap.ShardOf(subject, store.ShardCount),
                Position = 1,
                StatePosition = 1,
                State = state,
                FactsVersion = First.FactsDigest,
                Description = PackedRecords.DescriptionOf(state, Today),
                ScoreMilli = summary.ScoreMilli,
                Grade = GradeOf(First, summary),
                PolicyVersion = RulesInForce.NameOf(First),
                AsOf = Today,
                NextChange = summary.ValidUntil,
            });
        }

        await store.Subjects.WriteAsync(
            [.. rows.GroupBy(row => row.Shard)
                .Select(g => new ShardWrite(g.Key, [.. g.Select(row => new SubjectWrite(row, null))], [], null))],
            CancellationToken.None);
    }

    public Task<CreditEngine> OpenAsync(IStore store, EngineOptions? options = null) => CreditEngine.OpenAsync(
        store, First, Texts, options ?? Options, Time, NullLoggerFactory.Instance, CancellationToken.None);

    /// <summary>Has the version drafted and approved, if it is not yet, and puts it in force.</summary>
    public static async Task<PolicyTimeline> ActivateAsync(CreditEngine engine, string version, DateTimeOffset? at = null)
    {
        await engine.Policies.DraftAsync(version, "author", null, CancellationToken.None);
        await engine.Policies.ApproveAsync(version, "approver", "good", null, CancellationToken.None);
        var order = new ActivationCommand { Actor = "director", At = at, Reason = "needed" };
        var outcome = await engine.Policies.ActivateAsync(version, order, null, null, CancellationToken.None);
        Assert.NotNull(outcome);
        Assert.True(outcome.Value.State is not null, outcome.Value.Rejection?.Detail());
        return outcome.Value.State;
    }

    /// <summary>Score and grade by evaluation from scratch.</summary>
    public (long? Score, string? Grade) Expected(string subject, Rulebook rulebook, SymbolTable symbols)
    {
        var summary = new Evaluator(rulebook, symbols).Summarise(_states[subject], Today);
        return (summary.ScoreMilli, GradeOf(rulebook, summary));
    }

    public static async Task<List<StoredSubject>> RowsAsync(IStore store)
    {
        var rows = new List<StoredSubject>();
        for (var shard = 0; shard < store.ShardCount; shard++)
            rows.AddRange(await store.Subjects.PageAsync(shard, null, 10_000, CancellationToken.None));
        return rows;
    }

    /// <summary>Changes of grade.</summary>
    public static async Task<List<SubjectChange>> ChangesAsync(IStore store)
    {
        var changes = new List<SubjectChange>();
        for (var shard = 0; shard < store.ShardCount; shard++)
            changes.AddRange(await store.Subjects.ReadChangesAsync(shard, 0, 100_000, CancellationToken.None));
        return [.. changes.Where(change => change.Type == "grade")];
    }

    private static string? GradeOf(Rulebook rulebook, in AssessmentSummary summary) =>
        summary.Grade < 0 ? null : rulebook.Policy.Grades[summary.Grade].Grade;
}
