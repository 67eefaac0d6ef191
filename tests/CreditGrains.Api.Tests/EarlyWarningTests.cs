using System.Globalization;
using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Early warnings of the default rulebook: told once, shown beside the organisation, of no effect on a check.</summary>
public sealed class EarlyWarningTests : IAsyncLifetime
{
    private const string Types = "types=creditgrains.subject.warning";
    private RuledServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Licence_that_lapses_soon_and_a_second_penalty_are_told_once_and_shown()
    {
        var (subject, quiet) = (Invented.Code(), Invented.Code());
        await _server.FeedAsync("SCJG", Invented.Registration(subject), Invented.Registration(quiet));
        var before = await CheckAsync(subject);
        await _server.FeedAsync("SCJG", Licence(subject, "LIC-1", 20), Licence(quiet, "LIC-2", 200));
        await _server.Server.Engine.FlushAsync();
        Assert.Equal(["licence-lapses"], await ShownAsync(subject));
        Assert.Equal([], await ShownAsync(quiet));
        Assert.Equal([(subject, "licence-lapses")], await ToldAsync());
        Assert.Equal(before, await CheckAsync(subject));

        await _server.FeedAsync("SCJG", Invented.Penalty(subject, "P-1"));
        await _server.Server.Engine.FlushAsync();
        Assert.Single(await ToldAsync());
        await _server.FeedAsync("SCJG", Invented.Penalty(subject, "P-2"), Licence(subject, "LIC-1", 21, revision: 2));
        await _server.Server.Engine.FlushAsync();
        Assert.Equal(["licence-lapses", "penalties-repeated"], await ShownAsync(subject));
        Assert.Equal([(subject, "licence-lapses"), (subject, "penalties-repeated")], await ToldAsync());
        Assert.DoesNotContain("penalties-repeated", await CheckAsync(subject), StringComparison.Ordinal);
        Assert.DoesNotContain("warning", await CheckAsync(subject), StringComparison.OrdinalIgnoreCase);

        // The end of one is not told, and beginning anew it is.
        await _server.FeedAsync("SCJG", Licence(subject, "LIC-1", 300, revision: 3));
        await _server.Server.Engine.FlushAsync();
        Assert.Equal(["penalties-repeated"], await ShownAsync(subject));
        Assert.Equal(2, (await ToldAsync()).Count);
        await _server.FeedAsync("SCJG", Licence(subject, "LIC-1", 3, revision: 4));
        await _server.Server.Engine.FlushAsync();
        Assert.Equal((subject, "licence-lapses"), (await ToldAsync())[^1]);
        await _server.StopAsync();
        await _server.RestartAsync();
        Assert.Equal(3, (await ToldAsync()).Count);
    }

    private string Licence(string subject, string id, int days, int revision = 1)
    {
        var until = _server.Server.Engine.Today.AddDays(days - 1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"put","subject":"{{{subject}}}","kind":"licence","""
            + $$$""" "data":{"documentNumber":"{{{id}}}","decidedOn":"2026-01-02","authority":"{{{Invented.Authority}}}","""
            + $$$""" "validUntil":"{{{until}}}"}}""";
    }

    private async Task<List<string>> ShownAsync(string subject)
    {
        var shown = Expect(200, await _server.GetAsync($"/v1/subjects/{subject}?consistency=latest", "checker")).Json;
        return shown.TryGetProperty("warnings", out var warnings)
            ? [.. warnings.EnumerateArray().Select(warning => Text(warning, "warning"))] : [];
    }

    private async Task<List<(string Subject, string Warning)>> ToldAsync() =>
    [
        .. Expect(200, await _server.GetAsync($"/v1/changes?{Types}")).Json.GetProperty("items").EnumerateArray()
            .Select(change => (Text(change, "subject"), Text(change.GetProperty("data"), "warning"))),
    ];

    /// <summary>The answer without what differs from check to check.</summary>
    private async Task<string> CheckAsync(string subject)
    {
        var answer = Expect(200, await _server.PostAsync(
            "/v1/checks?consistency=latest", new { subject, purpose = "approval", matter = "public-funds" }, "checker")).Json;
        return string.Join('\n', answer.EnumerateObject().Where(member => member.Name is "outcome" or "reasons" or "measures" or "mandatory"
            or "optional" or "grade").Select(member => $"{member.Name} {member.Value}"));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
