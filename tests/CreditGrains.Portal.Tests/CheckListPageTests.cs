using System.Text;
using System.Text.RegularExpressions;

namespace CreditGrains.Portal.Tests;

/// <summary>A file of checks handed in on a page, followed, and fetched with its signature; by others it is not seen.</summary>
public sealed class CheckListPageTests(PortalFixture portal)
{
    private const string Lists = "/portal/checks/lists";

    [Fact]
    public async Task File_is_checked_counted_signed_and_fetched_by_those_who_handed_it_in()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("DEMO", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        using var officer = await portal.SignedInForAsync("checker", "approval");
        var begun = await SendAsync(officer, $"uscc,name\n{subject},虚构\n914403001922038217,虚构\n", "public-funds");
        Assert.Equal(303, begun.Status);
        var number = begun.Location!.Split('/')[^1];
        await portal.Server.Engine.CheckLists.Jobs.WaitAsync(number);
        var page = await officer.GetAsync(begun.Location);
        foreach (var part in new[] { number, "已完成", "2，共 2", "审查数量 1", "严重失信数量 1", "无法核查的行 1" })
            Assert.Contains(part, Spaces(page.Words), StringComparison.Ordinal);
        var file = await officer.OneAsync(HttpMethod.Get, $"{Lists}/{number}/result");
        Assert.Equal("text/csv", file.Type);
        Assert.Contains(subject, file.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await officer.OneAsync(HttpMethod.Get, $"{Lists}/{number}/signature")).Status);
        Assert.Contains(number, (await officer.GetAsync(Lists)).Words, StringComparison.Ordinal);

        using var other = await portal.SignedInForAsync("reviewer", "approval");
        foreach (var path in new[] { "", "/result", "/signature" })
            Assert.Equal(404, (await other.GetAsync($"{Lists}/{number}{path}")).Status);
        Assert.DoesNotContain(number, (await other.GetAsync(Lists)).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_without_a_file_a_matter_or_codes_names_what_is_missing()
    {
        using var officer = await portal.SignedInForAsync("checker", "approval");
        var empty = await SendAsync(officer, null, "");
        Assert.Equal(422, empty.Status);
        foreach (var field in new[] { "file", "matter" })
            Assert.Contains($"href=\"#{field}\"", empty.Text, StringComparison.Ordinal);
        var none = await SendAsync(officer, "\n\n", "public-funds");
        Assert.Equal(422, none.Status);
        Assert.Contains("文件中没有代码", none.Words, StringComparison.Ordinal);
        var stale = await SendAsync(officer, $"{Invented.Code()}\n", "public-funds", token: "none");
        Assert.Equal(422, stale.Status);
    }

    private static string Spaces(string text) => Regex.Replace(text, @"\s+", " ");

    private static async Task<PageAnswer> SendAsync(Visitor officer, string? file, string matter, string? token = null)
    {
        var page = await officer.GetAsync(Lists);
        token ??= Regex.Match(page.Text.Split("multipart/form-data")[1], "name=\"__token\" value=\"([^\"]*)\"").Groups[1].Value;
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token), "__token" }, { new StringContent(matter), "matter" }, { new StringContent(""), "stage" },
        };
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file ?? ""));

        // As browsers write it where no file was chosen: an empty name.
        content.Headers.TryAddWithoutValidation(
            "Content-Disposition", $"form-data; name=\"file\"; filename=\"{(file is null ? "" : "codes.csv")}\"");
        form.Add(content);
        return await officer.OneAsync(HttpMethod.Post, Lists, form);
    }
}
