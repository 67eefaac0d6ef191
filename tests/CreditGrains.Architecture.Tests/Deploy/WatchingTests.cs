using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CreditGrains.Development;
using CreditGrains.Development.Postgres;
using CreditGrains.Engine.Storage;
using CreditGrains.Silo;
using CreditGrains.Testing;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>
/// Alerts, dashboards and pages name metrics that a running server shows at <c>/metrics</c>, and each alert has its runbook. The collector
/// writes the same names.
/// </summary>
public sealed partial class WatchingTests
{
    private const string Alerts = "deploy/prometheus/alerts.yaml";
    private static readonly string[] Dashboards = ["deploy/grafana/dashboards/service.json", "deploy/grafana/dashboards/nodes.json"];

    private static readonly string[] Pages =
        ["docs/operations.md", "docs/runbooks.md", "docs/sizing.md", "docs/performance.md", "deploy/prometheus/prometheus.yaml"];

    private static IReadOnlyList<Yaml> Rules => Yaml.Read(Alerts)[0]["groups"].Items.Single()["rules"].Items;

    [Fact]
    public async Task Metrics_that_are_named_exist_in_a_running_server()
    {
        var known = await MetricsAsync();
        Assert.Contains("creditgrains_check_duration_seconds_bucket", known);
        var queries = Rules.Select(rule => rule["expr"].Text).Concat(Queries().Select(query => query.Text)).SelectMany(Named).ToList();
        Assert.True(queries.Count > 20);
        Assert.Empty(queries.Distinct().Except(known));

        // Pages may name a histogram by its family, which has neither bucket, sum nor count in its name.
        var families = known.Select(name => FamilyPattern().Replace(name, "")).ToHashSet();
        var pages = Pages.SelectMany(page => MetricPattern().Matches(Repository.Read(page)).Select(match => match.Value)).ToList();
        Assert.True(pages.Count > 5);
        Assert.Empty(pages.Distinct().Except(known).Except(families));
    }

    [Fact]
    public void Alerts_have_each_their_runbook_and_the_reverse()
    {
        var alerts = Rules.Select(rule => rule["alert"].Text).ToList();
        var sections = Repository.Read("docs/runbooks.md").Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => line[3..]).ToList();
        Assert.Equal(alerts, sections);
        Assert.All(Rules, rule =>
        {
            Assert.Equal($"docs/runbooks.md#{rule["alert"].Text.ToLowerInvariant()}", rule["annotations"]["runbook"].Text);
            Assert.Contains(rule["labels"]["severity"].Text, (string[])["critical", "warning"]);
            Assert.NotEqual("", rule["annotations"]["summary"].Text);
        });
    }

    [Fact]
    public void Kinds_of_fault_that_alerts_ask_for_exist()
    {
        var faults = Enum.GetNames<StoreFault>().Select(name => name.ToLowerInvariant()).ToList();
        var asked = Rules.SelectMany(rule => FaultPattern().Matches(rule["expr"].Text))
            .SelectMany(match => match.Groups[1].Value.Split('|')).ToList();
        Assert.True(asked.Count > 3);
        Assert.Empty(asked.Except(faults));
    }

    [Fact]
    public void Dashboards_fit_the_page_and_ask_the_data_source_that_is_provisioned()
    {
        var source = Yaml.Read("deploy/grafana/provisioning/datasources/prometheus.yaml")[0]["datasources"].Items.Single()["uid"].Text;
        Assert.All(Queries(), query => Assert.Equal(source, query.Source));
        foreach (var file in Dashboards)
        {
            using var document = JsonDocument.Parse(Repository.Read(file));
            var panels = document.RootElement.GetProperty("panels").EnumerateArray().ToList();
            Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
            Assert.All(panels, panel =>
            {
                var place = panel.GetProperty("gridPos");
                Assert.InRange(place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(), 1, 24);
            });
        }
    }

    private static IEnumerable<(string Text, string Source)> Queries() => Dashboards.SelectMany(file =>
    {
        using var document = JsonDocument.Parse(Repository.Read(file));
        return document.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.GetProperty("type").GetString() != "row")
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()
                .Select(target => (
                    target.GetProperty("expr").GetString()!, panel.GetProperty("datasource").GetProperty("uid").GetString()!)))
            .ToList();
    });

    /// <summary>Metrics of an expression: labels, texts and functions have other forms.</summary>
    private static IEnumerable<string> Named(string expression) =>
        MetricPattern().Matches(BracesPattern().Replace(ByPattern().Replace(expression, " "), "")).Select(match => match.Value);

    /// <summary>Names at <c>/metrics</c> of a server on PostgreSQL that has taken one feed and answered one check.</summary>
    private static async Task<HashSet<string>> MetricsAsync()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        await using var postgres = await ThrowAwayPostgres.StartAsync();
        var connection = await postgres.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("credit-metrics-");
        var data = Path.Combine(folder.FullName, "data");
        try
        {
            await using var server = await CreditServer.StartAsync(
                new ServerOptions
                {
                    Urls = ["http://127.0.0.1:0"],
                    DataDirectory = data,
                    RulebookDirectory = Repository.DefaultRulebook,
                    Connection = connection,
                    Demo = false,
                },
                TextWriter.Null, TestContext.Current.CancellationToken);
            using var issuer = DevelopmentIssuer.Open(data);
            using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
            var subject = Invented.Code();
            await SendAsync(http, "/v1/sources/S1/events", "application/x-ndjson", Invented.Registration(subject), issuer, "source", "S1");
            await SendAsync(
                http, "/v1/checks", "application/json",
                $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds"}""", issuer, "checker");
            var text = await SendAsync(http, "/metrics", null, null, issuer, "operator");
            return [.. text.Split('\n').Where(line => line is [not '#', ..]).Select(line => line[..line.IndexOfAny(['{', ' '])])];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> SendAsync(
        HttpClient http, string path, string? type, string? body, DevelopmentIssuer issuer, string role, string? source = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        request.Headers.Authorization = new("Bearer", issuer.Issue([role], source, null, null, TimeSpan.FromMinutes(5)));
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type!);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    [GeneratedRegex(@"\b(creditgrains|dotnet|http_server|db_client)_[a-z_]+")]
    private static partial Regex MetricPattern();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex FamilyPattern();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex BracesPattern();

    [GeneratedRegex(@"\b(by|without) \([^)]*\)")]
    private static partial Regex ByPattern();

    [GeneratedRegex("fault=~?\"([a-z|]+)\"")]
    private static partial Regex FaultPattern();
}
