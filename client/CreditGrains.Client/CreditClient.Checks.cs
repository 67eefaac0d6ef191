using System.Text.Json;

namespace CreditGrains.Client;

// Checks of the past, checks of many, and the access log that proves them.
public sealed partial class CreditClient
{
    /// <summary>
    /// The answer to a check of the past, given again by the server and compared with the one that was given: the same bytes, or a problem
    /// <c>replay-differs</c>.
    /// </summary>
    public Task<byte[]> ReplayCheckAsync(string number, CancellationToken cancellation = default) =>
        SendBytesAsync(() => Request(HttpMethod.Get, $"v1/checks/{Escape(number)}"), safe: true, cancellation);

    /// <summary>A check's caller, instant and question, and the rules and position by which it was answered.</summary>
    public Task<CheckReceiptDetails> ReceiptAsync(string number, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/checks/{Escape(number)}/receipt"), safe: true, CreditJson.Default.CheckReceiptDetails,
        cancellation);

    /// <summary>Asks up to 1,000 checks at once. Not repeated by itself: each check has a number and is logged.</summary>
    public Task<CheckBatch> CheckManyAsync(
        CheckBatchQuestion question, Consistency consistency = default, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Post, $"v1/checks:batch{Query(("consistency", Text(consistency)))}",
            Content(JsonSerializer.SerializeToUtf8Bytes(question, CreditJson.Default.CheckBatchQuestion), "application/json")),
        safe: false, CreditJson.Default.CheckBatch, cancellation);

    /// <summary>Has the server walk the access log's chain, for auditors.</summary>
    /// <param name="check">A check whose entry is to lie in the part that holds; null for none.</param>
    /// <param name="head">Number and hash of a signed head that was kept elsewhere; null for none.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<AccessLogVerification> VerifyAccessLogAsync(
        string? check = null, (long Number, string Hash)? head = null, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Get,
            $"v1/access-log:verify{Query(
                ("check", check), ("head", head is { } kept ? $"{kept.Number}" : null), ("hash", head?.Hash))}"),
        safe: true, CreditJson.Default.AccessLogVerification, cancellation);

    /// <summary>The signed end of the access log as a file: as it is now, or as it was signed on a legal day.</summary>
    public Task<byte[]> AccessLogHeadAsync(DateOnly? day = null, CancellationToken cancellation = default) => SendBytesAsync(
        () => Request(HttpMethod.Get, $"v1/access-log/head{Query(("date", day?.ToString("yyyy-MM-dd", null)))}"), safe: true, cancellation);
}
