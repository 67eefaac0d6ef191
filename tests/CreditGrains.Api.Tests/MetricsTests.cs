using System.Globalization;
using System.Text.RegularExpressions;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Text that a Prometheus server reads.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Metrics_count_checks_feeds_commits_and_folds_in_the_text_format()
    {
        await using var server = await RuledServer.StartAsync();
        var before = await ReadAsync(server);
        Assert.DoesNotContain("creditgrains_check_duration_seconds_count", before.Keys);
        Assert.Equal(1, before["creditgrains_ready"]);

        // Zero before the first of its kind: a series that began with it would hide it from increase().
        Assert.All((string[])[
            "creditgrains_store_faults_total{fault=\"corrupt\"}", "creditgrains_store_faults_total{fault=\"full\"}",
            "creditgrains_feed_lines_total{outcome=\"rejected\"}", "creditgrains_subscription_attempts_total{outcome=\"failed\"}",
            "creditgrains_cases_deadlines_total{clock=\"verify\",outcome=\"overdue\"}", "creditgrains_commit_events_total"],
            name => Assert.Equal(0, before[name]));
        Assert.Contains("dotnet_gc_collections_total{gc_heap_generation=\"gen0\"}", before.Keys);

        var subject = Invented.Code();
        await server.FeedAsync("S1", Invented.Registration(subject));
        await server.SendAsync(
            HttpMethod.Post, "/v1/sources/S1/events", ("no json\n", "application/x-ndjson"), "source", null, null, null, "S1");
        for (var i = 0; i < 3; i++)
        {
            Expect(200, await server.PostAsync(
                "/v1/checks?consistency=latest", new { subject, purpose = "approval", matter = "public-funds" }, "checker"));
        }

        var after = await ReadAsync(server);
        Assert.Equal(3, after["creditgrains_check_duration_seconds_count"]);
        Assert.Equal(3, after["creditgrains_check_duration_seconds_bucket{le=\"+Inf\"}"]);
        Assert.True(after["creditgrains_check_duration_seconds_sum"] > 0);
        Assert.Equal(2, after["creditgrains_feeds_total"]);
        Assert.Equal(1, after["creditgrains_feed_lines_total{outcome=\"accepted\"}"]);
        Assert.Equal(1, after["creditgrains_feed_lines_total{outcome=\"rejected\"}"]);
        Assert.Equal(1, after["creditgrains_commit_events_total"]);
        Assert.Equal(1, after["creditgrains_commit_duration_seconds_count"]);
        Assert.Equal(1, after["creditgrains_fold_events_total"]);
        Assert.Equal(0, after["creditgrains_fold_waiting"]);
        Assert.True(after.ContainsKey("creditgrains_recomputation_done"));
        Assert.Contains(after, series => series.Key.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal)
            && series.Key.Contains("http_route=\"/v1/checks\"", StringComparison.Ordinal) && series.Value == 3);

        // Another server of the same process has an engine of its own, and counts its own.
        await using var other = await RuledServer.StartAsync();
        Assert.Equal(0, (await ReadAsync(other))["creditgrains_commit_events_total"]);
        Assert.Equal(403, (await server.GetAsync("/metrics", "auditor")).Status);
    }

    /// <summary>By series; every line is to have the form that Prometheus reads.</summary>
    private static async Task<Dictionary<string, double>> ReadAsync(RuledServer server)
    {
        var answer = Expect(200, await server.GetAsync("/metrics"));
        Assert.Equal("text/plain", answer.Type);
        var series = new Dictionary<string, double>();
        var typed = new HashSet<string>();
        foreach (var line in answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                Assert.True(typed.Add(line.Split(' ')[2]), line);
            if (line[0] == '#')
                continue;
            Assert.Matches(LineForm(), line);
            var at = line.LastIndexOf(' ');
            var name = line[..at].Replace("{}", "", StringComparison.Ordinal);
            Assert.True(series.TryAdd(name, double.Parse(line[(at + 1)..], CultureInfo.InvariantCulture)), line);
        }

        return series;
    }

    [GeneratedRegex("""^[a-z][a-zA-Z0-9_]*(\{([a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*)?\})? -?([0-9.E+-]+|NaN)$""")]
    private static partial Regex LineForm();
}
