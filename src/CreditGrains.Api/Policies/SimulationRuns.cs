using System.Collections.Concurrent;
using System.Security.Cryptography;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine;
using CreditGrains.Engine.Simulation;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Policies;

/// <summary>
/// Simulations of this node: one at a time, since each reads everything; finished ones for an hour, at most sixteen. They change nothing,
/// so that a restart may forget them.
/// </summary>
internal sealed partial class SimulationRuns(CreditEngine engine, TimeProvider time, ILogger<SimulationRuns> log) : IAsyncDisposable
{
    private const int KeptMax = 16;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, SimulationRun> _runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Begins one.</summary>
    /// <exception cref="RequestRefusedException">Another one is under way.</exception>
    public SimulationRun Begin(SimulationOrder order)
    {
        if (!_one.Wait(0))
            throw new RequestRefusedException(ErrorCatalogue.TooManyRequests, "", "one simulation at a time");
        Forget();
        var run = new SimulationRun(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), order, time);
        _runs[run.Id] = run;
        run.Work = Task.Run(() => WorkAsync(run), CancellationToken.None);
        return run;
    }

    /// <exception cref="RequestRefusedException">It is not known.</exception>
    public SimulationRun Find(string id)
    {
        Forget();
        return _runs.GetValueOrDefault(id) ?? throw new RequestRefusedException(ErrorCatalogue.UnknownRun, "", id);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs.Values)
        {
            await run.Stop.CancelAsync();
            await run.Work;
            run.Dispose();
        }

        _one.Dispose();
    }

    private async Task WorkAsync(SimulationRun run)
    {
        var order = run.Order;
        try
        {
            // It reads stored states: what was just reported is to be among them.
            await engine.FlushAsync();
            if (order.Dates is { } dates)
            {
                run.Series = await engine.Simulation.ShadowAsync(
                    new ShadowRequest
                    {
                        Before = order.Before,
                        After = order.After,
                        Dates = dates,
                        KnownThen = order.KnownThen,
                        SamplePercent = order.SamplePercent,
                        Seed = order.Seed,
                    },
                    run, run.Stop.Token);
            }
            else
            {
                var outcome = await engine.Simulation.RunAsync(
                    new SimulationRequest
                    {
                        Before = order.Before,
                        After = order.After,
                        AsOf = order.AsOf,
                        SamplePercent = order.SamplePercent,
                        Seed = order.Seed,
                        ExplainedMovers = order.Movers,
                    },
                    run, run.Stop.Token);
                if (order.CountsForActivation)
                    await engine.Policies.KeepEffectAsync(outcome.Result.Effect, run.Stop.Token);
                run.Outcome = outcome;
            }

            run.End(SimulationState.Finished);
        }
        catch (OperationCanceledException)
        {
            run.End(SimulationState.Cancelled);
        }
#pragma warning disable CA1031 // whatever it is, the run has failed, and nothing else has
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Failed(log, fault, run.Id);
            run.Error = fault is StoreException ? fault.Message : ErrorCatalogue.Internal.Sentence.In("en");
            run.End(SimulationState.Failed);
        }
        finally
        {
            _one.Release();
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        var ended = _runs.Values.Where(run => run.EndedAt is not null).OrderByDescending(run => run.EndedAt).ToList();
        foreach (var (run, place) in ended.Select((run, place) => (run, place)))
        {
            if (place >= KeptMax - 1 || now - run.EndedAt > KeptFor)
            {
                _runs.TryRemove(run.Id, out _);
                run.Dispose();
            }
        }
    }

    [LoggerMessage(1101, LogLevel.Error, "Simulation {Run} has failed")]
    private static partial void Failed(ILogger log, Exception exception, string run);
}

/// <summary>What is simulated.</summary>
internal sealed record SimulationOrder
{
    public required Domain.Assessment.Evaluator Before { get; init; }

    public required Domain.Assessment.Evaluator After { get; init; }

    public required DateOnly AsOf { get; init; }

    /// <summary>Of a past period; null for one date.</summary>
    public IReadOnlyList<DateOnly>? Dates { get; init; }

    public bool KnownThen { get; init; }

    public decimal SamplePercent { get; init; } = 100;

    public long Seed { get; init; }

    public int Movers { get; init; }

    public bool CountsForActivation { get; init; }
}

internal enum SimulationState : byte
{
    Running,
    Finished,
    Cancelled,
    Failed,
}

/// <summary>One simulation, under way or ended.</summary>
internal sealed class SimulationRun(string id, SimulationOrder order, TimeProvider time) : IProgress<SimulationProgress>, IDisposable
{
    private readonly long _began = time.GetTimestamp();
    private long _done, _subjects;

    public string Id => id;

    public SimulationOrder Order => order;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public DateTimeOffset? EndedAt { get; private set; }

    public CancellationTokenSource Stop { get; } = new();

    public Task Work { get; set; } = Task.CompletedTask;

    public SimulationState State { get; private set; }

    public SimulationOutcome? Outcome { get; set; }

    public IReadOnlyList<(DateOnly Date, SimulationResult Result)>? Series { get; set; }

    public string? Error { get; set; }

    public long Done => Interlocked.Read(ref _done);

    public long Subjects => Interlocked.Read(ref _subjects);

    public double? RemainingSeconds => State == SimulationState.Running && Done > 0
        ? Math.Max(0, Subjects - Done) * (time.GetElapsedTime(_began).TotalSeconds / Done)
        : null;

    public void Report(SimulationProgress value)
    {
        Interlocked.Exchange(ref _subjects, value.Subjects);
        InterlockedMax(value.Done);
    }

    public void Dispose() => Stop.Dispose();

    public void End(SimulationState state)
    {
        EndedAt = time.GetUtcNow();
        State = state;
    }

    /// <summary>Threads report out of order.</summary>
    private void InterlockedMax(long value)
    {
        for (var known = Done; known < value;)
        {
            var seen = Interlocked.CompareExchange(ref _done, value, known);
            if (seen == known)
                return;
            known = seen;
        }
    }
}
