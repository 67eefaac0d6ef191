using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Engine.Simulation;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Inspections;

/// <summary>
/// Draws that outlive the request that asked for them: over a million subjects one takes longer than somebody may be kept waiting. As with
/// simulations, the process that draws says so every few seconds in a document that every node reads.
/// </summary>
public sealed partial class InspectionDrawings : IAsyncDisposable
{
    /// <summary>Draws that wait or run on one node.</summary>
    public const int OpenMax = 8;

    /// <summary>Of these for one person.</summary>
    public const int OpenPerActorMax = 2;

    private const string Kind = "inspection-draw";
    private const string Silent = "The node that drew it is gone. Draw it again.";
    private const string Stopped = "The node that drew it was stopped. Draw it again.";

    private readonly IControlStore _control;
    private readonly InspectionDesk _desk;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ILogger _log;
    private readonly string _node = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private readonly ConcurrentDictionary<string, Work> _open = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    internal InspectionDrawings(
        IStore store, InspectionDesk desk, EngineOptions options, TimeProvider time, StoreFaultLog faults, ILogger log)
    {
        _control = store.Control;
        _desk = desk;
        _options = options;
        _time = time;
        _faults = faults;
        _log = log;
    }

    /// <summary>Begins a draw. Null when there is a plan of that name already, or it is being drawn.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<InspectionDrawing?> BeginAsync(InspectionOrder order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (await _desk.FindAsync(order.Id, cancellation).ConfigureAwait(false) is not null)
            return null;
        var document = await _control.FindAsync(Kind, order.Id, cancellation).ConfigureAwait(false);
        if (document is not null && Shown(InspectionDrawing.FromJson(document.Content)).State == InspectionDrawingState.Drawing)
            return null;
        var now = _time.GetUtcNow();
        var drawing = new InspectionDrawing
        {
            Id = order.Id, Actor = order.Actor, State = InspectionDrawingState.Drawing, StartedAt = now, Node = _node, SeenAt = now,
        };
        var said = JsonSerializer.Serialize(new Dictionary<string, string> { ["seed"] = order.Seed, ["period"] = order.Period });
        try
        {
            await _control.WriteAsync(
                [new ControlWrite(Kind, order.Id, document?.Version, drawing.ToJson(), new ControlAct("asked", order.Actor, said))],
                cancellation).ConfigureAwait(false);
        }
        catch (WriteConflictException)
        {
            return null;
        }

        var work = new Work(drawing, (document?.Version ?? 0) + 1);
        _open[order.Id] = work;
        work.Task = Task.Run(() => WorkAsync(work, order), CancellationToken.None);
        return drawing;
    }

    /// <summary>Whether this node has as many draws in hand as it may have, in all or of one person.</summary>
    public bool IsFull(string actor) =>
        _open.Count >= OpenMax || _open.Values.Count(work => work.Now().Actor == actor) >= OpenPerActorMax;

    /// <summary>Completes when this node is done with the draw; at once when it is not at it.</summary>
    public Task WaitAsync(string id) => _open.GetValueOrDefault(id)?.Task ?? Task.CompletedTask;

    /// <summary>How a draw stands; null when none was asked for.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<InspectionDrawing?> FindAsync(string id, CancellationToken cancellation) =>
        await _control.FindAsync(Kind, id, cancellation).ConfigureAwait(false) is { } document
            ? Shown(InspectionDrawing.FromJson(document.Content)) : null;

    /// <summary>Those under way come to nothing; whoever wants them draws again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_open.Values.Select(work => work.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private InspectionDrawing Shown(InspectionDrawing stored)
    {
        if (stored.State != InspectionDrawingState.Drawing)
            return stored;
        if (_open.TryGetValue(stored.Id, out var work))
            return work.Now();
        return _time.GetUtcNow() - stored.SeenAt > TimeSpan.FromMilliseconds(_options.SimulationSilentMsMax)
            ? stored with { State = InspectionDrawingState.Interrupted, Error = Silent }
            : stored;
    }

    private async Task WorkAsync(Work work, InspectionOrder order)
    {
        using var over = new CancellationTokenSource();
        var beat = Task.Run(() => BeatAsync(work, over.Token), CancellationToken.None);
        var (state, error) = (InspectionDrawingState.Drawn, (string?)null);
        try
        {
            // Null: another process has drawn it meanwhile, which is as well.
            await _desk.DrawAsync(order, work, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            (state, error) = (InspectionDrawingState.Interrupted, Stopped);
        }
        catch (StoreException fault)
        {
            _faults.Say("A draw has failed", fault);
            (state, error) = (InspectionDrawingState.Failed, fault.Message);
        }
#pragma warning disable CA1031 // whatever it is, this draw has failed, and nothing else has
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Failed(_log, fault, order.Id);
            (state, error) = (InspectionDrawingState.Failed, Domain.Errors.ErrorCatalogue.Internal.Sentence.In("en"));
        }

        await over.CancelAsync().ConfigureAwait(false);
        await beat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await WriteAsync(work, work.Now() with { State = state, Error = error }).ConfigureAwait(false);
        _open.TryRemove(order.Id, out _);
    }

    private async Task BeatAsync(Work work, CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.SimulationBeatMs), _time, over).ConfigureAwait(false);
            await WriteAsync(work, work.Now()).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the plan is there is said by the plan: a note that is not written makes a draw look interrupted, no more.</summary>
    private async Task WriteAsync(Work work, InspectionDrawing next)
    {
        try
        {
            next = next with { SeenAt = _time.GetUtcNow() };
            try
            {
                await _control.WriteAsync(
                    [new ControlWrite(Kind, next.Id, work.Version, next.ToJson(), null)], CancellationToken.None).ConfigureAwait(false);
                work.Version++;
            }
            catch (WriteConflictException)
            {
                // Ours, whose answer was lost, or of somebody who has drawn again because we were silent.
                var stored = await _control.FindAsync(Kind, next.Id, CancellationToken.None).ConfigureAwait(false);
                if (stored is not null && InspectionDrawing.FromJson(stored.Content).Node == _node)
                    work.Version = stored.Version;
            }
        }
        catch (Exception fault)
        {
            _faults.Say("How far a draw is waits to be written", fault);
        }
    }

    [LoggerMessage(2401, LogLevel.Error, "Drawing inspection plan {Plan} has failed")]
    private static partial void Failed(ILogger log, Exception fault, string plan);

    /// <summary>A draw of this process.</summary>
    private sealed class Work(InspectionDrawing drawing, long version) : IProgress<SimulationProgress>
    {
        private long _done, _subjects;

        public long Version { get; set; } = version;

        public Task Task { get; set; } = Task.CompletedTask;

        public InspectionDrawing Now() => drawing with { Done = Interlocked.Read(ref _done), Subjects = Interlocked.Read(ref _subjects) };

        /// <summary>Threads report out of order; the next report puts it right.</summary>
        public void Report(SimulationProgress value)
        {
            Interlocked.Exchange(ref _subjects, value.Subjects);
            Interlocked.Exchange(ref _done, value.Done);
        }
    }
}
