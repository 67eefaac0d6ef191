using CreditGrains.Development;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.LocalCluster;

/// <summary>Invented organisations for a cluster that nothing has been reported to, so that there is something to ask about.</summary>
internal sealed class FirstFeed(string address, string data) : IDisposable
{
    private const int Organisations = 200;
    private const int ExamplesTried = 40;
    private const string Source = "DEMO";
    private readonly DevelopmentIssuer _issuer = DevelopmentIssuer.Open(data);
    private readonly HttpClient _http = new() { BaseAddress = new Uri(address) };

    /// <summary>The code of an organisation worth asking about; the first one when none has anything against it.</summary>
    /// <param name="feeds">Whether to report when the store is empty.</param>
    /// <param name="matter">A matter of the rulebook.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> ChooseAsync(bool feeds, string matter, CancellationToken cancellation)
    {
        var feed = new SyntheticFeed(new SyntheticOptions
        {
            Subjects = Organisations,
            EndDate = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1),
            BadLines = 0,
        });
        if (feeds && await IsEmptyAsync(cancellation))
        {
            using var body = new MemoryStream();
            feed.Write(body, cancellation);
            using var content = new ByteArrayContent(body.ToArray());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            Become("source");
            using var answer = await _http.PostAsync(new Uri($"/v1/sources/{Source}/events", UriKind.Relative), content, cancellation);
        }

        Become("checker");
        foreach (var code in feed.SubjectCodes(ExamplesTried))
        {
            using var answer = await _http.PostAsJsonAsync(
                "/v1/checks", new { subject = code, purpose = "demonstration", matter, stage = "accept" }, cancellation);
            if (!answer.IsSuccessStatusCode)
                break;
            var check = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            if (check.GetProperty("outcome").GetString() is "stop" or "review")
                return code;
        }

        return feed.SubjectCode(0);
    }

    public void Dispose()
    {
        _http.Dispose();
        _issuer.Dispose();
    }

    private async Task<bool> IsEmptyAsync(CancellationToken cancellation)
    {
        Become("operator");
        var status = await _http.GetFromJsonAsync<JsonElement>("/statusz", cancellation);
        return status.GetProperty("store").GetProperty("events").GetInt64() == 0;
    }

    private void Become(string role) => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
        "Bearer", _issuer.Issue([role], role == "source" ? Source : null, null, "demonstration", TimeSpan.FromMinutes(5)));
}
