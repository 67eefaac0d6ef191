using System.Globalization;
using System.Text.Json;

namespace CreditGrains.Client;

// Cases of all kinds.
public sealed partial class CreditClient
{
    /// <summary>A page of cases of a kind.</summary>
    /// <param name="kind">One of <see cref="CreditCaseKinds.Names"/>.</param>
    /// <param name="filter">Which; null for all that are open.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public Task<CreditCasePage> CasesAsync(
        string kind, CreditCaseFilter? filter = null, string? cursor = null, int limit = 50, CancellationToken cancellation = default)
    {
        var collection = CollectionOf(kind);
        return SendAsync(
            () => Request(HttpMethod.Get, $"v1/{collection}" + Query(
                ("state", filter?.State), ("due", filter?.Due?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
                ("source", filter?.Source), ("subject", filter?.Subject), ("cursor", cursor), ("limit", Number(limit)))),
            safe: true, CreditJson.Default.CreditCasePage, cancellation);
    }

    /// <summary>A case with its steps.</summary>
    /// <exception cref="ArgumentException">The number is none of a case.</exception>
    public Task<CreditCase> CaseAsync(string number, CancellationToken cancellation = default)
    {
        var collection = CollectionOfCase(number);
        return SendAsync(
            () => Request(HttpMethod.Get, $"v1/{collection}/{Escape(number)}"), safe: true, CreditJson.Default.CreditCase, cancellation);
    }

    /// <summary>Opens a case. With a key it is sent again when its outcome is not known, and opened once.</summary>
    /// <param name="kind">One of <see cref="CreditCaseKinds.Names"/>.</param>
    /// <param name="body">Body of the kind, as the API's document has it.</param>
    /// <param name="key">Names the attempt; another for each case.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public Task<CreditCase> OpenCaseAsync(string kind, JsonElement body, string key, CancellationToken cancellation = default) =>
        CommandAsync($"v1/{CollectionOf(kind)}", body, key, cancellation);

    /// <summary>Takes a step of a case. With a key it is sent again when its outcome is not known, and taken once.</summary>
    /// <param name="number">The case.</param>
    /// <param name="step">A step of docs/procedures.md, for instance <c>accept</c>.</param>
    /// <param name="body">Body of the step; an empty object for nothing.</param>
    /// <param name="key">Names the attempt; another for each step.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="ArgumentException">The number is none of a case.</exception>
    public Task<CreditCase> ActOnCaseAsync(
        string number, string step, JsonElement body, string key, CancellationToken cancellation = default) =>
        CommandAsync($"v1/{CollectionOfCase(number)}/{Escape(number)}:{Escape(step)}", body, key, cancellation);

    private static string CollectionOf(string kind) => CreditCaseKinds.CollectionOf(kind)
        ?? throw new ArgumentException($"'{kind}' is none of {string.Join(", ", CreditCaseKinds.Names)}.", nameof(kind));

    private static string CollectionOfCase(string number) => CreditCaseKinds.CollectionOfCase(number)
        ?? throw new ArgumentException($"'{number}' is no number of a case, for instance MD-20261129-000001.", nameof(number));

    private Task<CreditCase> CommandAsync(string path, JsonElement body, string key, CancellationToken cancellation)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(body, CreditJson.Default.JsonElement);
        return SendAsync(
            () =>
            {
                var request = Request(HttpMethod.Post, path, Content(content, "application/json"));
                request.Headers.Add("Idempotency-Key", key);
                return request;
            },
            safe: true, CreditJson.Default.CreditCase, cancellation);
    }
}
