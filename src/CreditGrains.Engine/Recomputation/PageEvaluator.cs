using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Evaluates pages of stored states as they are, without bringing a subject into memory.</summary>
/// <param name="evaluator">Of the run's rules.</param>
/// <param name="subjects">Folds from the journal.</param>
/// <param name="rules">Today's date.</param>
/// <param name="faults">For subjects that fail together.</param>
internal sealed class PageEvaluator(Evaluator evaluator, LocalSubjects subjects, RulesInForce rules, StoreFaultLog faults)
{
    private const int Slice = 128;
    private const int RefoldBatch = 512;

    /// <summary>Evaluates a page for today.</summary>
    public async Task EvaluateAsync(RecomputationPage page, int threads, CancellationToken cancellation)
    {
        var today = page.AsOf = rules.Now().Today;
        var next = 0;
        // Threads of their own, which give way to those that answer.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(threads, (page.Count / Slice) + 1)).Select(_ => YieldingThread.RunAsync(
            "recomputation", Work))).ConfigureAwait(false);
        await RefoldAsync(page, today, threads, cancellation).ConfigureAwait(false);

        void Work()
        {
            int from;
            while ((from = Interlocked.Add(ref next, Slice) - Slice) < page.Count && !cancellation.IsCancellationRequested)
            {
                var count = Math.Min(Slice, page.Count - from);
                var states = page.States.Slice(from, count);
                var results = page.Results.Slice(from, count);
                for (var i = 0; i < count; i++)
                    results[i] = Evaluate(states[i], today);
            }
        }
    }

    /// <summary>
    /// States folded under another catalogue are folded anew from the journal, some hundreds of subjects a query; one that cannot be is
    /// left to its owner, which logs why.
    /// </summary>
    private async Task RefoldAsync(RecomputationPage page, DateOnly today, int threads, CancellationToken cancellation)
    {
        var places = Enumerable.Range(0, page.Count).Where(i => page.Results[i].Fate == EvaluatedFate.Refolded).ToList();
        if (places.Count == 0)
            return;
        await Parallel.ForEachAsync(
            places.Chunk(RefoldBatch), new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            async (batch, stop) =>
            {
                foreach (var i in batch)
                    page.Results[i] = new Evaluated(EvaluatedFate.NeedsOwner, default);
                try
                {
                    await subjects.RefoldManyAsync(
                        evaluator, page.Shard,
                        [.. batch.Select(i => new SubjectBound(page.States[i].Subject, page.States[i].Position))],
                        (place, state, _) =>
                        {
                            if (state is not null)
                                page.Results[batch[place]] = Take(page, batch[place], state, today);
                        },
                        stop).ConfigureAwait(false);
                }
                catch (Exception fault) when (fault is not (StoreException or OperationCanceledException))
                {
                    // Each that is left is asked for alone, so that one damaged entry does not set hundreds aside.
                    faults.LogError("Rebuild of several subjects of a page from the journal failed; each is rebuilt by itself", fault);
                }
            }).ConfigureAwait(false);
    }

    private Evaluated Take(RecomputationPage page, int place, byte[] state, DateOnly today)
    {
        var result = Evaluate(state, today);
        if (result.Fate != EvaluatedFate.Assessed)
            return result;
        page.Refolded[place] = state;
        return result with { Fate = EvaluatedFate.Refolded };
    }

    /// <summary>Result of one stored state, as far as it has one without its owner or the journal.</summary>
    public Evaluated Evaluate(in StoredState state, DateOnly today)
    {
        if (state.FactsVersion != evaluator.FactsVersion)
            return new Evaluated(EvaluatedFate.Refolded, default);
        return state.StatePosition < state.Position
            ? new Evaluated(EvaluatedFate.NeedsTail, default)
            : Evaluate(state.State.Span, today);
    }

    private Evaluated Evaluate(ReadOnlySpan<byte> state, DateOnly today)
    {
        try
        {
            return new Evaluated(EvaluatedFate.Assessed, evaluator.Summarise(state, today));
        }
#pragma warning disable CA1031 // any fault of one subject must not end the run
        catch (Exception)
#pragma warning restore CA1031
        {
            return new Evaluated(EvaluatedFate.NeedsOwner, default);
        }
    }
}
