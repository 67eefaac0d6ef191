using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Simulation;

/// <summary>
/// Simulations that people ask for, kept as control documents, so that every node tells how they stand and a restart forgets none. A node
/// makes one at a time, since each reads everything; those behind it wait.
/// </summary>
/// <remarks>
/// There are <see cref="KeptMax"/> places; a new simulation takes the place of the one that ended first. While a process is at one, it says
/// so every few seconds; of one that has not been heard of for a while every node says that it was interrupted, and whoever wants it starts
/// it again. Each step is a compare-and-swap on the simulation's document, so that a process that was only slow, or a person who cancels on
/// another node, decides nothing twice: who finds another version than his own stops.
/// </remarks>
public sealed partial class SimulationRuns : IAsyncDisposable
{
    /// <summary>Simulations kept.</summary>
    public const int KeptMax = 32;

    /// <summary>Simulations that wait or run on one node.</summary>
    public const int OpenMax = 4;

    /// <summary>Of these for one person.</summary>
    public const int OpenPerActorMax = 2;

    private const string Kind = "simulation";
    private const string PartKind = "simulation-part";
    private const string TooLarge = "It found more than is kept: ask for fewer dates or a policy with fewer grades.";
    private const string Silent = "The node that made it is gone. Start it again.";
    private const string Stopped = "The node that made it was stopped. Start it again.";
    private const int PlaceDigits = 2;
    private const int IdBytes = 7;
    private const int AttemptsMax = 8;
    private const int InsistMax = 20;

    private readonly IStore _store;
    private readonly LocalSubjects _subjects;
    private readonly SimulationDesk _desk;
    private readonly PolicyDesk _policies;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly string _node = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly ConcurrentDictionary<string, OpenSimulation> _open = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly SemaphoreSlim _asking = new(1, 1);
    private volatile bool _closing;
    private volatile bool _abandoned;

    internal SimulationRuns(
        IStore store, LocalSubjects subjects, SimulationDesk desk, PolicyDesk policies, EngineOptions options, TimeProvider time,
        StoreFaultLog faults, ILogger log)
    {
        _store = store;
        _subjects = subjects;
        _desk = desk;
        _policies = policies;
        _options = options;
        _time = time;
        _faults = faults;
        _log = log;
    }

    /// <summary>Those that wait or run on this node.</summary>
    internal int OpenCount => _open.Count;

