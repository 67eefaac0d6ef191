using System.Threading.Channels;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using OpenRun = CreditGrains.Engine.Jobs.PartitionedJob<
    CreditGrains.Engine.Recomputation.RecomputationRun, CreditGrains.Engine.Recomputation.RecomputationPartition>;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// Takes a run over the shards, page by page: the next page is read while one is evaluated and another one written. Stored states are
/// evaluated as they are, on all processors and without bringing a subject into memory. A page's results, the changes they make and the
/// cursor are one transaction, beside which no owner writes: whatever was written since the page was read is read again first. So a row
/// is under the old rules or the new ones, a crash repeats no more than a page, and every change is told once.
/// </summary>
/// <param name="store">Where states are read and results written.</param>
/// <param name="subjects">The owner of the shards.</param>
/// <param name="rules">The run goes on while those it began under are in force.</param>
/// <param name="options">Bounds.</param>
/// <param name="time">The clock.</param>
/// <param name="faults">For faults that pass.</param>
/// <param name="open">The run.</param>
/// <param name="shards">Those to pass; this process writes their partitions.</param>
/// <param name="runner">Makes steps durable.</param>
/// <param name="throttle">The bounds of the moment.</param>
/// <param name="gate">Gives way to live requests.</param>
internal sealed class Recomputer(
    IStore store, LocalSubjects subjects, RulesInForce rules, EngineOptions options, TimeProvider time, StoreFaultLog faults, OpenRun open,
    IReadOnlyList<int> shards, PartitionedJobRunner<RecomputationRun, RecomputationPartition> runner, Func<RecomputationThrottle> throttle,
    AdaptiveThrottle gate)
{
    /// <summary>Shards that are read at once: while one's states are looked through, the store sends another's.</summary>
    private const int ReadLanes = 2;
    private const int OwnerBatch = 500;
    private static readonly IReadOnlyDictionary<RecordId, string> NoneIsPublic = new Dictionary<RecordId, string>();

    private readonly RecomputationOptions _options = options.Recomputation;
    private readonly int _threads = options.Recomputation.Parallelism > 0 ? options.Recomputation.Parallelism : Environment.ProcessorCount;
    private readonly Evaluator _evaluator = rules.Now().Evaluator;
    private readonly PageEvaluator _pages = new(rules.Now().Evaluator, subjects, rules, faults);
    private (int PerSecondMax, long Taken, long At) _metered = (0, 0, time.GetTimestamp());
    private readonly Lock _metering = new();
    private long _taken;
    private long _since = time.GetTimestamp();

    /// <summary>Goes on from the cursors; returns when all the shards are done.</summary>
    /// <exception cref="OperationCanceledException">Paused, cancelled, replaced by other rules, or closing.</exception>
    /// <exception cref="StoreException">The store failed, or somebody else wrote: go on from what is stored.</exception>
    /// <exception cref="JobFailedException">More subjects cannot be evaluated than may be.</exception>
    public async Task PassAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Rows read by one query wait here while the next one runs.
        var read = Channel.CreateBounded<RecomputationPage>(Math.Clamp(_options.ReadSubjects / _options.PageSubjects, 1, 16));
        var evaluated = Channel.CreateBounded<RecomputationPage>(1);
        Task[] stages =
        [
            ThenAsync(ReadAsync(read.Writer, stop.Token), read.Writer, stop),
            ThenAsync(EvaluateAsync(read.Reader, evaluated.Writer, stop.Token), evaluated.Writer, stop),
            ThenAsync(WriteAsync(evaluated.Reader, stop.Token), null, stop),
        ];
        try
        {
            await Task.WhenAll(stages).ConfigureAwait(false);
        }
        finally
        {
            foreach (var shard in shards)
                subjects.ShardOf(shard).Rewrites.End();
        }
    }

    private static async Task ThenAsync(Task stage, ChannelWriter<RecomputationPage>? next, CancellationTokenSource stop)
    {
        try
        {
            await stage.ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            next?.TryComplete();
        }
    }

    private Task ReadAsync(ChannelWriter<RecomputationPage> pages, CancellationToken cancellation) => Parallel.ForEachAsync(
        shards,
        new ParallelOptions { MaxDegreeOfParallelism = ReadLanes, CancellationToken = cancellation },
        async (shard, stop) => await ReadAsync(shard, pages, stop).ConfigureAwait(false));

    private async Task ReadAsync(int shard, ChannelWriter<RecomputationPage> pages, CancellationToken cancellation)
    {
        var owner = subjects.ShardOf(shard);
        owner.Rewrites.Begin();
        SubjectId? after = open.PartOf(shard).Part.After is { } subject ? new SubjectId(subject) : null;
        for (var isLast = false; !isLast;)
        {
            var mark = owner.Rewrites.Mark;
            // Larger than a page: where a shard's rows lie together, most of them are fetched once.
            var limit = gate.IsGentle ? _options.GentleSubjects : _options.ReadSubjects;
            var begin = after;
            var states = await gate.StepAsync(
                () => store.Subjects.ReadStatesAsync(shard, begin, limit, cancellation), cancellation).ConfigureAwait(false);
            isLast = states.Count < limit;
            for (var (from, more) = (0, true); more;)
            {
                var count = Math.Min(_options.PageSubjects, states.Count - from);
                more = from + count < states.Count;
                var page = new RecomputationPage(owner, after, mark, states, from, count, isLast && !more);
                (from, after) = (from + count, page.Last ?? after);
                await TakeAsync(count, cancellation).ConfigureAwait(false);
                await pages.WriteAsync(page, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes so many subjects more, once accepted events do not lag behind and not too many have been taken yet.</summary>
    private async Task TakeAsync(int count, CancellationToken cancellation)
    {
        while (subjects.UnfoldedCount > _options.LagEventsMax)
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        if (Early(count) is { Ticks: > 0 } early)
            await Task.Delay(early, cancellation).ConfigureAwait(false);
    }

    private TimeSpan Early(int count)
    {
        lock (_metering)
        {
            var perSecondMax = throttle().SubjectsPerSecondMax;
            // Another bound counts from when it was set: what was done before does not have to be waited for.
            if (perSecondMax != _metered.PerSecondMax)
                _metered = (perSecondMax, _taken, time.GetTimestamp());
            var before = _taken - _metered.Taken;
            _taken += count;
            return perSecondMax == 0
                ? TimeSpan.Zero
                : TimeSpan.FromSeconds((double)before / perSecondMax) - time.GetElapsedTime(_metered.At);
        }
    }

    private async Task EvaluateAsync(
        ChannelReader<RecomputationPage> pages, ChannelWriter<RecomputationPage> evaluated, CancellationToken cancellation)
    {
        await foreach (var page in pages.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            await gate.StepAsync(
                async () =>
                {
                    await _pages.EvaluateAsync(page, gate.IsGentle ? 1 : _threads, cancellation).ConfigureAwait(false);
                    return true;
                },
                cancellation).ConfigureAwait(false);
            await evaluated.WriteAsync(page, cancellation).ConfigureAwait(false);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private async Task WriteAsync(ChannelReader<RecomputationPage> pages, CancellationToken cancellation)
    {
        await foreach (var page in pages.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            var poison = await FoldByOwnersAsync(page, cancellation).ConfigureAwait(false);
            await gate.StepAsync(
                () => subjects.WithoutWriteBackAsync(
                    async () =>
                    {
                        await WriteAsync(page, poison, cancellation).ConfigureAwait(false);
                        return true;
                    },
                    cancellation),
                cancellation).ConfigureAwait(false);
            page.Owner.Rewrites.ForgetUntil(page.Mark);
            page.Dispose();
        }
    }

    /// <summary>Has their owner fold anew, assess and write what cannot be evaluated as it is stored.</summary>
    private async Task<Dictionary<string, string>> FoldByOwnersAsync(RecomputationPage page, CancellationToken cancellation)
    {
        var poison = new Dictionary<string, string>(StringComparer.Ordinal);
        var owned = Enumerable.Range(0, page.Count).Where(i => page.Results[i].Fate == EvaluatedFate.NeedsOwner)
            .Select(i => page.States[i].Subject).ToList();
        foreach (var batch in owned.Chunk(OwnerBatch))
        {
            cancellation.ThrowIfCancellationRequested();
            RequireOwner(page);
            foreach (var (subject, error) in await page.Owner.ReassessAsync(batch).ConfigureAwait(false))
                poison[subject.Value] = error;
            await subjects.FlushAsync().ConfigureAwait(false);
        }

        return poison;
    }

    /// <summary>Writes one page; nothing is written back beside it.</summary>
    private async Task WriteAsync(RecomputationPage page, Dictionary<string, string> poison, CancellationToken cancellation)
    {
        var now = rules.Now();
        if (!ReferenceEquals(now.Evaluator, _evaluator) || !open.Stored.IsUnder(now))
            throw new OperationCanceledException("Other rules are in force.");
        // At midnight: what was evaluated for yesterday must not be written, and told, as of today.
        if (page.AsOf != now.Today)
            await _pages.EvaluateAsync(page, _threads, cancellation).ConfigureAwait(false);
        RequireOwner(page);
        var fresh = await ReadAgainAsync(page, now, poison, cancellation).ConfigureAwait(false);
        var counts = new PageCounts(page, _evaluator, now, time.GetUtcNow());
        for (var i = 0; i < page.Count; i++)
        {
            var (state, result) = fresh.TryGetValue(i, out var again) ? again : (page.States[i], page.Results[i]);
            if (result.Fate is EvaluatedFate.Poison or EvaluatedFate.NeedsOwner)
                continue;
            var isRefolded = result.Fate == EvaluatedFate.Refolded;
            var former = await FormerAsync(state, result, isRefolded ? page.Refolded[i] : state.State, now, cancellation)
                .ConfigureAwait(false);
            if (isRefolded)
            {
                counts.AddRefolded(page.States[i].Grade, state, page.Refolded[i], result.Summary, former);
                continue;
            }

            // Subscribers were last told the stored grade, which the owner may have written meanwhile: the change is computed from that
            // one.
            counts.Add(i, page.States[i].Grade, state, result, former);
        }

        cancellation.ThrowIfCancellationRequested();
        var part = open.PartOf(page.Shard).Part;
        var next = counts.Apply(part, poison, time.GetElapsedTime(_since).TotalMilliseconds);
        _since = time.GetTimestamp();
        if (open.PoisonCount - part.Poison.Count + next.Poison.Count > _options.PoisonMax)
            throw new JobFailedException($"More than {_options.PoisonMax} subjects cannot be evaluated.");
        await WriteAsync(page, counts, next, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<FormerStanding> FormerAsync(
        StoredState row, Evaluated result, ReadOnlyMemory<byte> state, RulesSnapshot now, CancellationToken cancellation)
    {
        var effects = await subjects.Former.FindAsync(row, _evaluator.GradeOf(result.Summary), now, cancellation).ConfigureAwait(false);
        if (await subjects.Former.FindPublicisedAsync(row, now, cancellation).ConfigureAwait(false) is not { } published)
            return new FormerStanding(effects, [], NoneIsPublic);
        if (result.Fate == EvaluatedFate.NeedsTail)
            state = (await subjects.RefoldAsync(_evaluator, row.Subject, PackedRecords.Empty, 0, row.Position).ConfigureAwait(false)).State;
        var changes = _evaluator.PublicityChanges(published, state.Span, now.Today);
        return new FormerStanding(
            effects, changes, changes.Count == 0 ? NoneIsPublic : _evaluator.Publicised(state.Span, now.Today));
    }

    /// <summary>A shard that has gone to another node, even if it has come back since, does not know any more what was written.</summary>
    private void RequireOwner(RecomputationPage page)
    {
        if (!ReferenceEquals(subjects.ShardOf(page.Shard), page.Owner) || !subjects.Owns(page.Shard))
            throw new ShardLostException(page.Shard, $"Shard {page.Shard} has gone to another node, which goes on with it.");
    }

    private async Task WriteAsync(RecomputationPage page, PageCounts counts, RecomputationPartition next, CancellationToken cancellation)
    {
        var progress = RecomputationJob.Kind.WriteOf(
            open.Stored.Id, page.Shard, open.PartOf(page.Shard).Version, next, runner.Node);
        if (counts.Results.Count == 0 && counts.Changes.Count == 0 && counts.Refolded.Count == 0)
        {
            await runner.StepAsync(
                open, page.Shard, next, () => store.Jobs.WriteAsync(new JobWrites([progress]), CancellationToken.None), cancellation)
                .ConfigureAwait(false);
        }
        else
        {
            var write = new AssessmentPage(page.Shard, page.After, page.Last!.Value, counts.Results, counts.Changes, [progress])
            {
                Refolded = counts.Refolded,
                Read = page.Read,
            };
            await page.Owner.WriteAssessmentsAsync(
                write,
                counts.Effects,
                counts.Publicised,
                rules.Now(),
                () => runner.StepAsync(
                    open, page.Shard, next, () => store.Subjects.WriteAssessmentsAsync(write, CancellationToken.None), cancellation))
                .ConfigureAwait(false);
            if (write.Changes.Count > 0)
                subjects.ChangesWritten();
        }

        open.Written(page.Shard, next, runner.Node);
    }

    /// <summary>
    /// Rows that their owner has written since the page was read, and those behind whose state the journal goes on: as they are now. A row
    /// that is gone or of another catalogue still is poison, or its owner's to write.
    /// </summary>
    private async Task<Dictionary<int, (StoredState State, Evaluated Result)>> ReadAgainAsync(
        RecomputationPage page, RulesSnapshot now, Dictionary<string, string> poison, CancellationToken cancellation)
    {
        var shard = page.Owner;
        var again = new Dictionary<string, int>(StringComparer.Ordinal);
        var hasRewrites = shard.Rewrites.HasAny;
        for (var i = 0; i < page.Count; i++)
        {
            if (page.Results[i].Fate is not (EvaluatedFate.Assessed or EvaluatedFate.Refolded)
                || (hasRewrites && shard.Rewrites.IsRewrittenSince(page.States[i].Subject.Value, page.Mark)))
                again[page.States[i].Subject.Value] = i;
        }

        var fresh = new Dictionary<int, (StoredState, Evaluated)>();
        if (again.Count == 0)
            return fresh;
        foreach (var row in await store.Subjects
            .FindManyAsync([.. again.Keys.Select(subject => new SubjectId(subject))], cancellation).ConfigureAwait(false))
        {
            var state = new StoredState(
                page.States[again[row.Subject.Value]].Key, row.Position, row.StatePosition, row.State ?? [], row.FactsVersion,
                row.ScoreMilli, row.Grade, row.PolicyVersion, row.AsOf, row.NextChange);
            var result = poison.ContainsKey(row.Subject.Value)
                ? new Evaluated(EvaluatedFate.Poison, default)
                : await EvaluateWithTailAsync(page, again[row.Subject.Value], state, now, poison).ConfigureAwait(false);
            fresh[again[row.Subject.Value]] = (state, result);
        }

        return fresh;
    }

    private async Task<Evaluated> EvaluateWithTailAsync(
        RecomputationPage page, int place, StoredState state, RulesSnapshot now, Dictionary<string, string> poison)
    {
        try
        {
            var result = _pages.Evaluate(state, now.Today);
            if (result.Fate == EvaluatedFate.Refolded)
            {
                // Its owner has written it since, but collected it under the catalogue before.
                var (bytes, _) = await subjects.RefoldAsync(_evaluator, state.Subject, PackedRecords.Empty, 0, state.Position)
                    .ConfigureAwait(false);
                page.Refolded[place] = bytes;
                return new Evaluated(EvaluatedFate.Refolded, _evaluator.Summarise(bytes, now.Today));
            }

            if (result.Fate == EvaluatedFate.NeedsTail)
            {
                var (bytes, _) = await subjects
                    .RefoldAsync(_evaluator, state.Subject, state.State.ToArray(), state.StatePosition, state.Position)
                    .ConfigureAwait(false);
                return new Evaluated(EvaluatedFate.NeedsTail, _evaluator.Summarise(bytes, now.Today));
            }

            if (result.Fate == EvaluatedFate.Assessed)
                return result;
            poison[state.Subject.Value] = "Its state cannot be read.";
        }
        catch (Exception fault) when (fault is not StoreException)
        {
            poison[state.Subject.Value] = fault.Message;
        }

        return new Evaluated(EvaluatedFate.Poison, default);
    }
}
