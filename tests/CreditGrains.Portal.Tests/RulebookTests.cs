namespace CreditGrains.Portal.Tests;

/// <summary>Changes of the rulebook in pages, on a server of their own: one person hands in, another applies.</summary>
public sealed class RulebookTests : IAsyncLifetime
{
    private const string Draft = "/portal/rulebook/draft";
    private const string Upload = "/portal/rulebook/upload";
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Change_is_checked_handed_in_by_one_and_put_in_force_by_another()
    {
        using var author = await _portal.SignedInForAsync("policy-author", "policy", "zh");
        using var approver = await _portal.SignedInForAsync("policy-approver", "policy", "en");
        var files = _portal.Server.Engine.Rulebooks.InForce.Files;
        var catalogue = files["catalogue.yaml"];
        var editor = await author.GetAsync(Draft);

        // A mistake is told by file and line, in Chinese; everything typed stays.
        var wrong = await author.SubmitAsync(
            editor, Draft, Fields(catalogue.Replace("required: true", "requird: true", StringComparison.Ordinal)));
        Assert.Equal(422, wrong.Status);
        Assert.Contains("requird: true", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("不认识的键，请检查拼写：requird", wrong.Words, StringComparison.Ordinal);
        Assert.Matches("catalogue\\.yaml:[0-9]+", wrong.Words);
        Assert.DoesNotContain("is not a key", wrong.Words, StringComparison.Ordinal);

        var changed = catalogue.Replace("programme: {type: text, max: 200", "programme: {type: text, max: 300", StringComparison.Ordinal);
        Assert.NotEqual(catalogue, changed);
        var check = await author.SubmitAsync(editor, Draft, [.. Fields(changed), ("action", "check"), ("note", "虚构说明")]);
        Assert.Equal(200, check.Status);
        Assert.Contains("300", check.Words, StringComparison.Ordinal);
        Assert.Contains("可以启用", check.Words, StringComparison.Ordinal);
        Assert.Contains("虚构说明", check.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await author.PostAsync(Draft, [.. Fields(changed), ("action", "hand-in")])).Status);
        var made = await author.SubmitAsync(check, Draft, [.. Fields(changed), ("action", "hand-in"), ("note", "虚构说明")]);
        Assert.Contains("已提交，待另一人启用", made.Words, StringComparison.Ordinal);
        var proposal = Assert.Single(await _portal.Server.Engine.Rulebooks.ListAsync(null, 10, PortalFixture.Stop));
        var path = $"/portal/rulebook/proposals/{proposal.Digest}";
        Assert.Equal(403, (await author.PostAsync(path, ("reason", "我自己"))).Status);

        var page = await approver.GetAsync(path);
        Assert.Equal(422, (await approver.SubmitAsync(page, path, ("reason", ""))).Status);
        var stale = await approver.PostAsync(path, ("reason", "看过了"));
        Assert.Equal(422, stale.Status);
        Assert.Contains("看过了", stale.Text, StringComparison.Ordinal);
        var applied = await approver.SubmitAsync(page, path, ("reason", "看过了"));
        Assert.Contains("The rulebook is in force.", applied.Words, StringComparison.Ordinal);
        Assert.Equal(proposal.Digest, _portal.Server.Engine.Rulebooks.InForce.BaseDigest);

        // Of two who apply at once the second is told, and loses nothing typed.
        var second = await approver.SubmitAsync(page, path, ("reason", "我也看过"));
        Assert.Equal(422, second.Status);
        Assert.Contains("我也看过", second.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await approver.GetAsync("/portal/rulebook/proposals/0000000000000000")).Status);
        using var auditor = await _portal.SignedInForAsync("auditor", "supervision", "en");
        Assert.Contains(proposal.Digest[..12], (await auditor.GetAsync("/portal/rulebook")).Words, StringComparison.Ordinal);
        Assert.Equal(403, (await auditor.GetAsync(Draft)).Status);

        (string, string)[] Fields(string text) =>
            [.. files.Select(file => ($"file:{file.Key}", file.Key == "catalogue.yaml" ? text : file.Value))];
    }

    [Fact]
    public async Task Uploaded_files_take_the_place_of_those_in_force_and_are_checked()
    {
        using var author = await _portal.SignedInForAsync("policy-author", "policy", "en");
        var page = await author.GetAsync(Upload);
        var token = page.Text.Split("name=\"__token\" value=\"")[1].Split('"')[0];
        var good = await SendAsync(("catalogue.yaml", "x: [\n"u8.ToArray()), ("2031.yaml", "year: 2031\n"u8.ToArray()));
        Assert.Equal(422, good.Status);
        Assert.Matches("catalogue\\.yaml:[0-9]", good.Words);
        Assert.Contains("calendar/2031.yaml", good.Text, StringComparison.Ordinal);
        var binary = await SendAsync(("clocks.yaml", [0xff, 0xfe, 0x00]));
        Assert.Contains("clocks.yaml is not a text in UTF-8", binary.Words, StringComparison.Ordinal);
        var hostile = await SendAsync(("<script>.yaml", "a: b\n"u8.ToArray()));
        Assert.Contains("&lt;script&gt;.yaml", hostile.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>.yaml", hostile.Text, StringComparison.Ordinal);
        Assert.Contains("at most 1 MB", (await SendAsync(("big.yaml", new byte[1_200_000]))).Words, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Choose a file", (await SendAsync()).Words, StringComparison.Ordinal);

        async Task<PageAnswer> SendAsync(params (string Name, byte[] Content)[] files)
        {
            using var form = new MultipartFormDataContent { { new StringContent(token), "__token" } };
            foreach (var (name, content) in files)
                form.Add(new ByteArrayContent(content), "files", name);
            return await author.OneAsync(HttpMethod.Post, Upload, form);
        }
    }
}
