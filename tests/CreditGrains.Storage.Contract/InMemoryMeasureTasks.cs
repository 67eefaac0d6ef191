using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Tasks of implementers of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryMeasureTasks(InMemoryStore store, InMemoryData data) : IMeasureTaskStore
{
    private IEnumerable<MeasureTask> Open => data.MeasureTasks.Values.Where(task => task.Done is null);

    public Task TakeOverAsync(IReadOnlyList<MeasureTask> tasks, ControlWrite place, CancellationToken cancellation) => store.WriteAsync(
        "MeasureTasks.TakeOver",
        () =>
        {
            InMemoryControl.Check(data, [place]);
            InMemoryControl.Write(data, [place]);
            foreach (var task in tasks)
            {
                var open = Open.FirstOrDefault(known => known.Subject == task.Subject && known.Measure == task.Measure);
                if (open is null)
                    data.MeasureTasks.TryAdd(task.Change, task);
                else if (open.IsLift != task.IsLift)
                    data.MeasureTasks.Remove(open.Change);
            }

            return true;
        },
        cancellation);

    public Task<MeasureTask?> FindAsync(ShardNumber change, CancellationToken cancellation) => store.ReadAsync(
        "MeasureTasks.Find", () => data.MeasureTasks.GetValueOrDefault(change), cancellation);

    public Task<IReadOnlyList<MeasureTask>> ListAsync(MeasureTaskQuery query, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<MeasureTask>>(
            "MeasureTasks.List",
            () =>
            [
                .. Open.Where(task => query.Implementer is null || task.Implementer == query.Implementer).OrderBy(Place)
                    .Where(task => query.After is not { } after
                        || Place(task).CompareTo((after.Since, after.Change.Shard, after.Change.Number)) > 0)
                    .Take(query.Limit),
            ],
            cancellation);

    public Task<bool> EndAsync(ShardNumber change, MeasureTaskDone done, CancellationToken cancellation) => store.WriteAsync(
        "MeasureTasks.End",
        () =>
        {
            if (data.MeasureTasks.GetValueOrDefault(change) is not { Done: null } task)
                return false;
            data.MeasureTasks[change] = task with { Done = done };
            return true;
        },
        cancellation);

    private static (DateOnly, int, long) Place(MeasureTask task) => (task.Since, task.Change.Shard, task.Change.Number);
}
