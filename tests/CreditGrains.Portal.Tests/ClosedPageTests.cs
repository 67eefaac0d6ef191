using System.Net;

namespace CreditGrains.Portal.Tests;

/// <summary>Public pages are taken down while what they show is wrong, and shown again.</summary>
public sealed class ClosedPageTests
{
    private const string Emergency = "/portal/operation/emergency";

    [Fact]
    public async Task Closed_list_and_organisation_answer_503_in_both_languages_and_others_go_on_until_they_are_shown_again()
    {
        var portal = new PortalFixture();
        await portal.InitializeAsync();
        await using var _ = portal;
        var (wrong, right) = (Invented.Code(), Invented.Code());
        await portal.FeedAsync("CP1", Invented.Registration(wrong, "虚构关闭有限公司"), Invented.Registration(right, "虚构公开有限公司"));
        using var visitor = portal.Visitor("en");
        var lists = await visitor.GetAsync("/portal/lists");
        var list = lists.Text.Split("href=\"/portal/lists/")[1].Split('"')[0];
        using var boss = await portal.SignedInAsync("operator", "en");
        var page = await boss.GetAsync(Emergency);
        foreach (var (path, reason, says) in new[]
        {
            ("/portal/operation", "r", "no such public page"), ("/portal/lists/none", "r", "no such public page"),
            ("/portal/lists", "", "There is a problem"),
        })
        {
            var refused = await boss.SubmitAsync(page, Emergency, ("path", path), ("reason", reason), ("act", "close"));
            Assert.Equal(422, refused.Status);
            Assert.Contains(says, refused.Words, StringComparison.Ordinal);
        }

        foreach (var path in new[] { $"/portal/lists/{list}", $"/portal/subjects/{wrong.ToLowerInvariant()}" })
        {
            var done = await boss.SubmitAsync(page, Emergency, ("path", path), ("reason", "wrong file"), ("act", "close"));
            Assert.Contains("wrong file", done.Words, StringComparison.Ordinal);
        }

        using var http = new HttpClient { BaseAddress = new Uri(portal.Server.Address) };
        foreach (var path in new[]
        {
            $"/portal/lists/{list}", $"/portal/LISTS/{list}/", $"/portal/lists/{list}/download.csv", $"/portal/lists/{list}/download.json",
            $"/portal/subjects/{wrong}", $"/portal/subjects/{wrong.ToLowerInvariant()}", $"/portal/subjects/{wrong}/report",
        })
        {
            var closed = await visitor.OneAsync(HttpMethod.Get, path);
            Assert.Equal((503, path), (closed.Status, path));
            Assert.Contains("closed for the time being", closed.Words, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong file", closed.Words, StringComparison.Ordinal);
            Assert.Equal("3600", closed.Headers["Retry-After"]);
        }

        using (var chinese = portal.Visitor())
            Assert.Contains("本页面暂时关闭", (await chinese.GetAsync($"/portal/lists/{list}")).Words, StringComparison.Ordinal);
        using (var report = await http.GetAsync($"/v1/subjects/{wrong}/report", PortalFixture.Stop))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, report.StatusCode);
            Assert.Contains("page-closed", await report.Content.ReadAsStringAsync(PortalFixture.Stop), StringComparison.Ordinal);
        }

        Assert.Equal(200, (await visitor.GetAsync("/portal/lists")).Status);
        Assert.Equal(200, (await visitor.GetAsync($"/portal/subjects/{right}")).Status);
        Assert.Contains("Public pages that are closed: 2", (await boss.GetAsync("/portal/operation")).Words, StringComparison.Ordinal);
        var again = await boss.SubmitAsync(
            page, Emergency, ("path", $"/portal/lists/{list}"), ("reason", "r"), ("act", "close"));
        Assert.Equal(422, again.Status);
        await boss.SubmitAsync(page, Emergency, ("path", $"/portal/lists/{list}"), ("reason", "put right"), ("act", "open"));
        Assert.Equal(200, (await visitor.GetAsync($"/portal/lists/{list}")).Status);
        using var auditor = await portal.SignedInAsync("auditor", "en");
        var acts = await auditor.GetAsync(Emergency);
        Assert.Contains("put right", acts.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"act\"", acts.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closed_organisation_stands_in_no_list_no_download_and_no_search_until_it_is_shown_again()
    {
        var portal = new PortalFixture();
        await portal.InitializeAsync();
        await using var _ = portal;
        var (wrong, right) = (Invented.Code(), Invented.Code());
        await portal.FeedAsync(
            "CP2", Invented.Registration(wrong, "虚构错列有限公司"), Invented.Registration(right, "虚构应列有限公司"),
            Invented.ListEntry(wrong, "CP2-1"), Invented.ListEntry(right, "CP2-2"));
        string[] places =
        [
            "/portal/lists/serious-list", "/portal/lists/serious-list/download.csv", "/portal/lists/serious-list/download.json",
            "/portal/search?q=" + Uri.EscapeDataString("虚构") + "&region=990103",
        ];
        using var visitor = portal.Visitor("en");
        await StandsAsync(true);
        using var boss = await portal.SignedInAsync("operator", "en");
        var page = await boss.GetAsync(Emergency);
        await boss.SubmitAsync(page, Emergency, ("path", "/portal/subjects/" + wrong), ("reason", "wrong"), ("act", "close"));
        await StandsAsync(false);
        Assert.Contains("or not for the time being", (await visitor.GetAsync(places[0])).Words, StringComparison.Ordinal);
        await boss.SubmitAsync(page, Emergency, ("path", "/portal/subjects/" + wrong), ("reason", "put right"), ("act", "open"));
        await StandsAsync(true);

        // All organisations' pages are closed: that takes no entry off a list, whose page is another.
        await boss.SubmitAsync(page, Emergency, ("path", "/portal/subjects"), ("reason", "all"), ("act", "close"));
        await StandsAsync(true);

        async Task StandsAsync(bool isShown)
        {
            foreach (var place in places)
            {
                var text = (await visitor.OneAsync(HttpMethod.Get, place)).Text;
                Assert.Contains(right, text, StringComparison.Ordinal);
                Assert.True(isShown == text.Contains(wrong, StringComparison.Ordinal), $"{place} shows it: {!isShown}");
            }
        }
    }
}
