using System.Security.Cryptography;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Simulation;

/// <summary>Simulations that people ask for: jobs that every node tells of and that a restart does not forget.</summary>
public sealed class SimulationRuns : IAsyncDisposable
{
    /// <summary>Simulations kept.</summary>
    public const int KeptMax = 32;

    /// <summary>Simulations that wait or run on one node.</summary>
    public const int OpenMax = 4;

    /// <summary>Of these for one person.</summary>
    public const int OpenPerActorMax = 2;

    private const string TooLarge = "It found more than is kept: ask for fewer dates or a policy with fewer grades.";
    private const int IdBytes = 8;

    private static readonly JobKind<SimulationRun> SimulationKind = new(
        "simulation", SimulationRunJson.Default.SimulationRun, KeptMax, OpenMax, OpenPerActorMax,
        static run => new() { ["simulation"] = run.Id, ["version"] = run.Version, ["against"] = run.Against });

    private readonly LocalSubjects _subjects;
    private readonly SimulationService _desk;
    private readonly PolicyService _policies;
    private readonly TimeProvider _time;

    internal SimulationRuns(
        IStore store, LocalSubjects subjects, SimulationService desk, PolicyService policies, EngineOptions options, TimeProvider time,
        StoreFaultLog faults, ILogger log)
    {
        _subjects = subjects;
        _desk = desk;
        _policies = policies;
        _time = time;
        Jobs = new JobRunner<SimulationRun>(SimulationKind, store.Jobs, options, time, faults, log);
    }

    /// <summary>How they stand, and what may be done to them.</summary>
    public JobRunner<SimulationRun> Jobs { get; }

    /// <summary>Asks for one. Null while too many wait or run.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public Task<SimulationRun?> BeginAsync(SimulationCommand order, CancellationToken cancellation) =>
        BeginAsync(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), order, cancellation);

    /// <summary>Makes one again that was interrupted, cancelled or has failed; as it was asked for, under its id.</summary>
    /// <param name="id">Which.</param>
    /// <param name="again">The same policies and dates; who wants it now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when it is open, finished or not known, or while too many wait or run.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<SimulationRun?> StartAgainAsync(string id, SimulationCommand again, CancellationToken cancellation) =>
        await Jobs.FindAsync(id, cancellation).ConfigureAwait(false) is { IsOpen: false, State: not JobState.Finished }
            ? await BeginAsync(id, again, cancellation).ConfigureAwait(false) : null;

    /// <summary>Findings of a finished run; null when it has been removed meanwhile.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<SimulationFindings?> FindingsAsync(SimulationRun run, CancellationToken cancellation) =>
        await Jobs.ResultsAsync(run, cancellation).ConfigureAwait(false) is { Count: > 0 } pieces
            ? SimulationFindings.FromPieces(pieces) : null;

    public ValueTask DisposeAsync() => Jobs.DisposeAsync();

    private Task<SimulationRun?> BeginAsync(string id, SimulationCommand order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var asked = new SimulationRun
        {
            Id = id,
            Actor = order.Actor,
            AskedAt = default,
            Version = order.After.Policy.Version,
            Against = order.Before.Policy.Version,
            AsOf = order.AsOf,
            Dates = order.Dates,
            KnownThen = order.KnownThen,
            SamplePercent = order.SamplePercent,
            Seed = order.Seed,
            Movers = order.Movers,
            CountsForActivation = order.CountsForActivation,
        };
        return Jobs.BeginAsync(
            asked,
            async (progress, stop) => (await SimulateAsync(order, progress, stop).ConfigureAwait(false)).ToPieces() is { } pieces
                ? JobOutcome.Finished(pieces) : JobOutcome.Of(JobState.Failed, TooLarge),
            cancellation);
    }

    private async Task<SimulationFindings> SimulateAsync(SimulationCommand order, IJobProgress progress, CancellationToken stop)
    {
        // A simulation reads stored states: a write-back first brings in the events reported just before.
        await _subjects.FlushAsync().ConfigureAwait(false);
        if (order.Dates is { } dates)
        {
            var request = new ShadowRequest
            {
                Before = order.Before,
                After = order.After,
                Dates = dates,
                KnownThen = order.KnownThen,
                SamplePercent = order.SamplePercent,
                Seed = order.Seed,
            };
            return SimulationFindings.Of(await _desk.ShadowAsync(request, progress, stop).ConfigureAwait(false));
        }

        var outcome = await _desk.RunAsync(
            new SimulationRequest
            {
                Before = order.Before,
                After = order.After,
                AsOf = order.AsOf,
                SamplePercent = order.SamplePercent,
                Seed = order.Seed,
                ExplainedMovers = order.Movers,
            },
            progress, stop).ConfigureAwait(false);
        if (order.CountsForActivation)
            await _policies.KeepEffectAsync(EffectOf(outcome, order), stop).ConfigureAwait(false);
        return SimulationFindings.Of(outcome);
    }

    private SimulatedEffect EffectOf(SimulationOutcome outcome, SimulationCommand order) => outcome.Result.Effect with
    {
        AsOf = outcome.AsOf,
        At = _time.GetUtcNow(),
        Rulebook = order.After.Rulebook.Digest,
    };
}
