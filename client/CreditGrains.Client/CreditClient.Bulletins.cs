using System.Text.Json;

namespace CreditGrains.Client;

// Monthly bulletins and scorecards of departments.
public sealed partial class CreditClient
{
    /// <summary>Bulletins in the order of their months.</summary>
    public Task<BulletinPage> BulletinsAsync(int limit = 100, string? cursor = null, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/bulletins" + Query(("limit", Number(limit)), ("cursor", cursor))), safe: true,
        CreditJson.Default.BulletinPage, cancellation);

    /// <summary>A month's bulletin with all departments.</summary>
    public Task<Bulletin> BulletinAsync(string month, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/bulletins/{Escape(month)}"), safe: true, CreditJson.Default.Bulletin, cancellation);

    /// <summary>Rows behind a department's figures.</summary>
    /// <param name="month">The month.</param>
    /// <param name="department">Its source id.</param>
    /// <param name="class">Only rows of a class; null for all.</param>
    /// <param name="limit">Most rows, 1 to 200.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<BulletinRowPage> BulletinRowsAsync(
        string month, string department, string? @class = null, int limit = 100, string? cursor = null,
        CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Get,
            $"v1/bulletins/{Escape(month)}/rows"
            + Query(("department", department), ("class", @class), ("limit", Number(limit)), ("cursor", cursor))),
        safe: true, CreditJson.Default.BulletinRowPage, cancellation);

    /// <summary>Issues a month's bulletin; carried out once however often it is sent.</summary>
    public Task<Bulletin> IssueBulletinAsync(string month, string reason, CancellationToken cancellation = default)
    {
        var key = Guid.NewGuid().ToString("N");
        return SendAsync(
            () =>
            {
                var command = Request(HttpMethod.Post, $"v1/bulletins/{Escape(month)}:issue", Reason(reason));
                command.Headers.TryAddWithoutValidation("Idempotency-Key", key);
                return command;
            },
            safe: true, CreditJson.Default.Bulletin, cancellation);
    }

    /// <summary>A department's own scorecard; of this month where none is named.</summary>
    public Task<Scorecard> ScorecardAsync(string source, string? month = null, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/sources/{Escape(source)}/scorecard" + Query(("month", month))), safe: true,
        CreditJson.Default.Scorecard, cancellation);

    /// <summary>Says how many decisions of a month a department counts itself.</summary>
    public Task<DecisionCounts> CountDecisionsAsync(
        string source, string month, DecisionCounts counts, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Put, $"v1/sources/{Escape(source)}/decision-counts/{Escape(month)}",
            Content(JsonSerializer.SerializeToUtf8Bytes(counts, CreditJson.Default.DecisionCounts), "application/json")),
        safe: true, CreditJson.Default.DecisionCounts, cancellation);
}
