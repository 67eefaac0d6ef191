using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Storage;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>Steps of list entries, commitments and declarations that were faults once, on a store.</summary>
public abstract class KindFaultStories(IStoreHost host) : CaseContract(host)
{
    [Fact]
    public async Task Notice_that_leaves_out_a_measure_of_the_list_is_refused()
    {
        var open = await World.OpenAsync(World.Listing());
        var all = CaseWorld.Rulebook.Procedures.Lists["market-regulation"].Measures;
        foreach (var named in new IReadOnlyList<string>[] { [], [.. all.Skip(1)] })
        {
            var notice = World.Command(CaseStep.Notify, Market) with { Measures = named };
            var refused = (await World.TryActAsync(open.Number, notice)).Rejection!;
            Assert.Equal(("required", "/measures", all[0]), (refused.Code, refused.Pointer, refused.Found));
        }

        var notified = await World.ActAsync(open.Number, World.Command(CaseStep.Notify, Market) with { Measures = [.. all.Reverse()] });
        Assert.Equal(all.Order(), notified.File.Measures.Order());
    }

    [Fact]
    public async Task Removal_of_an_entry_that_has_ended_earlier_does_not_put_it_back_in_force()
    {
        var open = await ListedAsync();
        World.GoTo(new(2026, 12, 1));
        await World.FeedAsync(
            "SCJG",
            $$$"""{"id":"{{{open}}}","revision":2,"subject":"{{{World.Subject}}}","kind":"list-entry","""
            + """ "data":{"level":"serious","list":"market-regulation","documentNumber":"虚市监列〔2026〕1号","listedOn":"2026-06-18","""
            + $$$""" "until":"2026-12-01","legalBasis":"虚构条例第1条","authority":"{{{Invented.Authority}}}"}}""");
        World.GoTo(new(2027, 6, 18));
        Assert.Empty(await World.MeasuresAsync(open.ToString(), new(2027, 1, 1)));

        var refused = await World.TryActAsync(open, CaseStep.Remove, Market);

        Assert.Equal("case-state", refused.Rejection?.Code);
        Assert.Empty(await World.MeasuresAsync(open.ToString(), new(2027, 1, 1)));
        await World.ActAsync(open, CaseStep.Revoke, Market);
    }

    [Fact]
    public async Task Entry_whose_last_day_is_named_is_removed_from_the_day_after_it_began()
    {
        var body = new CaseActor(false, false, "FGW");
        var open = await World.OpenAsync(World.Listing(list: "commendation", grounds: "model") with { Actor = body });
        await World.ActAsync(open.Number, CaseStep.Notify, body, null);
        World.GoTo(new(2026, 6, 18));
        var listed = await World.ActAsync(open.Number, World.List("2027-06-18", body));

        var refused = (await World.TryActAsync(open.Number, CaseStep.Remove, body)).Rejection!;
        Assert.Equal(("removal-too-early", "2026-06-19"), (refused.Code, refused.Found));
        World.GoTo(new(2026, 6, 19));
        Assert.Equal(CaseState.Removed, (await World.ActAsync(open.Number, CaseStep.Remove, body)).File.State);
        var entry = await World.StatusAsync(listed.File.Made!.Id, source: "FGW");
        Assert.Equal(World.Today, entry.Until);
    }

    [Fact]
    public async Task Contract_reported_in_error_is_withdrawn_though_its_source_has_taken_the_record_back()
    {
        var other = await World.OtherAsync();
        var open = (await World.OpenAsync(World.Contract(other))).Number;
        await World.WithdrawAsync(open.ToString(), 2, "contract-performance");
        Assert.Equal("record-withdrawn", (await World.TryActAsync(open, CaseStep.Perform, Market)).Rejection!.Code);

        var withdrawn = await World.ActAsync(open, CaseStep.Withdraw, Market, "报送有误");

        Assert.Equal(CaseState.Withdrawn, withdrawn.File.State);
        Assert.Null(await World.LevelInAsync(other, open));
        Assert.Empty(await World.DueAsync(CaseKind.Contract));
    }

    [Fact]
    public async Task Commitment_is_withdrawn_though_its_organ_has_taken_the_record_back()
    {
        var open = (await World.OpenAsync(World.Commitment("2026-07-31"))).Number;
        await World.ActAsync(open, CaseStep.Accept, Market, null);
        await World.WithdrawAsync(open.ToString(), 2, "commitment");

        Assert.Equal(CaseState.Withdrawn, (await World.ActAsync(open, CaseStep.Withdraw, Organisation, null)).File.State);
        Assert.Empty(await World.DueAsync(CaseKind.Commitment));
    }

