using System.Text.Json;
using CreditGrains.Testing;

namespace CreditGrains.Api.Tests;

/// <summary>Semantics, section 7: a measure's life is bound to its cause.</summary>
[Invariant(7)]
public sealed class MeasureTests(CreditFixture credit)
{
    private const string Measure = "restrict-public-funds";

    [Fact]
    public async Task Measure_begins_with_its_cause_and_ends_with_its_withdrawal_in_the_same_position()
    {
        var subject = Invented.Code();
        var before = await credit.FeedAsync("ME1", Invented.Registration(subject));
        var listed = await credit.FeedAsync("ME1", Invented.ListEntry(subject, $"L-{subject}"));
        var found = Assert.Single(await RestraintsAsync(subject, $"consistency=at-least:{listed}"));
        Assert.Equal(("restraint", $"L-{subject}", "ME1"), (
            Text(found, "class"), Text(found.GetProperty("cause"), "id"), Text(found.GetProperty("cause"), "source")));
        Assert.False(string.IsNullOrEmpty(Text(found, "basis")) || string.IsNullOrEmpty(Text(found, "implementer")));
        Assert.Equal(Invented.Recently(), Text(found, "from"));

        var lifted = await credit.FeedAsync("ME1", Invented.Withdrawal(subject, $"L-{subject}", "list-entry", 2));
        Assert.Empty(await RestraintsAsync(subject, $"consistency=at-least:{lifted}"));
        Assert.Empty(await RestraintsAsync(subject, $"knownAt={before}"));
        Assert.Single(await RestraintsAsync(subject, $"knownAt={listed}"));
        Assert.Empty(await RestraintsAsync(subject, $"knownAt={lifted}"));
    }

    [Fact]
    public async Task Measure_with_an_end_ends_on_that_day_and_not_a_day_before()
    {
        var subject = Invented.Code();
        var until = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(100);
        await credit.FeedAsync("ME2", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}").Replace(
            "\"listedOn\"", $"\"until\":\"{until:yyyy-MM-dd}\",\"listedOn\"", StringComparison.Ordinal));
        var found = Assert.Single(await RestraintsAsync(subject, "consistency=latest"));
        var ends = DateOnly.Parse(Text(found, "until")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(ends.DayNumber - until.DayNumber, 0, 1);
        Assert.Single(await RestraintsAsync(subject, $"asOf={ends.AddDays(-1):yyyy-MM-dd}"));
        Assert.Empty(await RestraintsAsync(subject, $"asOf={ends:yyyy-MM-dd}"));
    }

    [Fact]
    public async Task Disputed_record_causes_no_measure_until_the_objection_is_withdrawn()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("ME3", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        var disputed = await credit.FeedAsync("platform", Invented.Objection(subject, $"O-{subject}", "ME3", $"L-{subject}"));
        Assert.Empty(await RestraintsAsync(subject, $"consistency=at-least:{disputed}"));
        var settled = await credit.FeedAsync("platform", Invented.Withdrawal(subject, $"O-{subject}", "objection", 2));
        Assert.Single(await RestraintsAsync(subject, $"consistency=at-least:{settled}"));
    }

    private async Task<List<JsonElement>> RestraintsAsync(string subject, string query)
    {
        var answer = await credit.GetAsync($"/v1/subjects/{subject}/measures?{query}", credit.Token("checker"));
        Assert.True(answer.Status == 200, answer.Text);
        return [.. answer.Json.GetProperty("items").EnumerateArray().Where(item => Text(item, "measure") == Measure)];
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
