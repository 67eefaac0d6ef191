using System.Net;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Tests;

/// <summary>Cases in pages: filed by the organisation, handled by department and platform, by the same rules as the interface.</summary>
[Invariant(9)]
public sealed partial class CasePageTests(PortalFixture portal)
{
    private const string Source = "DEMO";

    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    private static string File => $"/portal/organisations/{Own}";

    [Fact]
    public async Task Objection_is_filed_page_by_page_and_decided_with_old_and_new_values()
    {
        var record = $"异页{Guid.NewGuid():N}"[..12];
        await FeedAsync(Invented.Penalty(Own, record));
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        var page = await clerk.GetAsync($"{File}/objection?source={Source}&record={Uri.EscapeDataString(record)}");
        Assert.Matches($"value=\"{Source}/[^\"]*\" checked", page.Text);
        page = await NextAsync(clerk, page, "objection", ("records", Key(record)));
        Assert.Contains("该信息有什么问题", page.Words, StringComparison.Ordinal);
        var missing = await NextAsync(clerk, page, "objection");
        Assert.Equal(422, missing.Status);
        Assert.Contains("href=\"#grounds-error\"", missing.Text, StringComparison.Ordinal);
        page = await NextAsync(clerk, page, "objection", ("grounds", "error"));
        Assert.Equal(422, (await NextAsync(clerk, page, "objection", ("statement", "请联系13800138000"))).Status);
        page = await NextAsync(clerk, page, "objection", ("statement", "罚款金额应为一点五万元"));
        Assert.Contains("正确的内容应该是什么", page.Words, StringComparison.Ordinal);
        page = await NextAsync(clerk, page, "objection", ("new:fine", "1.5"));
        Assert.Contains("有证明材料吗", page.Words, StringComparison.Ordinal);
        page = await NextAsync(clerk, page, "objection");
        Assert.Equal(422, (await NextAsync(clerk, page, "objection")).Status);
        page = await NextAsync(clerk, page, "objection", ("declared", "yes"));
        foreach (var answer in new[] { record, "内容有错误", "罚款金额应为一点五万元", "1.5", "已作出" })
            Assert.Contains(answer, page.Words, StringComparison.Ordinal);

        // One answer is changed, and the check comes again with the others as they were.
        page = await NextAsync(clerk, page, "objection", ("go", "statement"));
        page = await NextAsync(clerk, page, "objection", ("statement", "罚款金额有误"));
        Assert.Contains("罚款金额有误", page.Words, StringComparison.Ordinal);
        var filed = await NextAsync(clerk, page, "objection");
        Assert.Equal(200, filed.Status);
        var number = NumberPattern().Match(filed.Words).Value;
        Assert.Contains("接下来", filed.Words, StringComparison.Ordinal);
        Assert.Matches(@"异议处理.*?：\d{4}-\d\d-\d\d 前（含当日），由平台办理", filed.Words);
        var again = await NextAsync(clerk, page, "objection");
        Assert.Equal(number, NumberPattern().Match(again.Words).Value);
        Assert.Contains("有异议，处理中", CardOf(await clerk.GetAsync(File), record), StringComparison.Ordinal);

        using var officer = await portal.SignedInForAsync("reviewer", "supervision");
        Assert.NotNull(await officer.FindAsync("/portal/cases?kind=objection&state=submitted", number));
        await StepAsync(officer, number, "accept");
        var form = await officer.GetAsync($"/portal/cases/{number}/decide");
        Assert.Contains("value=\"1.5\"", form.Text, StringComparison.Ordinal);
        var empty = await officer.SubmitAsync(form, $"/portal/cases/{number}/decide");
        Assert.Equal(422, empty.Status);
        foreach (var field in new[] { "outcome-corrected", "reason" })
            Assert.Contains($"href=\"#{field}\"", empty.Text, StringComparison.Ordinal);
        var done = await officer.SubmitAsync(
            form, $"/portal/cases/{number}/decide",
            [("outcome", "corrected"), ("reason", "经核对原决定书"), .. Inputs(form, "fine", "1.5")]);
        Assert.Equal(200, done.Status);
        Assert.Contains("决定已作出并生效", done.Words, StringComparison.Ordinal);
        Assert.Contains("没有需要您办理的环节", done.Words, StringComparison.Ordinal);
        var seen = await clerk.GetAsync($"/portal/cases/{number}");
        Assert.Contains("更正 理由 经核对原决定书", seen.Words, StringComparison.Ordinal);
        Assert.Matches("罚款金额.*?2.5 1.5", seen.Words);
        Assert.DoesNotContain("dev-reviewer", seen.Words, StringComparison.Ordinal);
        Assert.NotNull(await clerk.FindAsync($"{File}/cases", number));
        Assert.Null(await officer.FindAsync("/portal/cases", number));
    }

