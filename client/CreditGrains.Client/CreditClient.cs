using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CreditGrains.Client;

/// <summary>
/// A CreditGrains server over HTTP. Safe for any number of threads. Requests that are safe to repeat (reads, and feeds, which are
/// idempotent by
/// revision) are tried again within <see cref="CreditClientOptions.RetryMax"/>; checks are not, because each is a numbered act.
/// Of a cluster, the node that owns the organisation is asked first, see <see cref="CreditClientOptions.FindsOwners"/>.
/// </summary>
/// <remarks>
/// Every call throws <see cref="CreditProblemException"/> when the server refuses, <see cref="HttpRequestException"/> when it cannot be
/// reached, and <see cref="OperationCanceledException"/> when cancelled.
/// </remarks>
public sealed partial class CreditClient
{
    private readonly HttpClient _http;
    private readonly CreditClientOptions _options;
    private readonly TimeProvider _time;
    private readonly OwnerRouting? _owners;

    /// <param name="http">Sends the requests; stays the caller's.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="time">Clock of the pauses.</param>
    public CreditClient(HttpClient http, CreditClientOptions options, TimeProvider? time = null)
        : this(
            http, options, time, options is { FindsOwners: true } ? new OwnerRouting(options.Address, time ?? TimeProvider.System) : null)
    {
    }

