using System.Text.Json;

namespace CreditGrains.Client;

// Retention and destruction.
public sealed partial class CreditClient
{
    /// <summary>Dry runs and what carried them out, the newest first.</summary>
    public Task<RetentionPage> RetentionRunsAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/retention-runs"), safe: true, CreditJson.Default.RetentionPage, cancellation);

    /// <summary>How a run stands, and its figures.</summary>
    public Task<RetentionRun> RetentionRunAsync(string run, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/retention-runs/{Escape(run)}"), safe: true, CreditJson.Default.RetentionRun, cancellation);

    /// <summary>Begins to count the records whose retention is over; nothing is changed.</summary>
    /// <param name="reason">Why, at most 1,000 characters; kept for good.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<RetentionRun> CountRetentionAsync(string reason, CancellationToken cancellation = default) =>
        BeginRetentionAsync(new BeginRetention(true, null, null, reason), cancellation);

    /// <summary>Begins to destroy what a dry run has counted; for another person than the one who asked for that.</summary>
    /// <param name="of">The finished dry run.</param>
    /// <param name="confirm">How many records it found due.</param>
    /// <param name="reason">Why, at most 1,000 characters; kept for good.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<RetentionRun> CarryOutRetentionAsync(
        string of, long confirm, string reason, CancellationToken cancellation = default) =>
        BeginRetentionAsync(new BeginRetention(false, of, confirm, reason), cancellation);

    private Task<RetentionRun> BeginRetentionAsync(BeginRetention body, CancellationToken cancellation) => SendAsync(
        () => Request(
            HttpMethod.Post, "v1/retention:run",
            Content(JsonSerializer.SerializeToUtf8Bytes(body, CreditJson.Default.BeginRetention), "application/json")),
        safe: false, CreditJson.Default.RetentionRun, cancellation);
}

/// <summary>Run that is asked for.</summary>
internal sealed record BeginRetention(bool DryRun, string? Of, long? Confirm, string Reason);