    [Fact]
    public async Task File_and_timeline_show_no_word_of_a_case_to_those_who_may_not_read_it()
    {
        var number = await ObjectAsync($"异密{Guid.NewGuid():N}"[..12]);
        using var officer = await portal.SignedInForAsync("checker", "approval");
        foreach (var address in new[] { File, $"{File}?section=other" })
            Assert.DoesNotContain("虚构的陈述", (await officer.GetAsync(address)).Words, StringComparison.Ordinal);
        Assert.DoesNotContain("targetSource", (await officer.GetAsync($"{File}?section=other")).Words, StringComparison.Ordinal);
        var page = (await officer.FindAsync($"{File}/timeline", number))!;
        var row = page.Text.Split("<tr").First(row => row.Contains($">{number}<", StringComparison.Ordinal));
        Assert.Contains("办理环节", row, StringComparison.Ordinal);
        Assert.Null(await officer.FindAsync($"{File}/timeline", "虚构的陈述"));
    }

    [Fact]
    public async Task Session_that_ends_between_two_questions_loses_nothing_typed()
    {
        var record = $"异断{Guid.NewGuid():N}"[..12];
        await FeedAsync(Invented.Penalty(Own, record));
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        var page = await clerk.GetAsync($"{File}/objection");
        page = await NextAsync(clerk, page, "objection", ("records", Key(record)));
        page = await NextAsync(clerk, page, "objection", ("grounds", "omission"));
        clerk.LoseSession();
        var ended = await NextAsync(clerk, page, "objection", ("statement", "写了很久的陈述"));
        Assert.Equal(401, ended.Status);
        foreach (var kept in new[] { "写了很久的陈述", "omission", Key(record) })
            Assert.Contains(kept, WebUtility.HtmlDecode(ended.Text), StringComparison.Ordinal);
        await clerk.SignInAsync("dev-subject");
        await clerk.GivePurposeAsync("own-record");
        var shown = await clerk.SubmitAsync(ended, $"{File}/objection");
        Assert.Equal(422, shown.Status);
        Assert.Contains("写了很久的陈述", shown.Words, StringComparison.Ordinal);
        var next = await NextAsync(clerk, shown, "objection", ("statement", "写了很久的陈述"));
        Assert.Contains("正确的内容应该是什么", next.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_of_two_who_act_at_once_is_told_and_keeps_what_was_typed()
    {
        var number = await ObjectAsync($"异并{Guid.NewGuid():N}"[..12]);
        using var first = await portal.SignedInForAsync("reviewer", "supervision");
        using var second = await portal.SignedInForAsync("operator", "supervision", "en");
        var seen = await second.GetAsync($"/portal/cases/{number}/suspend");
        await StepAsync(first, number, "accept");
        var told = await second.SubmitAsync(seen, $"/portal/cases/{number}/suspend", ("reason", "looks wrong"));
        Assert.Equal(422, told.Status);
        Assert.Contains("Somebody has taken a step in this case since you opened the page (Accepted", told.Words, StringComparison.Ordinal);
        Assert.Contains("looks wrong", told.Words, StringComparison.Ordinal);
        var done = await second.SubmitAsync(told, $"/portal/cases/{number}/suspend", ("reason", "looks wrong"));
        Assert.Contains("The entry is suspended", done.Words, StringComparison.Ordinal);

        // A step that is not possible any more says so, and shows what was typed.
        var late = await second.GetAsync($"/portal/cases/{number}/refer");
        await StepAsync(first, number, "decide", ("outcome", "rejected"), ("reason", "无误"));
        var gone = await second.SubmitAsync(late, $"/portal/cases/{number}/refer", ("reason", "please look"));
        Assert.Equal(409, gone.Status);
        Assert.Contains("please look", gone.Words, StringComparison.Ordinal);
        Assert.Equal(409, (await second.GetAsync($"/portal/cases/{number}/refer")).Status);
    }

    [Fact]
    public async Task Source_answers_what_was_sent_to_it_and_sees_no_other_case()
    {
        var number = await ObjectAsync($"异转{Guid.NewGuid():N}"[..12]);
        using var officer = await portal.SignedInForAsync("operator", "supervision");
        await StepAsync(officer, number, "refer", ("reason", "请核查"));
        using var department = await portal.SignedInForAsync("source", "data-quality");
        Assert.NotNull(await department.FindAsync($"/portal/sources/{Source}/cases?due=week", number));
        Assert.Null(await department.FindAsync($"/portal/sources/{Source}/cases?due=overdue", number));
        Assert.Equal(403, (await department.GetAsync("/portal/sources/OTHER/cases")).Status);
        Assert.Equal(404, (await department.GetAsync($"/portal/sources/{Source}/cases?due=never")).Status);
        var wrong = await department.SubmitAsync(
            await department.GetAsync($"/portal/cases/{number}/answer"), $"/portal/cases/{number}/answer", ("reason", ""));
        Assert.Contains("href=\"#upheld-yes\"", wrong.Text, StringComparison.Ordinal);
        await StepAsync(department, number, "answer", ("upheld", "no"), ("reason", "决定书无误"));
        Assert.Equal(409, (await department.GetAsync($"/portal/cases/{number}/decide")).Status);
        var page = await officer.GetAsync($"/portal/cases/{number}");
        Assert.Contains("异议不成立 决定书无误", page.Words, StringComparison.Ordinal);

        // A case of another source and another organisation is not there for them.
        var other = Invented.Code();
        await portal.FeedAsync("CP9", Invented.Registration(other), Invented.Penalty(other, "他案1号"));
        var hidden = await portal.Server.Engine.Cases.OpenAsync(
            new SubjectId(other), Samples.Objection("CP9", "他案1号"), "someone", PortalFixture.Stop);
        var foreign = hidden.Case!.Number.ToString();
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        foreach (var visitor in new[] { department, clerk })
        {
            Assert.Equal(404, (await visitor.GetAsync($"/portal/cases/{foreign}")).Status);
            Assert.Equal(404, (await visitor.GetAsync($"/portal/cases/{foreign}/withdraw")).Status);
        }

        Assert.Equal(403, (await clerk.GetAsync($"/portal/organisations/{other}/objection")).Status);
        Assert.Equal(403, (await clerk.GetAsync("/portal/cases")).Status);
        using var auditor = await portal.SignedInForAsync("auditor", "audit");
        var looked = await auditor.GetAsync($"/portal/organisations/{other}/cases");
        Assert.Contains(foreign, looked.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("/objection\"", looked.Text, StringComparison.Ordinal);
        Assert.Contains("没有需要您办理的环节", (await auditor.GetAsync($"/portal/cases/{foreign}")).Words, StringComparison.Ordinal);
        await portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var looks = await portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(other), null, 10, PortalFixture.Stop);
        Assert.Equal(["portal/case", "portal/cases"], looks.Select(look => look.Operation));
    }

    [Fact]
    public async Task Repair_tells_the_first_possible_date_and_is_granted_record_by_record()
    {
        var tag = $"{Guid.NewGuid():N}"[..6];
        var (old, older, fresh) = ($"修{tag}1", $"修{tag}2", $"修{tag}3");
        var day = portal.Server.Engine.Today.AddDays(-200).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await FeedAsync(
            Invented.Penalty(Own, old, decidedOn: day), Invented.Penalty(Own, older, decidedOn: day), Invented.Penalty(Own, fresh));
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        var page = await clerk.GetAsync($"{File}/repair?source={Source}&record={Uri.EscapeDataString(fresh)}");
        Assert.Matches($"value=\"{Regex.Escape(Key(fresh))}\" disabled", page.Text);
        Assert.Contains("最短公示期未满", page.Words, StringComparison.Ordinal);
        Assert.Equal(422, (await NextAsync(clerk, page, "repair", ("records", Key(fresh)))).Status);
        page = await NextAsync(clerk, page, "repair", ("records", Key(old)), ("records", Key(older)));
        page = await NextAsync(clerk, page, "repair", ("statement", "罚款已缴清，整改完成"));
        page = await NextAsync(clerk, page, "repair");
        page = await NextAsync(clerk, page, "repair", ("declared", "yes"));
        var filed = await NextAsync(clerk, page, "repair");
        var number = NumberPattern().Match(filed.Words).Value;
        Assert.StartsWith("XF-", number, StringComparison.Ordinal);

        using var department = await portal.SignedInForAsync("source", "data-quality");
        await StepAsync(department, number, "return", ("reason", "请补充缴款日期"));
        Assert.Contains("请补充缴款日期", (await clerk.GetAsync($"/portal/cases/{number}/complete")).Words, StringComparison.Ordinal);
        Assert.Contains("退回补正 请补充缴款日期", (await clerk.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);
        await StepAsync(clerk, number, "complete", ("statement", "罚款已于上月缴清"));
        var again = await department.GetAsync($"/portal/cases/{number}/return");
        Assert.Equal(409, again.Status);
        Assert.Contains("已退回补正过一次", again.Words, StringComparison.Ordinal);
        await StepAsync(department, number, "accept");
        await StepAsync(department, number, "decide", ("record", Key(old)), ("outcome", "granted"), ("reason", "条件全部满足"));
        var second = await department.GetAsync($"/portal/cases/{number}/decide");
        Assert.Contains(older, second.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(old, second.Words, StringComparison.Ordinal);
        await StepAsync(department, number, "decide", ("outcome", "refused"), ("reason", "尚有义务未履行"));
        var seen = await clerk.GetAsync($"/portal/cases/{number}");
        foreach (var said in new[] { "处理结果 部分准予修复", $"准予修复：{old}", $"不予修复：{older}" })
            Assert.Contains(said, seen.Words, StringComparison.Ordinal);
        Assert.Contains("尚有义务未履行", seen.Words, StringComparison.Ordinal);
        Assert.Contains("已修复", CardOf(seen, old), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Organisation_that_is_barred_after_false_materials_is_told_on_the_first_page_of_an_application()
    {
        var barred = new PortalFixture();
        await barred.InitializeAsync();
        await using (barred)
        {
            var day = barred.Server.Engine.Today.AddDays(-200).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            await barred.FeedAsync(
                "SCJG", Invented.Penalty(Own, "虚假1号", decidedOn: day), Invented.Penalty(Own, "虚假2号", decidedOn: day));
            var opened = await barred.Server.Engine.Cases.OpenAsync(
                new SubjectId(Own),
                new CaseCommand
                {
                    Kind = CaseKind.Repair, Step = CaseStep.Submit, Actor = new CaseActor(false, true, null), Operation = "barred",
                    Records = [new RecordId(new SourceId("SCJG"), "虚假1号")], Statement = "已缴清", Declaration = true,
                },
                "tests", PortalFixture.Stop);
            var number = opened.Case!.Number.ToString();
            using var department = await barred.SignedInForAsync("regulator", "data-quality");
            await department.TakeStepAsync(number, "accept");
            await department.TakeStepAsync(number, "ban", ("reason", "完税证明系伪造"));
            using var clerk = await barred.SignedInForAsync("subject", "own-record");
            var page = await clerk.GetAsync($"{File}/repair");
            Assert.Matches("因申请材料虚假，[0-9]{4}-[0-9]{2}-[0-9]{2} 前不能申请", page.Words);

            // Nothing can be chosen: the page asks for nothing, and leads to no other way that is barred too.
            Assert.DoesNotContain(">继续<", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain($"{File}/bankruptcy", page.Text, StringComparison.Ordinal);
            Assert.Equal(422, (await NextAsync(clerk, page, "repair", ("records", "SCJG/%E8%99%9A%E5%81%872%E5%8F%B7"))).Status);
        }
    }

    [Fact]
    public async Task Public_page_says_by_the_rulebook_how_long_an_objection_and_a_repair_take()
    {
        using var anybody = portal.Visitor("en");
        var page = await anybody.GetAsync("/portal/rights");
        foreach (var said in new[]
        {
            "Where the platform can find out by itself: 3 working days", "7 working days in all, 3 of them for its answer",
            "Whether the application is taken: 3 working days", "The result: 10 working days", "up to 10 working days more",
            "may suspend the entry until the outcome", "It costs nothing",
        })
            Assert.Contains(said, page.Words, StringComparison.Ordinal);
        Assert.Contains("/portal/rights", (await anybody.GetAsync("/portal")).Text, StringComparison.Ordinal);
    }

    private static string Key(string record) => $"{Source}/{Uri.EscapeDataString(record)}";

    /// <summary>All inputs of a form's record fields as they are, one with another value.</summary>
    private static IEnumerable<(string, string)> Inputs(PageAnswer form, string field, string value) =>
        InputPattern().Matches(form.Text).Select(match => (
            WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value)))
        .Concat(TextAreaPattern().Matches(form.Text).Select(match => (
            WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value))))
        .Concat(SelectPattern().Matches(form.Text).Select(match => (
            WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(ChosenPattern().Match(match.Value).Groups[1].Value))))
        .Select(pair => pair.Item1 == $"new:{field}" ? (pair.Item1, value) : pair);

    private static string CardOf(PageAnswer page, string id) =>
        page.Text.Split("<article").Single(card => card.Contains($"({id},", StringComparison.Ordinal));

    private static Task<PageAnswer> NextAsync(Visitor visitor, PageAnswer page, string name, params (string, string)[] fields) =>
        visitor.SubmitAsync(page, $"{File}/{name}", fields);

    private static async Task StepAsync(Visitor visitor, string number, string step, params (string, string)[] fields)
    {
        var address = $"/portal/cases/{number}/{step}";
        var form = await visitor.GetAsync(address);
        Assert.True(form.Status == 200, form.Words);
        var done = await visitor.SubmitAsync(form, address, fields);
        Assert.True(done.Status == 200, done.Words);
        Assert.Contains("govuk-notification-banner", done.Text, StringComparison.Ordinal);
    }

    private Task FeedAsync(params string[] lines) => portal.FeedAsync(Source, lines);

    private async Task<string> ObjectAsync(string record)
    {
        await FeedAsync(Invented.Penalty(Own, record));
        var opened = await portal.Server.Engine.Cases.OpenAsync(
            new SubjectId(Own), Samples.Objection(Source, record), "dev-subject", PortalFixture.Stop);
        Assert.True(opened.Case is not null, $"{opened.Rejection}");
        return opened.Case.Number.ToString();
    }

    [GeneratedRegex("(YY|XF)-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();

    [GeneratedRegex("<input class=\"govuk-input [^>]*name=\"(new:[^\"]*)\"[^>]*?value=\"([^\"]*)\"")]
    private static partial Regex InputPattern();

    [GeneratedRegex("<textarea[^>]*name=\"(new:[^\"]*)\"[^>]*>([^<]*)</textarea>")]
    private static partial Regex TextAreaPattern();

    [GeneratedRegex("<select[^>]*name=\"(new:[^\"]*)\".*?</select>", RegexOptions.Singleline)]
    private static partial Regex SelectPattern();

    [GeneratedRegex("<option value=\"([^\"]*)\" selected")]
    private static partial Regex ChosenPattern();

    /// <summary>Cases as the interface would open them.</summary>
    private static class Samples
    {
        public static Domain.Procedures.CaseCommand Objection(string source, string record) => new()
        {
            Step = Domain.Procedures.CaseStep.Submit,
            Kind = Domain.Procedures.CaseKind.Objection,
            Actor = new Domain.Procedures.CaseActor(false, true, null),
            Operation = CreditGrains.Portal.Cases.CaseOperation.New(),
            Records = [new Domain.Records.RecordId(new SourceId(source), record)],
            Grounds = "error",
            Statement = "虚构的陈述",
            Declaration = true,
        };
    }
}
