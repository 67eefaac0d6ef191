using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace CreditGrains.Cluster.Control;

/// <summary>
/// Sends for one subscription, by the steps that one process makes too. How far it is, it keeps in its state; when its silo dies, whichever
/// node looks first, or at the latest the reminder, wakes it elsewhere, and it goes on from there. Two that send for a moment, because one
/// of them does not know yet that it is dead, send the same events under the same ids, and the store lets only one of them keep anything.
/// </summary>
[GrainType("credit.subscription")]
internal sealed partial class SubscriptionGrain : Grain, ISubscriptionGrain, IRemindable, IProgressRepository
{
    private const string Reminder = "send";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WorkMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RemindEvery = TimeSpan.FromMinutes(1);

    // One process alone that takes the store over later begins where this says.
    private static readonly TimeSpan NoteEvery = TimeSpan.FromMinutes(1);

    private readonly IPersistentState<SubscriptionSenderState> _state;
    private readonly ClusterNode _node;
    private readonly TimeProvider _time;
    private readonly ILogger<SubscriptionGrain> _log;
    private readonly SubscriptionRun _run;
    private readonly StoredProgress _stored;
    private TaskScheduler _here = TaskScheduler.Default;
    private IGrainTimer? _timer;
    private DateTimeOffset _next;
    private DateTimeOffset _noted;
    private bool _isReminded;

    public SubscriptionGrain(
        [PersistentState("subscription", ClusterHosting.ControlStorage)] IPersistentState<SubscriptionSenderState> state,
        ClusterNode node, TimeProvider time, ILogger<SubscriptionGrain> log)
    {
        (_state, _node, _time, _log) = (state, node, time, log);
        var id = this.GetPrimaryKeyString();
        _stored = new StoredProgress(node.Engine.Store.Control, id);
        _run = new SubscriptionRun(id, node.Engine.DeliveryContext, this);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _here = TaskScheduler.Current;
        return Task.CompletedTask;
    }

    public Task WakeAsync()
    {
        _run.Ask();
        _next = default;
        _timer ??= this.RegisterGrainTimer(StepAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Tick) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task<ProgressMessage?> ProgressAsync()
    {
        // One that is asked of a grain that was not there begins to send.
        if (_timer is null)
            await WakeAsync();
        return (_run.Progress ?? _state.State.Progress) is { } progress ? GrainSubscriptionDispatcher.Out(progress) : null;
    }

    public Task<string> WhereAsync() => Task.FromResult(RuntimeIdentity);

    public Task ReceiveReminder(string reminderName, TickStatus status) => WakeAsync();

    /// <summary>The state stored here, or the newer one that a process outside a cluster has kept since.</summary>
    public Task<SubscriptionProgress?> ReadAsync(CancellationToken cancellation) => HereAsync(async () =>
    {
        await _state.ReadStateAsync(cancellation);
        var alone = await _stored.ReadAsync(cancellation);
        return alone is not null && !(_state.State.Progress?.Number >= alone.Number) ? alone : _state.State.Progress;
    });

    public Task KeepAsync(SubscriptionProgress progress) => HereAsync(async () =>
    {
        _state.State.Progress = progress;
        try
        {
            await _state.WriteStateAsync();
            return true;
        }
        catch (InconsistentStateException older)
        {
            throw new WriteConflictException($"Subscription {progress.Subscription} has another sender: {older.Message}");
        }
    });

    private async Task StepAsync(CancellationToken cancellation)
    {
        if (_next > _time.GetUtcNow())
            return;
        try
        {
            var began = _time.GetTimestamp();
            NextAttempt pause;
            do
            {
                pause = await _run.StepAsync(cancellation);
            }
            while (pause is { IsGone: false, Changes: null } && pause.Length == TimeSpan.Zero && _time.GetElapsedTime(began) < WorkMax);
            if (pause.IsGone)
            {
                await EndAsync();
                return;
            }

            if (!_isReminded)
                await this.RegisterOrUpdateReminder(Reminder, RemindEvery, RemindEvery, cancellation);
            _isReminded = true;
            if (pause.Changes is not null)
                await NoteAsync();
            else if (pause.Length != TimeSpan.Zero)
                _next = pause.Length == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : _time.GetUtcNow() + pause.Length;
        }
        catch (OperationCanceledException)
        {
            // The silo stops, or the grain goes.
        }
        catch (WriteConflictException conflict)
        {
            Replaced(_log, this.GetPrimaryKeyString(), conflict.Message);
            DeactivateOnIdle();
        }
        catch (Exception fault)
        {
            Waits(_log, this.GetPrimaryKeyString(), fault.Message);
            _next = _time.GetUtcNow() + FaultPause;
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await _run.KeepAsync();
            _noted = default;
            await NoteAsync();
        }
        catch (Exception fault)
        {
            // The next activation resumes from the state written last.
            NotNoted(_log, this.GetPrimaryKeyString(), fault.Message);
        }
    }

    /// <summary>Now and then, while there is nothing to send, and at the end.</summary>
    private async Task NoteAsync()
    {
        if (_state.State.Progress is not { } progress || _time.GetUtcNow() - _noted < NoteEvery)
            return;
        _noted = _time.GetUtcNow();
        if ((await _stored.ReadAsync(CancellationToken.None))?.Number >= progress.Number)
            return;
        await _stored.KeepAsync(progress);
    }

    /// <summary>The engine goes on on any thread; a grain's state is there for the grain's own turns only.</summary>
    private Task<T> HereAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _here).Unwrap();

    /// <summary>The subscription is deleted: nothing of it stays here.</summary>
    private async Task EndAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        await _state.ClearStateAsync();
        _timer?.Dispose();
        _timer = null;
        DeactivateOnIdle();
    }

    [LoggerMessage(6051, LogLevel.Warning, "Delivery of subscription {Subscription} failed; retrying: {Message}")]
    private static partial void Waits(ILogger log, string subscription, string message);

    [LoggerMessage(6053, LogLevel.Warning, "Progress of subscription {Subscription} could not be stored on deactivation: {Message}")]
    private static partial void NotNoted(ILogger log, string subscription, string message);

    [LoggerMessage(6052, LogLevel.Warning, "Subscription {Subscription} is owned by another sender; stopping this one: {Message}")]
    private static partial void Replaced(ILogger log, string subscription, string message);
}
