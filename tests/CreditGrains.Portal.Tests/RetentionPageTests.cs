namespace CreditGrains.Portal.Tests;

/// <summary>Destruction after retention in the console: counted by one operator, carried out by another.</summary>
public sealed class RetentionPageTests : IAsyncLifetime
{
    private const string Address = "/portal/operation/retention";
    private readonly PortalFixture _portal = new();

    public async ValueTask InitializeAsync()
    {
        await _portal.InitializeAsync();
        var subject = Invented.Code();
        await _portal.FeedAsync("RE1", Invented.Registration(subject), Invented.Penalty(subject, "旧罚1号", decidedOn: "2015-03-02"));
        await _portal.Server.Engine.FlushAsync();
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData("zh", "由另一名操作员核对并执行", "数量与统计结果不一致", "行政处罚")]
    [InlineData("en", "another operator checks it and carries it out", "not the number that was counted", "Administrative penalty")]
    public async Task Count_is_carried_out_by_another_operator_who_confirms_its_number(
        string language, string own, string wrong, string kind)
    {
        using var ada = await _portal.SignedInForAsync("operator", language: language);
        var first = await ada.GetAsync(Address);
        Assert.Contains("cg-empty", first.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await ada.SubmitAsync(first, Address, ("reason", ""))).Status);
        var begun = await ada.SubmitAsync(first, Address, ("reason", "按月清理"));
        var counted = Assert.Single(await _portal.Server.Engine.Retention.Jobs.ListAsync(PortalFixture.Stop));
        await _portal.Server.Engine.Retention.Jobs.WaitAsync(counted.Id);
        Assert.Equal(200, begun.Status);

        // The person who has counted sees the figures by kind, and no button.
        var run = $"{Address}/{counted.Id}";
        var mine = await ada.GetAsync(run);
        foreach (var said in new[] { own, kind, "2020-03-02" })
            Assert.Contains(said, mine.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"confirm\"", mine.Text, StringComparison.Ordinal);

        // Another person's count.
        await _portal.Server.Engine.Retention.CountAsync("RT-BOB", "bob", "按月清理", PortalFixture.Stop);
        await _portal.Server.Engine.Retention.Jobs.WaitAsync("RT-BOB");
        var theirs = await ada.GetAsync($"{Address}/RT-BOB");
        Assert.Equal(422, (await ada.SubmitAsync(theirs, $"{Address}/RT-BOB", ("confirm", "x"), ("reason", "核对无误"))).Status);
        var other = await ada.SubmitAsync(theirs, $"{Address}/RT-BOB", ("confirm", "7"), ("reason", "核对无误"));
        Assert.Contains(wrong, other.Words, StringComparison.Ordinal);
        Assert.Contains("href=\"#confirm\"", other.Text, StringComparison.Ordinal);
        using (var auditor = await _portal.SignedInForAsync("auditor", language: language))
        {
            Assert.DoesNotContain("name=\"confirm\"", (await auditor.GetAsync($"{Address}/RT-BOB")).Text, StringComparison.Ordinal);
            Assert.DoesNotContain("name=\"reason\"", (await auditor.GetAsync(Address)).Text, StringComparison.Ordinal);
        }

        await ada.SubmitAsync(theirs, $"{Address}/RT-BOB", ("confirm", "1"), ("reason", "核对无误"));
        var carried = (await _portal.Server.Engine.Retention.Jobs.ListAsync(PortalFixture.Stop)).Single(each => each.Of == "RT-BOB");
        await _portal.Server.Engine.Retention.Jobs.WaitAsync(carried.Id);
        Assert.Contains($"{Address}/{carried.Id}\"", (await ada.GetAsync($"{Address}/RT-BOB")).Text, StringComparison.Ordinal);
        Assert.Matches("(已销毁|Destroyed) 1 ", (await ada.GetAsync($"{Address}/{carried.Id}")).Words);
        Assert.DoesNotContain("name=\"confirm\"", (await ada.GetAsync($"{Address}/RT-BOB")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await ada.GetAsync($"{Address}/RT-9")).Status);
    }
}