    /// <param name="http">Sends the requests.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="time">Clock of the pauses.</param>
    /// <param name="owners">Knowledge of the shards' owners, shared by clients of the same server.</param>
    internal CreditClient(HttpClient http, CreditClientOptions options, TimeProvider? time, OwnerRouting? owners)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        _http = http;
        _options = options;
        _time = time ?? TimeProvider.System;
        _owners = owners;
    }

    /// <summary>Sends events of a source: NDJSON in UTF-8, complete lines.</summary>
    /// <param name="source">The source; the token must allow it.</param>
    /// <param name="ndjson">The lines; not changed until the call has ended.</param>
    /// <param name="allLines">List accepted lines too.</param>
    /// <param name="cancellation">Ends the call; lines already taken stay.</param>
    public Task<FeedReceipt> FeedAsync(string source, ReadOnlyMemory<byte> ndjson, bool allLines = false,
        CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(
                HttpMethod.Post, $"v1/sources/{Escape(source)}/events{(allLines ? "?lines=all" : "")}",
                Content(ndjson, "application/x-ndjson")),
            safe: true, CreditJson.Default.FeedReceipt, cancellation);

    /// <summary>Asks one check. Not repeated by itself: each check has a number and is logged.</summary>
    public Task<CheckAnswer> CheckAsync(CheckQuestion question, Consistency consistency = default,
        CancellationToken cancellation = default) =>
        SendAsync(() => Check(question, consistency), safe: false, CreditJson.Default.CheckAnswer, cancellation, question?.Subject);

    /// <summary>As <see cref="CheckAsync"/>, but the answer as the server wrote it, for receipts that are compared byte for byte.</summary>
    public Task<byte[]> CheckBytesAsync(CheckQuestion question, Consistency consistency = default,
        CancellationToken cancellation = default) =>
        SendBytesAsync(() => Check(question, consistency), safe: false, cancellation, question?.Subject);

    /// <summary>One organisation; null when nothing of it is known.</summary>
    public Task<SubjectSummary?> FindSubjectAsync(string subject, Consistency consistency = default,
        CancellationToken cancellation = default) =>
        FindAsync($"v1/subjects/{Escape(subject)}{Query(("consistency", Text(consistency)))}", CreditJson.Default.SubjectSummary,
            cancellation, subject);

    /// <summary>The assessment with every record behind it; null when nothing of the subject is known.</summary>
    /// <summary>A check's caller, instant and question, and the rules and position by which it was answered.</summary>
    /// <param name="asOf">Legal date; null for today.</param>
    /// <param name="knownAt">A token or an instant (RFC 3339): only what was known then counts; null for all.</param>
    /// <param name="consistency">How fresh.</param>
    /// <param name="policy">The policy version; null for the one in force.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Assessment?> FindAssessmentAsync(
        string subject, DateOnly? asOf = null, string? knownAt = null, Consistency consistency = default, string? policy = null,
            CancellationToken cancellation = default) =>
        FindAsync(DatedPath(subject, "assessment", asOf, knownAt, consistency, policy), CreditJson.Default.Assessment, cancellation,
            subject);

    /// <summary>The assessment in words; null when nothing of the subject is known.</summary>
    /// <inheritdoc cref="FindAssessmentAsync"/>
    public Task<Explanation?> FindExplanationAsync(
        string subject, DateOnly? asOf = null, string? knownAt = null, Consistency consistency = default, string? policy = null,
            CancellationToken cancellation = default) =>
        FindAsync(DatedPath(subject, "explanation", asOf, knownAt, consistency, policy), CreditJson.Default.Explanation, cancellation,
            subject);

    /// <summary>As <see cref="FindAssessmentAsync"/>, but as the server wrote it.</summary>
    public Task<byte[]> AssessmentBytesAsync(
        string subject, DateOnly? asOf = null, string? knownAt = null, Consistency consistency = default, string? policy = null,
            CancellationToken cancellation = default) =>
        SendBytesAsync(() => Request(HttpMethod.Get, DatedPath(subject, "assessment", asOf, knownAt, consistency, policy)), safe: true,
            cancellation, subject);

    /// <summary>Organisations whose name holds the text (2 characters or more), or whose code begins with it.</summary>
    /// <param name="text">Part of a name, or a code.</param>
    /// <param name="limit">Rows of a page, 1 to 200.</param>
    /// <param name="cursor"><see cref="SubjectPage.Next"/> of the page before.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<SubjectPage> SearchAsync(
        string text, int limit = 20, string? cursor = null, CancellationToken cancellation = default) =>
        SendAsync(() => Search(text, limit, cursor), safe: true, CreditJson.Default.SubjectPage, cancellation);

    /// <summary>As <see cref="SearchAsync"/>, but as the server wrote it.</summary>
    public Task<byte[]> SearchBytesAsync(
        string text, int limit = 20, string? cursor = null, CancellationToken cancellation = default) =>
        SendBytesAsync(() => Search(text, limit, cursor), safe: true, cancellation);

    /// <summary>Rejected lines of a source that are neither fixed nor dismissed, oldest first.</summary>
    public Task<QuarantinePage> QuarantineAsync(
        string source, int limit = 100, string? cursor = null, string? state = null, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(
                HttpMethod.Get,
                $"v1/sources/{Escape(source)}/quarantine{Query(("limit", Number(limit)), ("cursor", cursor), ("state", state))}"),
            safe: true, CreditJson.Default.QuarantinePage, cancellation);

    /// <summary>Sends a rejected line again: put right, or with no content as it was kept.</summary>
    public Task<FeedReceipt> ResubmitAsync(
        string source, long number, ReadOnlyMemory<byte> corrected = default, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, $"v1/sources/{Escape(source)}/quarantine/{number}:resubmit", Content(corrected,
                "application/json")),
            safe: false, CreditJson.Default.FeedReceipt, cancellation);

    /// <summary>Closes a rejected line without sending it again.</summary>
    public Task DismissAsync(string source, long number, CancellationToken cancellation = default) =>
        SendBytesAsync(
            () => Request(HttpMethod.Post, $"v1/sources/{Escape(source)}/quarantine/{number}:dismiss"), safe: false, cancellation);

    /// <summary>The rulebook's summary: its mappings, kinds and matters.</summary>
    public Task<JsonElement> RulebookAsync(CancellationToken cancellation = default) =>
        SendAsync(() => Request(HttpMethod.Get, "v1/rulebook"), safe: true, CreditJson.Default.JsonElement, cancellation);

    /// <summary>Where the shards are: which node owns which, and where it is reached.</summary>
    public Task<ShardAssignments> ShardsAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/cluster/shards"), safe: true, CreditJson.Default.ShardAssignments, cancellation);

    /// <summary>Whether the server is ready, and its clock; null when it is not ready.</summary>
    public async Task<DateTimeOffset?> ReadyAsync(CancellationToken cancellation = default)
    {
        using var request = Request(HttpMethod.Get, "readyz");
        request.RequestUri = At(_options.Address, request);
        using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? response.Headers.Date ?? _time.GetUtcNow() : null;
    }

    private HttpRequestMessage Search(string text, int limit, string? cursor) =>
        Request(HttpMethod.Get, $"v1/subjects{Query(("q", text), ("limit", Number(limit)), ("cursor", cursor))}");

    private HttpRequestMessage Check(CheckQuestion question, Consistency consistency) => Request(
        HttpMethod.Post, $"v1/checks{Query(("consistency", Text(consistency)))}",
        Content(JsonSerializer.SerializeToUtf8Bytes(question, CreditJson.Default.CheckQuestion), "application/json"));

    private static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> bytes, string type) =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static string DatedPath(
        string subject, string what, DateOnly? asOf, string? knownAt, Consistency consistency, string? policy) =>
        $"v1/subjects/{Escape(subject)}/{what}"
        + Query(
            ("asOf", asOf?.ToString("yyyy-MM-dd", null)), ("knownAt", knownAt), ("policy", policy), ("consistency", Text(consistency)));

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(_options.Language));
        return request;
    }

    private static Uri At(Uri node, HttpRequestMessage request) => At(node, request.RequestUri!.OriginalString);

    private static Uri At(Uri node, string path) => new($"{node.AbsoluteUri.TrimEnd('/')}/{path}");

    private async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation, string? subject = null)
        where T : class
    {
        try
        {
            return await SendAsync(() => Request(HttpMethod.Get, path), safe: true, type, cancellation, subject).ConfigureAwait(false);
        }
        catch (CreditProblemException problem) when (problem is { Status: HttpStatusCode.NotFound, Code: "unknown-subject" })
        {
            return null;
        }
    }

    private async Task<T> SendAsync<T>(
        Func<HttpRequestMessage> make, bool safe, JsonTypeInfo<T> type, CancellationToken cancellation, string? subject = null)
    {
        var bytes = await SendBytesAsync(make, safe, cancellation, subject).ConfigureAwait(false);
        return JsonSerializer.Deserialize(bytes, type)
            ?? throw new JsonException("The server answered null where an object was expected.");
    }

    private static async Task<CreditProblemException> ProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        ProblemDetails? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
        {
            try
            {
                var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
                problem = JsonSerializer.Deserialize(bytes, CreditJson.Default.ProblemDetails);
            }
            catch (JsonException)
            {
                // Not ours after all, perhaps a proxy's: the status still says enough.
            }
        }

        return new CreditProblemException(response.StatusCode, problem);
    }

    private static string? Text(Consistency consistency) => consistency == Consistency.Any ? null : consistency.ToString();

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Escape(string part) => Uri.EscapeDataString(part);

    private static string Query(params ReadOnlySpan<(string Name, string? Value)> parts)
    {
        var query = "";
        foreach (var (name, value) in parts)
        {
            if (value is not null)
                query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
        }

        return query;
    }
}
