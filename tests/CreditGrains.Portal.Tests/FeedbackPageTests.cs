namespace CreditGrains.Portal.Tests;

/// <summary>Feedback on checks from the desk: waited for, given on a form, corrected, and only by those who asked.</summary>
public sealed class FeedbackPageTests(PortalFixture portal)
{
    private const string Reminders = "/portal/checks/reminders";

    [Fact]
    public async Task Check_waits_until_its_feedback_is_sent_and_can_be_corrected()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("DEMO", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        using var officer = await portal.SignedInForAsync("checker", "approval");
        var number = await AskAsync(officer, subject);
        var waiting = await officer.GetAsync(Reminders);
        Assert.Contains(number, waiting.Words, StringComparison.Ordinal);
        Assert.Contains("限制申请财政性资金项目", waiting.Words, StringComparison.Ordinal);

        var address = $"/portal/checks/{number}/feedback";
        var form = await officer.GetAsync(address);
        Assert.Contains("尚无反馈", form.Words, StringComparison.Ordinal);
        var wrong = await officer.SubmitAsync(form, address, ("amount", "-1"), ("acted-on", "昨天"), ("note", "电话13800138000"));
        Assert.Equal(422, wrong.Status);
        foreach (var message in new[] { "请选择措施", "请选择处理情况", "金额应为不小于 0 的数", "日期应为" })
            Assert.Contains(message, wrong.Words, StringComparison.Ordinal);
        var sent = await officer.SubmitAsync(
            form, address, ("measure", "restrict-public-funds"), ("action", "applied"), ("amount", "12.5"), ("note", "停止拨付"));
        Assert.Equal(200, sent.Status);
        foreach (var part in new[] { "反馈已收到", "已采取措施", "12.5", "停止拨付", "第 1 次" })
            Assert.Contains(part, sent.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(number, (await officer.GetAsync(Reminders)).Words, StringComparison.Ordinal);
        var corrected = await officer.SubmitAsync(sent, address, ("measure", "restrict-public-funds"), ("action", "not-applied"));
        Assert.Contains("第 2 次", corrected.Words, StringComparison.Ordinal);

        // Feedback is found by the check's number, by those who asked and nobody else.
        var found = await officer.GetAsync($"{Reminders}?check={number}");
        Assert.Contains("第 2 次", found.Words, StringComparison.Ordinal);
        var none = await officer.GetAsync($"{Reminders}?check=CK-20200101-0000000000000000");
        Assert.Contains("href=\"#check\"", none.Text, StringComparison.Ordinal);
        var refused = await officer.SubmitAsync(
            corrected, address, ("measure", "restrict-public-funds"), ("action", "incentive-granted"));
        Assert.Equal(422, refused.Status);

        using var other = await portal.SignedInForAsync("reviewer", "approval");
        Assert.Equal(404, (await other.GetAsync(address)).Status);
        Assert.DoesNotContain(number, (await other.GetAsync(Reminders)).Words, StringComparison.Ordinal);
        Assert.Contains("href=\"#check\"", (await other.GetAsync($"{Reminders}?check={number}")).Text, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(Visitor officer, string subject)
    {
        var form = await officer.GetAsync("/portal/checks");
        var answer = await officer.SubmitAsync(form, "/portal/checks", ("code", subject), ("matter", "public-funds"));
        Assert.Matches("href=\"/portal/checks/CK-[0-9A-Z-]+/feedback\"", answer.Text);
        return System.Text.RegularExpressions.Regex.Match(answer.Words, "CK-[0-9]{8}-[0-9A-Z]{16}").Value;
    }
}