    /// <summary>Asks for one. Null while too many wait or run.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<SimulationRun?> BeginAsync(SimulationOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (_closing || _open.Count >= OpenMax)
                    return null;
                var documents = await DocumentsAsync(cancellation).ConfigureAwait(false);
                if (PlaceFor(documents) is not { } place)
                    return null;
                var document = documents.GetValueOrDefault(place);
                var id = place + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
                try
                {
                    return await TakePlaceAsync(Asked(id, order, attempt: 1), document, order, cancellation).ConfigureAwait(false);
                }
                catch (WriteConflictException) when (attempt < AttemptsMax)
                {
                    // Another node has taken that place.
                }
            }
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>How many of one person's this process waits with or works on.</summary>
    public int OpenOf(string actor) => _open.Values.Count(open => open.Order.Actor == actor);

    /// <summary>Makes one again that was interrupted, cancelled or has failed; as it was asked for, under its id.</summary>
    /// <param name="id">Which.</param>
    /// <param name="again">The same policies and dates; who wants it now.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when it is queued, running, finished or not known, or while too many wait or run.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<SimulationRun?> StartAgainAsync(string id, SimulationOrder again, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(again);
        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_closing || _open.Count >= OpenMax || await ReadAsync(id, cancellation).ConfigureAwait(false) is not { } document)
                return null;
            var run = SimulationRun.FromJson(document.Content);
            return run.IsOpen || run.State == SimulationState.Finished
                ? null
                : await TakePlaceAsync(Asked(id, again, run.Attempt + 1), document, again, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>How it stands; null when it is not known, or not any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<SimulationRun?> FindAsync(string id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (await ReadAsync(id, cancellation).ConfigureAwait(false) is not { } document)
            return null;
        return Shown(SimulationRun.FromJson(document.Content));
    }

    /// <summary>All that are kept, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<SimulationRun>> ListAsync(CancellationToken cancellation)
    {
        var runs = new List<SimulationRun>();
        foreach (var document in (await DocumentsAsync(cancellation).ConfigureAwait(false)).Values)
            runs.Add(Shown(SimulationRun.FromJson(document.Content)));
        return [.. runs.OrderByDescending(run => run.AskedAt).ThenBy(run => run.Id, StringComparer.Ordinal)];
    }

    /// <summary>What a finished one found; null when its place has been taken meanwhile.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<SimulationFindings?> FindingsAsync(SimulationRun run, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        var parts = new List<SimulationPart>(run.Parts);
        for (var number = 0; number < run.Parts; number++)
        {
            var document = await _store.Control.FindAsync(PartKind, PartId(run.Id, number), cancellation).ConfigureAwait(false);
            var part = document is null ? null : JsonSerializer.Deserialize(document.Content, SimulationRunJson.Default.SimulationPart);
            if (part is null || part.Run != run.Id || part.Attempt != run.Attempt)
                return null;
            parts.Add(part);
        }

        return parts.Count == 0 ? null : SimulationFindings.FromParts(parts);
    }

    /// <summary>Ends one for good, on whichever node it is; one that is over stays as it is. Null when it is not known.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<SimulationRun?> CancelAsync(string id, string actor, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await ReadAsync(id, cancellation).ConfigureAwait(false) is not { } document)
                return null;
            var run = Shown(SimulationRun.FromJson(document.Content));
            if (!run.IsOpen)
                return run;
            var cancelled = run with { State = SimulationState.Cancelled, EndedAt = _time.GetUtcNow() };
            try
            {
                await _store.Control.WriteAsync(
                    [new ControlWrite(Kind, PlaceOf(id), document.Version, cancelled.ToJson(), ActOf("cancelled", actor, cancelled))],
                    cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                continue;
            }

            await StopAsync(id).ConfigureAwait(false);
            return cancelled;
        }
    }

    /// <summary>Completes when this node is done with it; at once when it is not at it.</summary>
    public Task WaitAsync(string id) => _open.GetValueOrDefault(id)?.Work ?? Task.CompletedTask;

    /// <summary>Those under way are interrupted: another process may start them again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing)
            return;
        _closing = true;
        await _asking.WaitAsync().ConfigureAwait(false);
        _asking.Release();
        foreach (var open in _open.Values)
            open.IsClosing = true;
        await Task.WhenAll(_open.Keys.Select(StopAsync)).ConfigureAwait(false);
        _one.Dispose();
        _asking.Dispose();
    }

    /// <summary>Stops as a crash would, without a word in the store; for tests.</summary>
    internal ValueTask AbandonAsync()
    {
        _abandoned = true;
        return DisposeAsync();
    }

    private async Task StopAsync(string id)
    {
        if (!_open.TryGetValue(id, out var open))
            return;
        try
        {
            await open.Stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It has just come to its end.
        }

        await open.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private SimulationRun Asked(string id, SimulationOrder order, int attempt)
    {
        var now = _time.GetUtcNow();
        return new SimulationRun
        {
            Id = id,
            Actor = order.Actor,
            Version = order.After.Policy.Version,
            Against = order.Before.Policy.Version,
            AsOf = order.AsOf,
            Dates = order.Dates,
            KnownThen = order.KnownThen,
            SamplePercent = order.SamplePercent,
            Seed = order.Seed,
            Movers = order.Movers,
            CountsForActivation = order.CountsForActivation,
            State = SimulationState.Queued,
            AskedAt = now,
            Attempt = attempt,
            Node = _node,
            SeenAt = now,
        };
    }

    /// <summary>Empties the place and goes to work.</summary>
    private async Task<SimulationRun> TakePlaceAsync(
        SimulationRun run, ControlDocument? taken, SimulationOrder order, CancellationToken cancellation)
    {
        var writes = new List<ControlWrite>
        {
            new(Kind, PlaceOf(run.Id), taken?.Version, run.ToJson(), ActOf(run.Attempt == 1 ? "asked" : "started", run.Actor, run)),
        };
        var old = taken is null ? 0 : SimulationRun.FromJson(taken.Content).Parts;
        var nothing = new SimulationPart(run.Id, 0, "");
        writes.AddRange(await PartWritesAsync(run.Id, Enumerable.Repeat(nothing, old), cancellation).ConfigureAwait(false));
        await _store.Control.WriteAsync(writes, cancellation).ConfigureAwait(false);
        var open = new OpenSimulation(run, (taken?.Version ?? 0) + 1, order, _time);
        _open[run.Id] = open;
        open.Work = Task.Run(() => WorkAsync(open), CancellationToken.None);
        return run;
    }

    private async Task WorkAsync(OpenSimulation open)
    {
        using var over = new CancellationTokenSource();
        var beat = Task.Run(() => BeatAsync(open, over.Token), CancellationToken.None);
        try
        {
            await EndAsync(open, await MakeAsync(open).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await beat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _open.TryRemove(open.Stored.Id, out _);
            open.Dispose();
        }
    }

    /// <summary>How it ended, and what it found.</summary>
    private async Task<Ending> MakeAsync(OpenSimulation open)
    {
        try
        {
            await _one.WaitAsync(open.Stop.Token).ConfigureAwait(false);
            try
            {
                open.Begin();
                await InsistAsync(
                    open, run => run with { State = SimulationState.Running, StartedAt = _time.GetUtcNow() }, []).ConfigureAwait(false);
                var findings = await SimulateAsync(open).ConfigureAwait(false);
                return findings.ToParts(open.Stored.Id, open.Stored.Attempt) is { } parts
                    ? new Ending(SimulationState.Finished, null, parts)
                    : new Ending(SimulationState.Failed, TooLarge, []);
            }
            finally
            {
                _one.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return open.IsClosing
                ? new Ending(SimulationState.Interrupted, Stopped, [])
                : new Ending(SimulationState.Cancelled, null, []);
        }
        catch (StoreException fault)
        {
            _faults.Say("A simulation has failed", fault);
            return new Ending(SimulationState.Failed, fault.Message, []);
        }
#pragma warning disable CA1031 // whatever it is, this simulation has failed, and nothing else has
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Failed(_log, fault, open.Stored.Id);
            return new Ending(SimulationState.Failed, Domain.Errors.ErrorCatalogue.Internal.Sentence.In("en"), []);
        }
    }

    private async Task<SimulationFindings> SimulateAsync(OpenSimulation open)
    {
        var order = open.Order;

        // It reads stored states: what was just reported is to be among them.
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
            return SimulationFindings.Of(await _desk.ShadowAsync(request, open, open.Stop.Token).ConfigureAwait(false));
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
            open, open.Stop.Token).ConfigureAwait(false);
        if (order.CountsForActivation)
            await _policies.KeepEffectAsync(EffectOf(outcome, order), open.Stop.Token).ConfigureAwait(false);
        return SimulationFindings.Of(outcome);
    }

    private SimulatedEffect EffectOf(SimulationOutcome outcome, SimulationOrder order) => outcome.Result.Effect with
    {
        AsOf = outcome.AsOf,
        At = _time.GetUtcNow(),
        Rulebook = order.After.Rulebook.Digest,
    };

    /// <summary>
    /// Says from time to time that this process is at it, and how far; ends the work when another one has decided about it.
    /// </summary>
    private async Task BeatAsync(OpenSimulation open, CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.SimulationBeatMs), _time, over).ConfigureAwait(false);
            try
            {
                await WriteAsync(open, run => run, []).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await open.Stop.CancelAsync().ConfigureAwait(false);
                return;
            }
            catch (Exception fault)
            {
                // Without a sign of life another node would take a simulation that goes on for interrupted.
                _faults.Say("How far a simulation is waits to be written", fault);
            }
        }
    }

    private async Task EndAsync(OpenSimulation open, Ending ending)
    {
        try
        {
            await InsistAsync(
                open,
                run => run with { State = ending.State, Error = ending.Error, EndedAt = _time.GetUtcNow(), Parts = ending.Parts.Count },
                ending.Parts).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Somebody else has decided about it, or an earlier try got through.
        }
        catch (StoreException fault)
        {
            // It will be seen as interrupted.
            _faults.Say("The end of a simulation is not written", fault);
        }
    }

    /// <summary>As <see cref="WriteAsync"/>, again and again for a while.</summary>
    private async Task InsistAsync(OpenSimulation open, Func<SimulationRun, SimulationRun> next, IReadOnlyList<SimulationPart> parts)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await WriteAsync(open, next, parts).ConfigureAwait(false);
                return;
            }
            catch (StoreException fault) when (attempt < InsistMax)
            {
                _faults.Say("How a simulation stands waits to be written", fault);
                await Task.Delay(_options.RetryPauseMsMax, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes what follows from what is stored, while it is this process that is at it.</summary>
    /// <exception cref="OperationCanceledException">It is not any more.</exception>
    private async Task WriteAsync(OpenSimulation open, Func<SimulationRun, SimulationRun> next, IReadOnlyList<SimulationPart> parts)
    {
        await open.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (_abandoned)
                    throw new OperationCanceledException("This process is gone.");
                var run = next(open.Now()) with { SeenAt = _time.GetUtcNow() };
                var writes = new List<ControlWrite> { new(Kind, PlaceOf(run.Id), open.Version, run.ToJson(), null) };
                writes.AddRange(await PartWritesAsync(run.Id, parts, CancellationToken.None).ConfigureAwait(false));
                try
                {
                    await _store.Control.WriteAsync(writes, CancellationToken.None).ConfigureAwait(false);
                    open.Take(run, open.Version + 1);
                    return;
                }
                catch (WriteConflictException) when (attempt < AttemptsMax)
                {
                    // Another has decided about it, or a write of ours got through though its answer was lost.
                    await ReloadAsync(open).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            open.Gate.Release();
        }
    }

    private async Task ReloadAsync(OpenSimulation open)
    {
        var mine = open.Stored;
        var document = await _store.Control.FindAsync(Kind, PlaceOf(mine.Id), CancellationToken.None).ConfigureAwait(false);
        var stored = document is null ? null : SimulationRun.FromJson(document.Content);
        if (stored is null || stored.Id != mine.Id || stored.Attempt != mine.Attempt || stored.Node != _node || !stored.IsOpen)
            throw new OperationCanceledException("Another has decided about the simulation.");
        open.Take(stored, document!.Version);
    }

    private async Task<List<ControlWrite>> PartWritesAsync(
        string id, IEnumerable<SimulationPart> parts, CancellationToken cancellation)
    {
        var writes = new List<ControlWrite>();
        foreach (var part in parts)
        {
            var place = PartId(id, writes.Count);
            var known = await _store.Control.FindAsync(PartKind, place, cancellation).ConfigureAwait(false);
            var content = JsonSerializer.Serialize(part, SimulationRunJson.Default.SimulationPart);
            writes.Add(new ControlWrite(PartKind, place, known?.Version, content, null));
        }

        return writes;
    }

    private async Task<Dictionary<string, ControlDocument>> DocumentsAsync(CancellationToken cancellation) =>
        (await _store.Control.ListAsync(Kind, null, KeptMax, cancellation).ConfigureAwait(false))
            .ToDictionary(document => document.Id, StringComparer.Ordinal);

    /// <summary>A place never used, else that of the one that ended first; null while all are under way.</summary>
    private string? PlaceFor(Dictionary<string, ControlDocument> documents)
    {
        for (var place = 0; place < KeptMax; place++)
        {
            if (!documents.ContainsKey(PlaceOf(place)))
                return PlaceOf(place);
        }

        return documents.Select(document => (document.Key, Run: Shown(SimulationRun.FromJson(document.Value.Content))))
            .Where(kept => !kept.Run.IsOpen)
            .OrderBy(kept => kept.Run.EndedAt).Select(kept => kept.Key).FirstOrDefault();
    }

    private async Task<ControlDocument?> ReadAsync(string id, CancellationToken cancellation)
    {
        if (id.Length != PlaceDigits + (2 * IdBytes))
            return null;
        var document = await _store.Control.FindAsync(Kind, PlaceOf(id), cancellation).ConfigureAwait(false);
        if (document is null || SimulationRun.FromJson(document.Content) is not { } run || run.Id != id)
            return null;
        return await NoteSilenceAsync(run, document, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// One whose process has said nothing for long is interrupted, also for that process. Clocks that differ by less than that bound do no
    /// harm; those that differ by more interrupt what could have gone on, and nothing else.
    /// </summary>
    private async Task<ControlDocument?> NoteSilenceAsync(SimulationRun run, ControlDocument document, CancellationToken cancellation)
    {
        if (!run.IsOpen || _open.ContainsKey(run.Id) || !IsSilent(run))
            return document;
        try
        {
            var content = AsInterrupted(run).ToJson();
            await _store.Control.WriteAsync(
                [new ControlWrite(Kind, PlaceOf(run.Id), document.Version, content, null)], cancellation).ConfigureAwait(false);
            return document with { Version = document.Version + 1, Content = content };
        }
        catch (WriteConflictException)
        {
            // It has said something, or another node has noted it: as it stands now.
            var again = await _store.Control.FindAsync(Kind, PlaceOf(run.Id), cancellation).ConfigureAwait(false);
            return again is not null && SimulationRun.FromJson(again.Content).Id == run.Id ? again : null;
        }
    }

    /// <summary>As far as it has come, where it is this process that is at it.</summary>
    private SimulationRun Shown(SimulationRun stored)
    {
        if (!stored.IsOpen)
            return stored;
        if (_open.TryGetValue(stored.Id, out var open))
            return open.Now() with { State = stored.State, StartedAt = stored.StartedAt };
        return IsSilent(stored) ? AsInterrupted(stored) : stored;
    }

    private bool IsSilent(SimulationRun run) =>
        _time.GetUtcNow() - run.SeenAt > TimeSpan.FromMilliseconds(_options.SimulationSilentMsMax);

    private static SimulationRun AsInterrupted(SimulationRun run) =>
        run with { State = SimulationState.Interrupted, EndedAt = run.SeenAt, Error = Silent };

    private static string PlaceOf(string id) => id[..PlaceDigits];

    private static string PlaceOf(int place) => place.ToString("D2", CultureInfo.InvariantCulture);

    private static string PartId(string id, int number) => $"{PlaceOf(id)}/{number.ToString("D4", CultureInfo.InvariantCulture)}";

    private static ControlAct ActOf(string action, string actor, SimulationRun run) => new(
        action, actor,
        JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["simulation"] = run.Id, ["version"] = run.Version, ["against"] = run.Against,
        }));

    [LoggerMessage(2301, LogLevel.Error, "Simulation {Run} has failed")]
    private static partial void Failed(ILogger log, Exception fault, string run);

    /// <summary>How a simulation ended.</summary>
    private sealed record Ending(SimulationState State, string? Error, IReadOnlyList<SimulationPart> Parts);
}