    [Theory]
    [InlineData(CaseState.Accepted)]
    [InlineData(CaseState.Supervised)]
    [InlineData(CaseState.Rectifying)]
    public async Task Commitment_past_its_day_is_closed_once_its_record_is_withdrawn_and_not_before(CaseState state)
    {
        var open = (await World.OpenAsync(World.Commitment("2026-07-31"))).Number;
        await World.ActAsync(open, CaseStep.Accept, Market, null);
        if (state == CaseState.Supervised)
            await World.ActAsync(open, CaseStep.Supervise, Market, null);
        World.GoTo(new(2026, 8, 3));
        var before = state == CaseState.Rectifying ? await World.ActAsync(open, World.Assess(CaseOutcome.None)) : null;
        if (before is not null)
            await World.ActAsync(open, CaseStep.Rectify, Market);
        Assert.Equal("case-state", (await World.TryActAsync(open, CaseStep.Close, Market)).Rejection!.Code);

        await World.WithdrawAsync(open.ToString(), before is null ? 2 : 3, "commitment");
        Assert.Equal("record-withdrawn", (await World.TryActAsync(open, World.Assess(CaseOutcome.Full))).Rejection!.Code);
        Assert.Equal("not-the-deciding-body", (await World.TryActAsync(open, CaseStep.Close, Organisation)).Rejection!.Code);
        var closed = await World.ActAsync(open, CaseStep.Close, Market, "信息已撤回");

        Assert.Equal((CaseState.Closed, World.Today), (closed.File.State, closed.File.ClosedOn));
        Assert.Equal((before?.File.Outcome, before?.File.Reason ?? "信息已撤回"), (closed.File.Outcome, closed.File.Reason));
        Assert.Empty(closed.File.Running);
        Assert.Empty(await World.DueAsync(CaseKind.Commitment));
        Assert.Empty(await World.InForceAsync(CaseKind.Commitment, "SCJG"));
    }

    [Fact]
    public async Task Verified_declaration_and_entry_of_a_list_end_though_their_source_has_taken_the_record_back()
    {
        var declared = (await World.OpenAsync(World.Declaration("撤回的申报"))).Number;
        await World.ActAsync(declared, CaseStep.Accept, Market, null);
        await World.ActAsync(declared, World.Decide(CaseOutcome.Verified, Market));
        await World.WithdrawAsync(declared.ToString(), 2, "declaration");
        Assert.Equal(CaseState.Withdrawn, (await World.ActAsync(declared, CaseStep.Withdraw, Organisation, null)).File.State);
        Assert.Empty(await World.InForceAsync(CaseKind.Declaration, "SCJG"));

        var listed = await ListedAsync();
        await World.WithdrawAsync(listed.ToString(), 2, "list-entry");
        Assert.Equal(CaseState.Revoked, (await World.ActAsync(listed, CaseStep.Revoke, Market)).File.State);
        Assert.Empty(await World.InForceAsync(CaseKind.Listing, "SCJG"));
    }

    [Fact]
    public async Task Second_listing_on_grounds_of_an_entry_in_force_is_refused_until_that_entry_has_ended()
    {
        var first = await ListedAsync();
        var refused = (await World.TryOpenAsync(World.Listing())).Rejection!;
        Assert.Equal(("already-listed", "/grounds", first.ToString()), (refused.Code, refused.Pointer, refused.Found));

        await World.WithdrawAsync(first.ToString(), 2, "list-entry");
        await World.ActAsync((await World.OpenAsync(World.Listing())).Number, World.Decide(CaseOutcome.Dropped, Market));
        World.GoTo(new(2026, 6, 19));
        var second = await ListedAsync(new(2026, 6, 29));
        Assert.Equal("already-listed", (await World.TryOpenAsync(World.Listing())).Rejection!.Code);
        await World.ActAsync(second, CaseStep.Revoke, Market);
        await World.OpenAsync(World.Listing());
    }

    [Fact]
    public async Task Hearing_period_that_has_passed_is_not_overdue_and_hides_no_deadline()
    {
        var open = await World.OpenAsync(World.Listing());
        var notified = await World.ActAsync(open.Number, CaseStep.Notify, Market, null);
        World.GoTo(new(2026, 6, 30));
        var due = notified.File.FirstDue("SCJG")!;
        Assert.Equal(("listing-decide", "running"), (due.Clock, due.StateOn(World.Today)));
        var overdue = new DeadlineQuery(CaseKind.Listing, "SCJG", null, World.Today.AddDays(-1), null, 10);
        Assert.DoesNotContain(
            await World.Node.Store.Deadlines.ListAsync(overdue, Cancellation), row => row.Case == open.Number);
    }

