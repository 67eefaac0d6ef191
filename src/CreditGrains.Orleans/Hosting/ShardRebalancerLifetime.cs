using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// Starts <see cref="ShardRebalancer"/> when the silo is active. Participants are made together with the silo, before the host has
/// started and
/// opened the node that the keeper needs: so it is made at its start.
/// </summary>
internal sealed class ShardRebalancerLifetime(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe(
            nameof(ShardRebalancer), ServiceLifecycleStage.Active,
            _ =>
            {
                Keeper.Start();
                return Task.CompletedTask;
            },
            _ => Keeper.StopAsync());
        observer.Subscribe(
            nameof(ShardRebalancer), ServiceLifecycleStage.ApplicationServices, _ => Task.CompletedTask,
            cancellation => Keeper.CloseAsync(cancellation));
    }

    private ShardRebalancer Keeper => services.GetRequiredService<ShardRebalancer>();
}
