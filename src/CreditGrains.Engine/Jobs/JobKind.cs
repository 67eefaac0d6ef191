using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

/// <summary>Properties of one kind of job: its name, its stored form, and the bound on their number (I13).</summary>
/// <param name="Name">In the store and on the wire.</param>
/// <param name="Json">How its runs are written.</param>
/// <param name="KeptMax">Runs kept in the store; those that ended first go first.</param>
/// <param name="OpenMax">Runs that wait or run on one node, one at a time.</param>
/// <param name="OpenPerActorMax">Of these for one person.</param>
/// <param name="About">Text about a run in the record of acts.</param>
internal sealed record JobKind<TRun>(
    string Name, JsonTypeInfo<TRun> Json, int KeptMax, int OpenMax, int OpenPerActorMax, Func<TRun, Dictionary<string, string>> About)
    where TRun : JobRun
{
    public JobKey KeyOf(string id) => new(Name, id);

    /// <exception cref="InvalidDataException">The text is no run of this kind.</exception>
    public TRun Read(StoredJob job) => JsonSerializer.Deserialize(job.Content, Json)
        ?? throw new InvalidDataException($"Job {job.Key} holds nothing.");

    public JobWrite WriteOf(TRun run, long? version, string? node, ControlAction? act = null) => new(
        KeyOf(run.Id), version, run.State.ToString().ToLowerInvariant(), node, !run.IsOpen, JsonSerializer.Serialize(run, Json))
    {
        Act = act,
    };

    public ControlAction ActOf(string action, string actor, TRun run) => new(action, actor, JsonSerializer.Serialize(About(run)));
}