    [Fact]
    public async Task Hearings_keep_their_own_words_each_and_never_block_decision_and_removal()
    {
        var open = await World.OpenAsync(World.Listing());
        await World.ActAsync(open.Number, CaseStep.Notify, Market, null);
        await World.ActAsync(open.Number, World.Command(CaseStep.Hear, Organisation) with { Statement = "本公司的陈述" });
        await World.ActAsync(open.Number, World.Command(CaseStep.Hear, Market) with { Statement = "本局的笔录" });
        Assert.Equal(
            [("subject", "本公司的陈述"), ("source", "本局的笔录")],
            (await World.Node.Cases.FindAsync(open.Number, Cancellation))!.Steps
                .Where(step => step.Step == "hear").Select(step => (step.Role, step.Note!)));
        var hear = World.Command(CaseStep.Hear, Organisation) with { Statement = "再次陈述" };
        for (var i = 4; i < CaseFile.StepsMax; i++)
            await World.ActAsync(open.Number, hear with { Operation = $"{hear.Operation}-{(char)(i + 49)}" });
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, hear with { Operation = $"{hear.Operation}-z" })).Rejection!.Code);
        World.GoTo(new(2026, 6, 18));
        await World.ActAsync(open.Number, World.List("2029-06-18"));
        World.GoTo(new(2027, 6, 18));
        Assert.Equal(CaseState.Removed, (await World.ActAsync(open.Number, CaseStep.Remove, Market)).File.State);
    }

    [Fact]
    public async Task Commitment_is_accepted_on_its_last_day_and_not_after()
    {
        var (kept, late) = (
            await World.OpenAsync(World.Commitment("2026-06-15")),
            await World.OpenAsync(World.Commitment("2026-06-14", "missing-papers", "missing-papers", text: TextOf("missing-papers"))));
        World.GoTo(new(2026, 6, 15));
        var refused = await World.TryActAsync(late.Number, World.Command(CaseStep.Accept, Market));
        Assert.Equal(("case-state", "due"), (refused.Rejection?.Code, refused.Rejection?.Found));
        Assert.Equal(CaseState.Closed, (await World.ActAsync(late.Number, CaseStep.Close, Market)).File.State);
        Assert.Equal(CaseState.Accepted, (await World.ActAsync(kept.Number, CaseStep.Accept, Market, null)).File.State);
    }

    [Fact]
    public async Task Declaration_whose_term_passes_unverified_has_expired_and_is_closed_or_withdrawn()
    {
        var (first, second) = (
            await World.OpenAsync(World.Declaration("过期一")), await World.OpenAsync(World.Declaration("过期二")));
        await World.ActAsync(first.Number, CaseStep.Accept, Market, null);
        World.GoTo(new(2026, 8, 31));
        Assert.Equal(CaseState.Submitted, second.File.StateOn(World.Today));
        World.GoTo(new(2026, 9, 1));
        Assert.Equal(CaseState.Expired, second.File.StateOn(World.Today));
        foreach (var outcome in new[] { CaseOutcome.Verified, CaseOutcome.Refuted })
        {
            var refused = await World.TryActAsync(first.Number, World.Decide(outcome, Market));
            Assert.Equal(("case-state", "expired"), (refused.Rejection?.Code, refused.Rejection?.Found));
        }

        Assert.Equal(CaseState.Closed, (await World.ActAsync(first.Number, CaseStep.Close, Market)).File.State);
        Assert.Equal(CaseState.Withdrawn, (await World.ActAsync(second.Number, CaseStep.Withdraw, Organisation)).File.State);
        Assert.Empty(await World.DueAsync(CaseKind.Declaration));
    }

    [Fact]
    public async Task Matter_named_by_id_and_by_title_is_one_matter()
    {
        var rules = CaseWorld.Rulebook.Procedures;
        await World.OpenAsync(World.Commitment("2026-07-31"));
        var again = World.Commitment("2026-07-31", rules.Commitments!.Items["food-licence"].Title.In("zh"));
        Assert.Equal("case-open", (await World.TryOpenAsync(again)).Rejection?.Code);
        await World.OpenAsync(World.Declaration("同一事项"));
        var other = World.Declaration("同一事项", rules.Declarations!.Classes["qualification"].Title.In("zh"));
        Assert.Equal("case-open", (await World.TryOpenAsync(other)).Rejection?.Code);
    }

    private static string TextOf(string item) => CaseWorld.Rulebook.Procedures.Commitments!.Items[item].Text;

    private async Task<CaseNumber> ListedAsync(DateOnly? on = null)
    {
        var open = await World.OpenAsync(World.Listing());
        await World.ActAsync(open.Number, CaseStep.Notify, Market, null);
        World.GoTo(on ?? new(2026, 6, 18));
        await World.ActAsync(open.Number, World.List("2029-06-18"));
        return open.Number;
    }
}
