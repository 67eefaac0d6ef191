using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CreditGrains.Engine.Storage;
using CreditGrains.Silo;
using CreditGrains.Testing;
using Npgsql;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>
/// Alerts and dashboards name metrics that a running server has, and each alert has its runbook. Names are those of the instruments in the
/// form of Prometheus, as <c>/metrics</c> and the collector write them.
/// </summary>
public sealed partial class WatchingTests
{
    private const string Alerts = "deploy/prometheus/alerts.yaml";
    private static readonly string[] Dashboards = ["deploy/grafana/dashboards/service.json", "deploy/grafana/dashboards/nodes.json"];
    private static readonly string[] Meters =
        ["CreditGrains.Engine", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Npgsql"];

    private static IReadOnlyList<Yaml> Rules => Yaml.Read(Alerts)[0]["groups"].Items.Single()["rules"].Items;

    [Fact]
    public async Task Metrics_that_are_named_exist_in_a_running_server()
    {
        var known = await MetricsAsync();
        Assert.Contains("creditgrains_check_duration_seconds_bucket", known);
        var named = Rules.Select(rule => rule["expr"].Text).Concat(Queries().Select(query => query.Text))
            .SelectMany(Named).Distinct().ToList();
        Assert.True(named.Count > 20);
        Assert.Empty(named.Except(known));
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

    /// <summary>Instruments of a server on SQLite, and of Npgsql, by their names in Prometheus.</summary>
    private static async Task<HashSet<string>> MetricsAsync()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (!Meters.Contains(instrument.Meter.Name))
                return;
            lock (found)
                found.UnionWith(NamesOf(instrument));
        };
        listener.Start();
        var folder = Directory.CreateTempSubdirectory("credit-metrics-");
        try
        {
            await using (NpgsqlDataSource.Create("Host=127.0.0.1;Port=1"))
            await using (await CreditServer.StartAsync(
                new ServerOptions
                {
                    Urls = ["http://127.0.0.1:0"],
                    DataDirectory = Path.Combine(folder.FullName, "data"),
                    RulebookDirectory = Repository.DefaultRulebook,
                    Demo = false,
                },
                TextWriter.Null, TestContext.Current.CancellationToken))
            {
                lock (found)
                    return [.. found];
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> NamesOf(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        var name = instrument.Name.Replace('.', '_');
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        var kind = instrument.GetType().Name;
        if (kind.StartsWith("Histogram", StringComparison.Ordinal))
            return [$"{name}_bucket", $"{name}_sum", $"{name}_count"];
        return kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal)
            ? [$"{name}_total"]
            : [name];
    }

    [GeneratedRegex(@"\b(creditgrains|dotnet|http_server|db_client)_[a-z_]+")]
    private static partial Regex MetricPattern();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex BracesPattern();

    [GeneratedRegex(@"\bby \([^)]*\)")]
    private static partial Regex ByPattern();

    [GeneratedRegex("fault=~?\"([a-z|]+)\"")]
    private static partial Regex FaultPattern();
}
