using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tests.Simulation;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Tests.Cluster;

/// <summary>
/// One seed drives events, looks at the journal that stall and fail, owners that die, fall silent, are replaced or do not know that they
/// were, policy switches that the reading node hears of late, days that pass, and clocks hours apart; every answer of the node that owns
/// nothing is compared with a refold of the journal. <c>CREDIT_COPY_SEED</c> replays one seed, <c>CREDIT_COPY_SEEDS</c> says how many are
/// run.
/// </summary>
[Invariant(5), Invariant(6), Invariant(11), Invariant(12)]
public sealed class CopySimulatorTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Answers_from_copies_equal_the_journal_within_their_lag()
    {
        if (TestVariable.Number("CREDIT_COPY_SEED") is { } only)
        {
            await new Run(only).PlayAsync();
            return;
        }

        var seeds = TestVariable.Number("CREDIT_COPY_SEEDS") ?? 60;
        var (compared, hits, stale) = (0, 0L, 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, seeds), TestContext.Current.CancellationToken,
            async (seed, _) =>
            {
                var run = new Run(seed);
                await run.PlayAsync();
                Interlocked.Add(ref compared, run.Compared);
                Interlocked.Add(ref hits, run.Hits);
                Interlocked.Add(ref stale, run.Behind);
            });
        output.WriteLine($"{seeds} seeds: {compared} answers compared, {hits} of copies, {stale} behind the journal within their bound");
        Assert.True(hits > compared / 10 && stale > 0, $"{hits} of {compared} from copies, {stale} behind");
    }

    private sealed class Run(int seed)
    {
        private static readonly string[] Subjects =
            ["52120110MJ01234562", "91110105MA00003490", "91110105MA000004XW", "91110105MA00000908", "914403001922038216"];

        private readonly Random _random = new(seed);
        private readonly SeededPauses _pauses = new(seed);

        // Every second seed has clocks that agree.
        private readonly bool _skews = seed % 2 == 0;
        private readonly List<(Token Token, long[] Heads)> _tokens = [];

        // Heads of the journal by instant, the newest last.
        private readonly List<(long At, long[] Heads)> _history = [];
        private readonly Dictionary<string, int> _revisions = [];
        private CopyCluster _cluster = null!;
        private SubjectReader _journal = null!;
        private long[] _formerHeads = new long[CopyCluster.Shards];
        private Task _looking = Task.CompletedTask;
        private bool _hidesLooks;
        private int _policies;

        public int Compared { get; private set; }

        public long Hits { get; private set; }

        /// <summary>Answers that did not reflect everything committed by then, as <c>any</c> allows.</summary>
        public int Behind { get; private set; }

        public async Task PlayAsync()
        {
            _cluster = await CopyCluster.StartAsync(
                _random.Next(2) == 0 ? 60 : 2 * CopyCluster.Shards, silentMs: 2, ownerAhead: Skew(), readerAhead: Skew());
            await using (_cluster)
            {
                _journal = new SubjectReader(_cluster.Store, new FactsReaders(SampleRulebook.NoExceptions));
                _cluster.Store.Pause = _pauses.At;
                _cluster.Store.Fault = (call, _) => _hidesLooks && call == "Journal.ReadMentions" ? new StoreException("stalled") : null;
                await NoteAsync();
                for (var step = 0; step < 120; step++)
                {
                    try
                    {
                        await StepAsync();
                    }
                    catch (Exception fault)
                    {
                        throw new InvalidOperationException($"seed {seed}, step {step}: {fault.Message}", fault);
                    }
                }

                await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Hits = _cluster.Copies.Reads.Hits;
            }
        }

        private Task StepAsync() => _random.Next(100) switch
        {
            < 22 => FeedAsync(),
            < 36 => LookAsync(),
            < 42 => WarmUpAsync(),
            < 76 => AskAsync(),
            < 82 => AskBesideAsync(),
            < 88 => ElapseAsync(),
            < 90 => OwnerAsync(),
            < 92 => ReplaceAsync(),
            < 94 => DayAsync(),
            < 96 => ActivateAsync(),
            < 98 => HearAsync(),
            _ => StallAsync(),
        };

        private async Task FeedAsync()
        {
            var lines = Enumerable.Range(0, _random.Next(1, 4)).Select(_ =>
            {
                var subject = Subjects[_random.Next(Subjects.Length)];
                var id = $"{subject[^4..]}{_random.Next(4)}";
                var revision = _revisions[id] = _revisions.GetValueOrDefault(id) + 1;
                return CopyCluster.Penalty(subject, id, revision, _random.Next(6) == 0 ? "withdraw" : "put");
            }).ToList();

            // A node that is told of nobody who owns the shard can pass nothing on.
            var through = _random.Next(2) == 0 ? _cluster.Owner : _cluster.Reader;
            var receipt = await _cluster.FeedAsync(through, lines);
            _tokens.Add((receipt.Token, await NoteAsync()));
        }

        /// <summary>Looks at the journal, now and then beside what comes next.</summary>
        private async Task LookAsync()
        {
            await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _looking = Task.Run(_cluster.FollowAsync);
            if (_random.Next(3) > 0)
                await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        /// <summary>Copies a page of what is stored, beside a look and more events now and then.</summary>
        private async Task WarmUpAsync()
        {
            Task warming = _cluster.Copies.WarmUpAsync(_random.Next(CopyCluster.Shards), CancellationToken.None);
            if (_random.Next(2) == 0)
            {
                await FeedAsync();
                await LookAsync();
            }

            await warming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task AskAsync()
        {
            var subject = Subjects[_random.Next(Subjects.Length)];
            var shard = ShardMap.ShardOf(new SubjectId(subject), CopyCluster.Shards);
            (Token Token, long[] Heads)? token =
                _tokens.Count > 0 && _random.Next(3) == 0 ? _tokens[^Math.Min(_tokens.Count, _random.Next(1, 4))] : null;
            var latest = token is null && _random.Next(5) == 0;
            var least = latest ? _history[^1].Heads[shard]
                : token is { } of ? of.Token.PositionOf(shard) ?? 0
                : LeastFor(shard);
            var (days, rules) = (Days(), Rules());
            var view = await _cluster.FindAsync(
                subject, latest ? Consistency.Latest : token is { } given ? Consistency.AtLeast(given.Token) : Consistency.Any);
            rules.UnionWith(Rules());
            await CompareAsync(subject, shard, least, days, view, rules);
        }

        /// <summary>Events come and are looked at while an owner's answer is on its way.</summary>
        private async Task AskBesideAsync()
        {
            var replies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _cluster.Replies = replies.Task;
            var asking = AskAsync();
            await FeedAsync();
            await LookAsync();
            replies.SetResult();
            _cluster.Replies = Task.CompletedTask;
            await asking;
        }

        /// <summary>Least position that an answer without a token must reflect: all events older than the lag's bound.</summary>
        private long LeastFor(int shard)
        {
            var bound = _cluster.Time.GetTimestamp() - CopyCluster.LagMax.Ticks;
            var least = _history.Last(known => known.At <= bound || known == _history[0]).Heads[shard];

            // A node that does not know that it was replaced answers as of then, until its lease has run out by its own clock.
            return _cluster.State == CopyCluster.OwnerState.Replaced ? Math.Min(least, _formerHeads[shard]) : least;
        }

        private async Task CompareAsync(
            string subject, int shard, long least, HashSet<DateOnly> days, SubjectView? view, HashSet<string> rules)
        {
            Compared++;
            var position = view?.Position ?? 0;
            var entries = await _cluster.Store.Journal
                .ReadSubjectAsync(new SubjectId(subject), 0, long.MaxValue, 10_000, CancellationToken.None);
            var required = entries.LastOrDefault(entry => entry.Position <= least)?.Position ?? 0;
            if (position < required)
                throw new InvalidOperationException($"{subject} is answered at {position}, {required} of shard {shard} is missing");
            if (position < (entries.Count > 0 ? entries[^1].Position : 0))
                Behind++;
            if (view is null)
                return;
            if (!days.Contains(view.AsOf) || !rules.Contains(view.Evaluator.Policy.Version))
                throw new InvalidOperationException($"{subject} is answered as of {view.AsOf} under {view.Evaluator.Policy.Version}");
            var (state, last) = await _journal.RefoldAsync(view.Evaluator, view.Subject, PackedRecords.Empty, 0, position);
            var expected = NaiveAssessment.Describe(view.Evaluator.Assess(view.Subject, state, view.AsOf));
            var actual = NaiveAssessment.Describe(view.Assess());
            if (last != position || actual != expected || view.Summary.ScoreMilli != view.Evaluator.Summarise(state, view.AsOf).ScoreMilli)
                throw new InvalidOperationException($"{subject} at {position} ({last}): {actual} for {expected}");
        }

        /// <summary>How far a node's clock is ahead: not at all, or by up to a day and a half to either side.</summary>
        private TimeSpan Skew() => _skews && _random.Next(3) > 0 ? TimeSpan.FromMinutes(_random.Next(-2160, 2160)) : TimeSpan.Zero;

        /// <summary>An answer is of the day of a node that took part in it (I5).</summary>
        private HashSet<DateOnly> Days() => [_cluster.Reader.Today, _cluster.Owner.Today, _cluster.Former?.Today ?? _cluster.Owner.Today];

        private HashSet<string> Rules() =>
        [
            _cluster.Reader.Evaluator.Policy.Version, _cluster.Owner.Evaluator.Policy.Version,
            _cluster.Former?.Evaluator.Policy.Version ?? "none",
        ];

        /// <summary>
        /// Folding is not part of the simulated time: what an owner has appended it folds before time goes on. Else a loaded machine would
        /// make an owner answer from before the lag's bound, which is the copies' promise and not the fold's.
        /// </summary>
        private async Task ElapseAsync()
        {
            foreach (var subject in Subjects)
                await _cluster.FoldAsync(new SubjectId(subject));
            _cluster.Time.Elapse(TimeSpan.FromMilliseconds(_random.Next(1, 900)));
        }

        private Task OwnerAsync()
        {
            _cluster.State = (CopyCluster.OwnerState)_random.Next(_cluster.Former is null ? 3 : 4);
            return Task.CompletedTask;
        }

        private async Task ReplaceAsync()
        {
            if (_cluster.Former is not null && _random.Next(3) > 0)
                return;
            _formerHeads = [.. _history[^1].Heads];
            await _cluster.ReplaceOwnerAsync(Skew());
            _cluster.State = _random.Next(2) == 0 ? CopyCluster.OwnerState.Replaced : CopyCluster.OwnerState.Answers;
        }

        private Task DayAsync()
        {
            _cluster.Time.Now = _cluster.Time.Now.AddDays(_random.Next(1, 200));
            return Task.CompletedTask;
        }

        private async Task ActivateAsync()
        {
            var policy = new RandomRules(_random.Next()).Rulebook().Policy with { Version = $"p{++_policies}" };
            var text = _cluster.Policies.Add(policy);
            await _cluster.Owner.Policies.DraftAsync(text, "author", null, CancellationToken.None);
            await _cluster.Owner.Policies.ApproveAsync(text, "approver", "drawn", null, CancellationToken.None);
            await _cluster.Owner.Policies.ActivateAsync(
                text, new ActivationCommand { Actor = "director", Reason = "drawn" }, null, null, CancellationToken.None);
            await _cluster.Owner.FollowAsync();
        }

        private async Task HearAsync()
        {
            _cluster.IsRegistered = _random.Next(2) == 0;
            if (_cluster.IsRegistered)
                await _cluster.Reader.FollowAsync();
        }

        private Task StallAsync()
        {
            _hidesLooks = !_hidesLooks;
            return Task.CompletedTask;
        }

        /// <summary>Takes note of what the journal holds.</summary>
        private async Task<long[]> NoteAsync()
        {
            var heads = new long[CopyCluster.Shards];
            foreach (var status in await _cluster.Store.Subjects.ShardsAsync(CancellationToken.None))
                heads[status.Shard] = status.Head;
            _history.Add((_cluster.Time.GetTimestamp(), heads));
            return heads;
        }
    }
}
