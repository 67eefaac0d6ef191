using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Control;

/// <summary>
/// Drives while there is something to drive. Whatever it knows stands in the store; when its silo dies, the silos that work, or at the
/// latest the reminder, wake it elsewhere.
/// </summary>
[GrainType("credit.recomputation")]
internal sealed partial class RecomputationGrain(
    [PersistentState("recomputation", ClusterHosting.ControlStorage)] IPersistentState<RecomputationDriveState> state,
    ClusterNode node, TimeProvider time, ILogger<RecomputationGrain> log) : Grain, IRecomputationGrain, IRemindable
{
    private const string Reminder = "drive";
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RemindEvery = TimeSpan.FromMinutes(1);
    private IGrainTimer? _timer;

    public Task WakeAsync()
    {
        _timer ??= this.RegisterGrainTimer(
            StepAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Step) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task<string> WhereAsync() => Task.FromResult(RuntimeIdentity);

    public Task ReceiveReminder(string reminderName, TickStatus status) => WakeAsync();

    private async Task StepAsync(CancellationToken cancellation)
    {
        try
        {
            if (await node.Engine.Recomputation.DriveAsync(cancellation))
                await BeginAsync();
            else
                await RestAsync();
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
        catch (Exception fault)
        {
            Waits(log, fault.Message);
        }
    }

    private async Task BeginAsync()
    {
        if (state.State.Driver == RuntimeIdentity)
            return;
        await this.RegisterOrUpdateReminder(Reminder, RemindEvery, RemindEvery);
        (state.State.Driver, state.State.Since) = (RuntimeIdentity, time.GetUtcNow());
        await state.WriteStateAsync();
    }

    private async Task RestAsync()
    {
        if (state.State.Driver is not null)
        {
            if (await this.GetReminder(Reminder) is { } reminder)
                await this.UnregisterReminder(reminder);
            (state.State.Driver, state.State.Since) = (null, null);
            await state.WriteStateAsync();
        }

        _timer?.Dispose();
        _timer = null;
    }

    [LoggerMessage(6021, LogLevel.Warning, "Driving a recomputation waits and goes on: {Message}")]
    private static partial void Waits(ILogger log, string message);
}
