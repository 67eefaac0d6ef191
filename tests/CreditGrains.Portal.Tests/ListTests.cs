using System.Net;
using System.Text;
using System.Text.Json;
using CreditGrains.Silo;

namespace CreditGrains.Portal.Tests;

/// <summary>Public lists on a server of their own, whose rows are known.</summary>
public sealed class ListTests : IAsyncLifetime
{
    private readonly PortalFixture _portal = new();
    private Visitor _visitor = null!;

    public async ValueTask InitializeAsync()
    {
        await _portal.InitializeAsync(options => options with
        {
            Portal = options.Portal with { ListsRefreshedAfter = TimeSpan.Zero, ListRowsMax = 60 },
        });
        _visitor = _portal.Visitor("en");
    }

    public async ValueTask DisposeAsync()
    {
        _visitor.Dispose();
        await _portal.DisposeAsync();
    }

    [Fact]
    public async Task Pages_fit_together_while_data_change()
    {
        var subjects = await FeedPenaltiesAsync(45);
        var first = await _visitor.GetAsync("/portal/lists/penalty");
        Assert.Contains("Showing 1 to 20 of 45", first.Words, StringComparison.Ordinal);

        // Newer ones come before everything, and one of the second page is withdrawn.
        await _portal.FeedAsync(
            "LI", [.. Enumerable.Range(100, 5).Select(i => Invented.Penalty(Invented.Code(), Document(i), decidedOn: Day(1)))]);
        var secondRows = Documents(await _visitor.GetAsync(NextOf(first)));
        await _portal.FeedAsync("LI", Invented.Withdrawal(subjects[secondRows[3]], secondRows[3], "penalty", 2));
        var second = await _visitor.GetAsync(NextOf(first));
        Assert.Contains("Showing 21 to 40 of 45", second.Words, StringComparison.Ordinal);
        Assert.Contains("1 of them are not published any longer", second.Words, StringComparison.Ordinal);
        var third = await _visitor.GetAsync(NextOf(second));
        Assert.Contains("Showing 41 to 45 of 45", third.Words, StringComparison.Ordinal);
        var all = Documents(first).Concat(Documents(second)).Concat(Documents(third)).ToList();
        Assert.Equal(44, all.Distinct().Count());
        Assert.DoesNotContain(secondRows[3], all);
        Assert.DoesNotContain(Document(100), all);
        var anew = await _visitor.GetAsync("/portal/lists/penalty");
        Assert.Contains("Showing 1 to 20 of 49", anew.Words, StringComparison.Ordinal);
        Assert.Contains(Document(100), Documents(anew));
    }

