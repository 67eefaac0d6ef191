using System.Text.Json;

namespace CreditGrains.Client;

// Public pages that are taken down.
public sealed partial class CreditClient
{
    /// <summary>Public pages that are closed, and what operators have done.</summary>
    public Task<ClosedPages> ClosedPagesAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/pages"), safe: true, CreditJson.Default.ClosedPages, cancellation);

    /// <summary>Takes a public page down with all below it, on all nodes within seconds.</summary>
    /// <param name="path">For instance <c>/portal/lists</c> or <c>/portal/subjects/CODE</c>.</param>
    /// <param name="reason">Why, at most 1,000 characters; kept for good, not shown to the public.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<ClosedPages> ClosePageAsync(string path, string reason, CancellationToken cancellation = default) =>
        ChangePageAsync("v1/pages:close", path, reason, cancellation);

    /// <summary>Shows a page again.</summary>
    /// <param name="path">As it was closed.</param>
    /// <param name="reason">Why, at most 1,000 characters; kept for good.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<ClosedPages> OpenPageAsync(string path, string reason, CancellationToken cancellation = default) =>
        ChangePageAsync("v1/pages:open", path, reason, cancellation);

    private Task<ClosedPages> ChangePageAsync(string address, string path, string reason, CancellationToken cancellation) => SendAsync(
        () => Request(
            HttpMethod.Post, address,
            Content(
                JsonSerializer.SerializeToUtf8Bytes(new PageChange(path, reason), CreditJson.Default.PageChange), "application/json")),
        safe: false, CreditJson.Default.ClosedPages, cancellation);
}

/// <summary>Public page that is to be closed or opened.</summary>
internal sealed record PageChange(string Path, string Reason);
