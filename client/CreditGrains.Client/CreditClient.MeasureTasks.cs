using System.Text.Json;

namespace CreditGrains.Client;

// The implementers' work lists.
public sealed partial class CreditClient
{
    /// <summary>Restraints and mandatory measures that are to be applied or lifted, the oldest first.</summary>
    /// <param name="implementer">Only of this implementer, as the measure list names it.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<MeasureTaskPage> MeasureTasksAsync(
        string? implementer = null, string? cursor = null, int limit = 50, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/measures/tasks" + Query(
            ("implementer", implementer), ("cursor", cursor), ("limit", Number(limit)))),
        safe: true, CreditJson.Default.MeasureTaskPage, cancellation);

    /// <summary>Says that a measure was applied or lifted. Not repeated by itself: a second one is refused as <c>task-done</c>.</summary>
    public Task<MeasureTask> EndMeasureTaskAsync(string task, MeasureTaskDone done, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Post, $"v1/measures/tasks/{Escape(task)}:done",
            Content(JsonSerializer.SerializeToUtf8Bytes(done, CreditJson.Default.MeasureTaskDone), "application/json")),
        safe: false, CreditJson.Default.MeasureTask, cancellation);
}