    [Fact]
    public async Task Forged_cursor_and_the_cursor_of_another_list_are_refused_with_a_page()
    {
        await FeedPenaltiesAsync(25);
        var next = NextOf(await _visitor.GetAsync("/portal/lists/penalty"));
        foreach (var forged in new[]
        {
            next[..^2] + "xx", next.Replace("/penalty", "/licence", StringComparison.Ordinal), next + "&region=99",
            "/portal/lists/penalty?cursor=AAAA",
        })
        {
            var page = await _visitor.GetAsync(forged);
            Assert.Equal(400, page.Status);
            Assert.Contains("<h1", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Filters_bound_the_list_and_none_is_passed_over()
    {
        await FeedPenaltiesAsync(10);
        foreach (var (filter, words) in new[]
        {
            ("region=9901", "of 10"), ("region=11", "Nothing for the period"), ($"from={Day(14)}&to={Day(12)}", "of 3"),
        })
            Assert.Contains(words, (await _visitor.GetAsync($"/portal/lists/penalty?{filter}")).Words, StringComparison.Ordinal);
        foreach (var wrong in new[] { "from=2026-02-30", "from=yesterday", $"from={Day(1)}&to={Day(2)}", "region=%07" })
        {
            var page = await _visitor.GetAsync($"/portal/lists/penalty?{wrong}");
            Assert.Equal(422, page.Status);
            Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Longer_list_keeps_the_newest_and_says_so()
    {
        await FeedPenaltiesAsync(70);
        var page = await _visitor.GetAsync("/portal/lists/penalty");
        Assert.Contains("of 60", page.Words, StringComparison.Ordinal);
        Assert.Contains("Only the newest 60 entries are listed", page.Words, StringComparison.Ordinal);
        Assert.Contains(Document(0), Documents(page));
    }

    [Fact]
    public async Task Lists_of_subjects_are_told_apart_and_unknown_lists_are_none()
    {
        var subject = Invented.Code();
        await _portal.FeedAsync(
            "LI", Invented.Registration(subject), Invented.ListEntry(subject, "严重1号"), 
            Invented.ListEntry(subject, "异常1号", "abnormal").Replace("\"tax\"", "\"abnormal-operation\"", StringComparison.Ordinal));
        var serious = await _visitor.GetAsync("/portal/lists/serious-list");
        Assert.Contains("Showing 1 to 1 of 1", serious.Words, StringComparison.Ordinal);
        Assert.Contains("Showing 1 to 1 of 1", (await _visitor.GetAsync("/portal/lists/abnormal-list")).Words, StringComparison.Ordinal);
        foreach (var none in new[] { "registration", "judgment", "tax-grade", "objection", "nonsense", "list-entry" })
        {
            Assert.Equal(404, (await _visitor.GetAsync($"/portal/lists/{none}")).Status);
            Assert.Equal(404, (await _visitor.GetAsync($"/portal/lists/{none}/download.csv")).Status);
        }

        var all = await _visitor.GetAsync("/portal/lists");
        string[] ten = ["licence", "penalty", "enforcement", "confirmation", "collection", "payment", "adjudication", "compensation",
            "reward", "inspection"];
        foreach (var kind in ten.Append("serious-list").Append("honour"))
            Assert.Contains($"href=\"/portal/lists/{kind}\"", all.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downloads_hold_every_row_and_no_formula()
    {
        var subject = Invented.Code();
        await _portal.FeedAsync(
            "LI", Invented.Registration(subject, "虚构\\\"引号,逗号\\\"有限公司"),
            Invented.Penalty(subject, "下载1号", extra: ",\"violation\":\"=HYPERLINK(1)\""),
            Invented.Penalty(subject, "下载2号", extra: ",\"severity\":\"minor\""));
        var csv = await _visitor.OneAsync(HttpMethod.Get, "/portal/lists/penalty/download.csv");
        Assert.Equal(200, csv.Status);
        Assert.Equal("text/csv", csv.Type);
        Assert.Contains("attachment", csv.Headers["Content-Disposition"], StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.Preamble, csv.Bytes.AsSpan(0, 3));
        Assert.StartsWith("subject,name,", csv.Text, StringComparison.Ordinal);
        Assert.Contains("\"虚构\"\"引号,逗号\"\"有限公司\"", csv.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(",=HYPERLINK", csv.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("下载2号", csv.Text, StringComparison.Ordinal);
        var json = await _visitor.OneAsync(HttpMethod.Get, "/portal/lists/penalty/download.json");
        using var document = JsonDocument.Parse(json.Text);
        var item = Assert.Single(document.RootElement.GetProperty("items").EnumerateArray());
        Assert.Equal("下载1号", item.GetProperty("data").GetProperty("documentNumber").GetString());
        Assert.Equal("general", item.GetProperty("severity").GetString());
    }

    private static string Document(int i) => $"列表{i:000}号";

    private static string Day(int ago) => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-ago).ToString("yyyy-MM-dd");

    private static string NextOf(PageAnswer page) =>
        WebUtility.HtmlDecode(page.Text.Split("rel=\"next\"")[0].Split("href=\"")[^1].Split('"')[0]);

    private static List<string> Documents(PageAnswer page) =>
        [.. System.Text.RegularExpressions.Regex.Matches(page.Words, "列表[0-9]{3}号").Select(match => match.Value)];

    /// <summary>Penalties of as many organisations, one a day, the newest first; whose each is.</summary>
    private async Task<Dictionary<string, string>> FeedPenaltiesAsync(int count)
    {
        var subjects = Enumerable.Range(0, count).ToDictionary(Document, _ => Invented.Code());
        await _portal.FeedAsync("LI", [.. subjects.Values.Select(subject => Invented.Registration(subject)),
            .. subjects.Select((pair, i) => Invented.Penalty(pair.Value, pair.Key, decidedOn: Day(i + 5)))]);
        return subjects;
    }
}
