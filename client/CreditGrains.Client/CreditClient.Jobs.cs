namespace CreditGrains.Client;

// Jobs of all kinds.
public sealed partial class CreditClient
{
    /// <summary>Recomputations, simulations and draws of all nodes, the newest first.</summary>
    public Task<JobPage> JobsAsync(int limit = 20, string? cursor = null, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/jobs{Query(("limit", Number(limit)), ("cursor", cursor))}"), safe: true,
        CreditJson.Default.JobPage, cancellation);

    /// <summary>One job with its partitions.</summary>
    public Task<Job> JobAsync(string kind, string id, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/jobs/{Escape(kind)}/{Escape(id)}"), safe: true, CreditJson.Default.Job, cancellation);

    /// <summary>Pauses, resumes or cancels a job.</summary>
    /// <param name="kind">Of which kind it is.</param>
    /// <param name="id">Which.</param>
    /// <param name="verb"><c>pause</c>, <c>resume</c> or <c>cancel</c>.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Job> TurnJobAsync(
        string kind, string id, string verb, string reason, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Post, $"v1/jobs/{Escape(kind)}/{Escape(id)}:{verb}", Reason(reason)), safe: false,
        CreditJson.Default.Job, cancellation);
}
