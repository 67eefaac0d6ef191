using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>List entries, commitments, declarations and contracts from beginning to end, day by day, on a store.</summary>
public abstract class KindStories(IStoreHost host) : CaseContract(host)
{
    private static readonly CommitmentItem Item = CaseWorld.Rulebook.Procedures.Commitments!.Items["food-licence"];

    [Fact]
    public async Task List_entry_goes_from_notice_to_removal()
    {
        var open = await World.OpenAsync(World.Listing());
        Assert.StartsWith("MD-20260610-", open.Number.ToString(), StringComparison.Ordinal);
        Assert.Equal("case-open", (await World.TryOpenAsync(World.Listing())).Rejection!.Code);
        var notified = await World.ActAsync(open.Number, CaseStep.Notify, Market, null);
        Assert.Contains("restrict-public-funds", notified.File.Measures);
        Assert.Equal(
            [("listing-hearing", "SCJG", new DateOnly(2026, 6, 17)), ("listing-decide", "SCJG", new DateOnly(2026, 7, 9))],
            notified.File.Running.Select(clock => (clock.Clock, clock.Owner, clock.Due)));
        Assert.Equal(
            [("listing-decide", new DateOnly(2026, 7, 9))],
            (await World.DueAsync(CaseKind.Listing, "SCJG")).Select(row => (row.Clock, row.Due)));
        World.GoTo(new(2026, 6, 12));
        await World.ActAsync(open.Number, World.Command(CaseStep.Hear, Organisation) with { Statement = "请求从轻" });

        World.GoTo(new(2026, 6, 17));
        var early = await World.TryActAsync(open.Number, World.List("2027-06-18"));
        Assert.Equal(("hearing-awaited", "2026-06-17"), (early.Rejection!.Code, early.Rejection.Found));
        Assert.Empty(await World.NamesOnListsAsync());
        World.GoTo(new(2026, 6, 18));
        Assert.Equal("not-the-deciding-body", (await World.TryActAsync(open.Number, World.List("2027-06-18", Police))).Rejection!.Code);
        Assert.Equal("out-of-range", (await World.TryActAsync(open.Number, World.List("2029-06-19"))).Rejection!.Code);
        var listed = await World.ActAsync(open.Number, World.List("2029-06-18"));
        Assert.Equal((CaseState.Listed, CaseOutcome.Listed), (listed.File.State, listed.File.Outcome));
        Assert.All(listed.File.Clocks, clock => Assert.Equal("met", clock.StateOn(World.Today)));
        var entry = listed.File.Made!.Record;
        Assert.Equal(new SourceId("SCJG"), entry.Source);
        Assert.Contains("restrict-public-funds", await World.MeasuresAsync(entry.Id));
        Assert.True(await World.IsPublicAsync(entry.Id));
        Assert.Equal([entry.Id], await World.NamesOnListsAsync());
        Assert.Empty(await World.DueAsync(CaseKind.Listing));
        Assert.Equal([open.Number], await World.InForceAsync(CaseKind.Listing, "SCJG"));
        Assert.Equal([open.Number], await World.InForceAsync(CaseKind.Listing, "", CaseState.Listed));
        Assert.Empty(await World.InForceAsync(CaseKind.Listing, "GAJ"));
        Assert.Empty(await World.InForceAsync(CaseKind.Listing, "SCJG", CaseState.Expired));

        World.GoTo(new(2027, 6, 17));
        var tooEarly = await World.TryActAsync(open.Number, CaseStep.Remove, Market);
        Assert.Equal(("removal-too-early", "2027-06-18"), (tooEarly.Rejection!.Code, tooEarly.Rejection.Found));
        World.GoTo(new(2027, 6, 18));
        var removed = await World.ActAsync(open.Number, CaseStep.Remove, Market);
        Assert.Equal((CaseState.Removed, CaseOutcome.RemovedFromList), (removed.File.State, removed.File.Outcome));
        Assert.Equal((World.Today, "2027-06-18"), (removed.File.DecidedOn, removed.File.Fact(CaseFacts.Until)));
        Assert.NotEqual(listed.File.Reason, removed.File.Reason);
        Assert.Empty(await World.InForceAsync(CaseKind.Listing, "SCJG"));
        Assert.Empty(await World.MeasuresAsync(entry.Id));
        Assert.False(await World.IsPublicAsync(entry.Id));
        Assert.Contains("restrict-public-funds", await World.MeasuresAsync(entry.Id, new(2027, 6, 17)));
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Remove, Market)).Rejection!.Code);
    }

    [Fact]
    public async Task List_entry_ends_by_itself_and_may_still_be_revoked()
    {
        var open = await World.OpenAsync(World.Listing());
        await World.ActAsync(open.Number, CaseStep.Notify, Market, null);
        World.GoTo(new(2026, 6, 18));
        var listed = await World.ActAsync(open.Number, World.List("2026-12-18"));
        World.GoTo(new(2026, 12, 18));
        Assert.Equal(CaseState.Expired, listed.File.StateOn(World.Today));
        Assert.Empty(await World.InForceAsync(CaseKind.Listing, "SCJG"));
        Assert.Equal([open.Number], await World.InForceAsync(CaseKind.Listing, "SCJG", CaseState.Expired));
        Assert.False(await World.IsPublicAsync(listed.File.Made!.Id));
        Assert.Equal(
            ("case-state", "expired"), Refused(await World.TryActAsync(open.Number, CaseStep.Remove, Market)));
        var revoked = await World.ActAsync(open.Number, CaseStep.Revoke, Market, "行政复议撤销");
        Assert.Equal((CaseState.Revoked, CaseOutcome.Revoked), (revoked.File.State, revoked.File.Outcome));
        Assert.Equal(("行政复议撤销", World.Today), (revoked.File.Reason, revoked.File.DecidedOn));
        Assert.Empty(await World.InForceAsync(CaseKind.Listing, "SCJG", CaseState.Expired));
        Assert.True((await World.StatusAsync(listed.File.Made!.Id)).Withdrawn);
    }

    [Fact]
    public async Task Listing_that_the_rulebook_does_not_provide_is_not_opened()
    {
        Assert.Equal("unknown-list-type", (await World.TryOpenAsync(World.Listing(list: "black"))).Rejection!.Code);
        Assert.Equal("unknown-grounds", (await World.TryOpenAsync(World.Listing(grounds: "anger"))).Rejection!.Code);
        Assert.Equal("unknown-grounds", (await World.TryOpenAsync(World.Listing(basis: "本局会议纪要"))).Rejection!.Code);
        Assert.Equal("not-the-deciding-body", (await World.TryOpenAsync(World.Listing(list: "tax"))).Rejection!.Code);
        Assert.Equal("unknown-body", (await World.TryOpenAsync(World.Listing() with { Actor = Police })).Rejection!.Code);
        Assert.Equal("case-role", (await World.TryOpenAsync(World.Listing() with { Actor = Organisation })).Rejection!.Code);
        World.GoTo(new(2026, 12, 30));
        Assert.Equal(("calendar-year-missing", "2027"), Refused(await World.TryOpenAsync(World.Listing())));
        World.GoTo(new(2026, 6, 10));
        var open = await World.OpenAsync(World.Listing());
        var measure = World.Command(CaseStep.Notify, Market) with { Measures = ["restrict-land", "no-flying"] };
        Assert.Equal(("measure-not-published", "/measures/1"), Pointed(await World.TryActAsync(open.Number, measure)));
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Dropped, Market));
        Assert.Empty(await World.DueAsync(CaseKind.Listing));
        Assert.Empty(await World.NamesOnListsAsync());
    }

    [Fact]
    public async Task Commitment_breached_is_rectified_and_performed()
    {
        var open = await World.OpenAsync(World.Commitment("2026-07-31"));
        Assert.StartsWith("sha256:", open.File.Fact(CaseFacts.TextDigest), StringComparison.Ordinal);
        var accepted = await World.ActAsync(open.Number, CaseStep.Accept, Market, null);
        Assert.Matches("^990100" + "20260610[0-9]{6}$", accepted.File.Fact(CaseFacts.Number)!);
        Assert.Equal(
            [("commitment-due", "subject", new DateOnly(2026, 7, 31)), ("commitment-check", "SCJG", new DateOnly(2026, 8, 28))],
            accepted.File.Running.Select(clock => (clock.Clock, clock.Owner, clock.Due)));

        // The department watches the organisation's deadline, which comes before its own.
        Assert.Equal(
            [("commitment-due", new DateOnly(2026, 7, 31))],
            (await World.DueAsync(CaseKind.Commitment, "SCJG")).Select(row => (row.Clock, row.Due)));
        Assert.Equal("commitment-check", accepted.File.FirstOwn("SCJG")!.Clock);
        Assert.Equal([open.Number], await World.InForceAsync(CaseKind.Commitment, "SCJG", CaseState.Accepted));
        var record = accepted.File.Made!.Id;
        Assert.Equal("open", (await World.StatusAsync(record)).Level);
        Assert.Empty(await World.ShownAsync(RecordRole.Commitment));
        await World.ActAsync(open.Number, CaseStep.Supervise, Market, null);
        World.GoTo(new(2026, 7, 31));
        Assert.Equal(
            ("commitment-not-due", "2026-07-31"), Refused(await World.TryActAsync(open.Number, World.Assess(CaseOutcome.None))));

        World.GoTo(new(2026, 8, 1));
        var score = await World.ScoreAsync();
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Withdraw, Organisation)).Rejection!.Code);
        Assert.Equal("required", (await World.TryActAsync(
            open.Number, World.Assess(CaseOutcome.None) with { Facts = new Dictionary<string, string>() })).Rejection!.Code);
        var breached = await World.ActAsync(open.Number, World.Assess(CaseOutcome.None));
        Assert.Equal((CaseState.Breached, Item.Liability), (breached.File.State, breached.File.Fact(CaseFacts.Consequences)));
        Assert.Equal(("breached", 2), ((await World.StatusAsync(record)).Level, (await World.StatusAsync(record)).Revision));
        Assert.NotEqual(score, await World.ScoreAsync());
        Assert.Equal(["no-notification-commitment"], await World.MeasuresAsync(record));
        Assert.Equal([record], await World.ShownAsync(RecordRole.Commitment));
        var rectifying = await World.ActAsync(open.Number, CaseStep.Rectify, Market, "限期整改");
        Assert.Equal(("commitment-rectify", new DateOnly(2026, 8, 28)),
            (rectifying.File.Running.Single().Clock, rectifying.File.Running.Single().Due));
        Assert.Equal(
            (CaseOutcome.None, breached.File.Reason, breached.File.DecidedOn),
            (rectifying.File.Outcome, rectifying.File.Reason, rectifying.File.DecidedOn));
        Assert.Equal(
            [("commitment-rectify", new DateOnly(2026, 8, 28))],
            (await World.DueAsync(CaseKind.Commitment, "SCJG")).Select(row => (row.Clock, row.Due)));
        Assert.Equal("commitment-not-due", (await World.TryActAsync(open.Number, World.Assess(CaseOutcome.Partial))).Rejection!.Code);
        World.GoTo(new(2026, 8, 20));
        var performed = await World.ActAsync(open.Number, World.Assess(CaseOutcome.Full));
        Assert.Equal((CaseState.Performed, CaseOutcome.Full), (performed.File.State, performed.File.Outcome));
        var content = await World.ContentAsync(performed.File.Made!.Record);
        Assert.All(
            ["notPerformed", "consequences", "legalBasis"],
            (string field) => Assert.False(content.ContainsKey(field), $"{field} of a breach that is rectified"));
        Assert.Equal("performed", (await World.StatusAsync(record)).Level);
        Assert.Empty(await World.MeasuresAsync(record));
        Assert.Empty(await World.ShownAsync(RecordRole.Commitment));
        Assert.Empty(await World.DueAsync(CaseKind.Commitment));
        Assert.Equal([open.Number], await World.InForceAsync(CaseKind.Commitment, "SCJG"));
        var filed = await World.ActAsync(open.Number, CaseStep.Close, Market, "归档");
        Assert.Equal(
            (CaseOutcome.Full, performed.File.Reason, performed.File.DecidedOn),
            (filed.File.Outcome, filed.File.Reason, filed.File.DecidedOn));
        Assert.Empty(await World.InForceAsync(CaseKind.Commitment, "SCJG"));
    }

    [Fact]
    public async Task Commitment_with_another_text_matter_or_body_is_not_signed()
    {
        Assert.Equal(("text-differs", "/text"), Pointed(await World.TryOpenAsync(World.Commitment("2026-07-31", text: Item.Text + "！"))));
        Assert.Equal("unknown-commitment", (await World.TryOpenAsync(World.Commitment("2026-07-31", matter: "无此事项"))).Rejection!.Code);
        Assert.Equal("not-in-code-list", (await World.TryOpenAsync(World.Commitment("2026-07-31", type: "voluntary"))).Rejection!.Code);
        Assert.Equal("unknown-body", (await World.TryOpenAsync(World.Commitment("2026-07-31", body: "GAJ"))).Rejection!.Code);
        Assert.Equal("not-the-deciding-body", (await World.TryOpenAsync(World.Commitment("2026-07-31", body: "SWJ"))).Rejection!.Code);
        Assert.Equal("out-of-range", (await World.TryOpenAsync(World.Commitment("2026-06-10"))).Rejection!.Code);
        Assert.Equal(("calendar-year-missing", "2027"), Refused(await World.TryOpenAsync(World.Commitment("2026-12-20"))));
        Assert.Empty(await World.DueAsync(CaseKind.Commitment));

        // A plan's own name of the type, the title for the id, the organ's code for its source.
        var open = await World.OpenAsync(World.Commitment(
            "2026-07-31", matter: Item.Title.In("zh"), type: "审批替代", body: CaseWorld.Rulebook.Procedures.Bodies["SCJG"].Code));
        await World.ActAsync(open.Number, CaseStep.Accept, Market, null);
        var withdrawn = await World.ActAsync(open.Number, CaseStep.Withdraw, Organisation, null);
        Assert.Equal(CaseState.Withdrawn, withdrawn.File.State);
        Assert.True((await World.StatusAsync(open.Number.ToString())).Withdrawn);
    }

    [Fact]
    public async Task Declaration_counts_once_it_is_verified_and_until_its_end()
    {
        var open = await World.OpenAsync(World.Declaration("ISO 9001认证"));
        Assert.Equal([("declaration-verify", "SCJG", new DateOnly(2026, 6, 25))],
            open.File.Running.Select(clock => (clock.Clock, clock.Owner, clock.Due)));
        await World.ActAsync(open.Number, CaseStep.Accept, Market, null);
        Assert.False(await World.IsPublicAsync(open.Number.ToString()));
        var verified = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Verified, Market));
        Assert.True(await World.IsPublicAsync(open.Number.ToString()));
        World.GoTo(new(2026, 9, 1));
        Assert.Equal(CaseState.Expired, verified.File.StateOn(World.Today));
        Assert.False(await World.IsPublicAsync(open.Number.ToString()));
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Withdraw, Organisation)).Rejection!.Code);
    }

    [Fact]
    public async Task Declaration_refuted_is_a_breach_of_its_truth_commitment()
    {
        Assert.Equal("text-differs", (await World.TryOpenAsync(World.Declaration("A", text: "真实"))).Rejection!.Code);
        Assert.Equal(("not-in-code-list", "/class"), Pointed(await World.TryOpenAsync(World.Declaration("A", declared: "gossip"))));
        Assert.Equal(
            ("declaration-required", "/declaration"),
            Pointed(await World.TryOpenAsync(World.Declaration("A") with { Declaration = false })));
        var open = await World.OpenAsync(World.Declaration("虚构荣誉"));
        Assert.Equal("not-in-code-list", (await World.TryActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market))).Rejection!.Code);
        Assert.Equal(
            "not-the-deciding-body", Refused(await World.TryActAsync(open.Number, World.Decide(CaseOutcome.Refuted, Police))).Code);
        var before = await World.ScoreAsync();
        var refuted = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Refuted, Market));
        Assert.Equal(CaseState.Refuted, refuted.File.State);
        var record = await World.StatusAsync(open.Number.ToString());
        Assert.Equal(("commitment", "breached"), (record.Kind, record.Level));
        Assert.NotEqual(before, await World.ScoreAsync());
        Assert.Empty(await World.DueAsync(CaseKind.Declaration));
    }

    [Fact]
    public async Task Contract_in_breach_stands_in_both_files()
    {
        var other = await World.OtherAsync();
        Assert.Equal("unknown-party", (await World.TryOpenAsync(World.Contract(new(Invented.Code())))).Rejection!.Code);
        Assert.Equal("unknown-party", (await World.TryOpenAsync(World.Contract(World.Subject))).Rejection!.Code);
        var open = await World.OpenAsync(World.Contract(other));
        Assert.Equal((1, 1), (open.File.MirrorWanted, open.File.MirrorDone));
        Assert.Equal("in-performance", (await World.StatusAsync(open.Number.ToString())).Level);
        Assert.Equal("in-performance", await World.LevelInAsync(other, open.Number));
        Assert.Equal("case-open", (await World.TryOpenAsync(World.Contract(other))).Rejection!.Code);
        Assert.Equal([("contract-due", "")], (await World.DueAsync(CaseKind.Contract)).Select(row => (row.Clock, row.Source)));

        var breach = World.Command(CaseStep.Breach, Market) with
        {
            Outcome = CaseOutcome.Breached,
            Facts = new Dictionary<string, string>
            {
                [CaseFacts.BreachParty] = other.Value, [CaseFacts.BreachReason] = "逾期未交付", [CaseFacts.Basis] = "虚构仲裁裁决",
            },
        };
        Assert.Equal("unknown-party", (await World.TryActAsync(open.Number, breach with
        {
            Facts = new Dictionary<string, string>(breach.Facts) { [CaseFacts.BreachParty] = Invented.Code() },
        })).Rejection!.Code);
        World.GoTo(new(2026, 7, 1));
        var breached = await World.ActAsync(open.Number, breach);
        Assert.Equal((CaseState.Breached, 2, 2), (breached.File.State, breached.File.MirrorWanted, breached.File.MirrorDone));
        Assert.Equal("counterparty-breached", (await World.StatusAsync(open.Number.ToString())).Level);
        Assert.Equal("breached", await World.LevelInAsync(other, open.Number));
        var closed = await World.ActAsync(open.Number, CaseStep.Close, Market, "已和解");
        Assert.Equal(CaseState.Closed, closed.File.State);
        Assert.Equal("breached", await World.LevelInAsync(other, open.Number));
        Assert.Empty(await World.DueAsync(CaseKind.Contract));
        Assert.Equal(
            ["submit", "mirror", "breach", "mirror", "close"],
            (await World.Node.Cases.FindAsync(open.Number, Cancellation))!.Steps.Select(step => step.Step));
    }

    [Fact]
    public async Task Correction_of_a_contract_by_an_objection_outlives_its_later_steps()
    {
        var open = await World.OpenAsync(World.Contract(await World.OtherAsync()));
        var objection = await World.OpenAsync(World.Objection(open.Number.ToString()));
        await World.ActAsync(objection.Number, CaseStep.Accept, Platform);
        await World.ActAsync(objection.Number, World.Decide(CaseOutcome.Corrected, null, null, Change("amount", "12.5", "2.5")));
        await World.ActAsync(open.Number, World.Command(CaseStep.Perform, Market));
        var content = await World.ContentAsync(open.File.Made!.Record);
        Assert.Equal(("2.5", "performed"), ((string?)content["amount"], (string?)content["result"]));
    }

    [Theory]
    [InlineData("0001-01-05")]
    [InlineData("1899-12-31")]
    public async Task Contract_due_before_there_were_such_is_refused_by_code(string dueOn)
    {
        var report = World.Contract(await World.OtherAsync());
        var facts = new Dictionary<string, string>(report.Facts) { [CaseFacts.DueOn] = dueOn };
        facts.Remove("signedOn");
        Assert.Equal(("out-of-range", "/dueOn"), Pointed(await World.TryOpenAsync(report with { Facts = facts })));
    }

    [Fact]
    public async Task Contract_due_on_the_last_day_of_the_calendar_is_taken()
    {
        var report = World.Contract(await World.OtherAsync());
        var facts = new Dictionary<string, string>(report.Facts) { [CaseFacts.DueOn] = "9999-12-31" };
        Assert.Null((await World.TryOpenAsync(report with { Facts = facts })).Rejection);
    }

    [Fact]
    public async Task Contract_is_negative_in_breach_alone_and_its_term_does_not_end_the_breach()
    {
        var open = await World.OpenAsync(World.Contract(await World.OtherAsync()));
        var record = open.Number.ToString();
        Assert.Empty(await World.ShownAsync(RecordRole.Negative));
        Assert.False(Repairability.IsRepairable(CaseWorld.Rulebook, await World.StatusAsync(record)));
        await World.ActAsync(open.Number, World.Command(CaseStep.Breach, Market) with
        {
            Outcome = CaseOutcome.Breached,
            Facts = new Dictionary<string, string>
            {
                [CaseFacts.BreachParty] = World.Subject.Value, [CaseFacts.BreachReason] = "逾期未交付", [CaseFacts.Basis] = "虚构仲裁裁决",
            },
        });
        Assert.True(Repairability.IsRepairable(CaseWorld.Rulebook, await World.StatusAsync(record)));
        World.GoTo(new(2027, 7, 1));
        Assert.Equal([record], await World.ShownAsync(RecordRole.Negative));
    }

    [Fact]
    public async Task Due_list_made_anew_from_the_journal_is_the_one_that_the_steps_kept()
    {
        var other = await World.OtherAsync();
        await World.OpenAsync(World.Listing());
        await World.OpenAsync(World.Commitment("2026-07-31"));
        await World.OpenAsync(World.Declaration("A"));
        await World.OpenAsync(World.Contract(other));
        var kept = await RowsAsync();
        Assert.Equal(9, kept.Count);
        foreach (var number in kept.Select(row => row.Case).Distinct())
            await World.Node.Store.Deadlines.ReplaceAsync(number, [], Cancellation);
        await World.Node.Cases.RebuildDeadlinesAsync(Cancellation);
        Assert.Equal(kept, await RowsAsync());
    }

    [Fact]
    public async Task Numbers_of_persons_are_refused_in_every_text_of_every_kind()
    {
        var other = await World.OtherAsync();
        const string Phone = "请联系13800138000";
        Assert.Equal("personal-data", (await World.TryOpenAsync(World.Declaration("A", content: Phone))).Rejection!.Code);
        Assert.Equal("personal-data", (await World.TryOpenAsync(World.Contract(other, note: Phone))).Rejection!.Code);
        Assert.Equal("personal-data", (await World.TryOpenAsync(World.Listing() with { Statement = Phone })).Rejection!.Code);
        var open = await World.OpenAsync(World.Listing());
        await World.ActAsync(open.Number, CaseStep.Notify, Market, null);
        Assert.Equal("personal-data", (await World.TryActAsync(
            open.Number, World.Command(CaseStep.Hear, Organisation) with { Statement = Phone })).Rejection!.Code);
    }

    private static (string? Code, string? Found) Refused(Engine.Cases.CaseResult result) =>
        (result.Rejection?.Code, result.Rejection?.Found);

    private static (string? Code, string? Pointer) Pointed(Engine.Cases.CaseResult result) =>
        (result.Rejection?.Code, result.Rejection?.Pointer);

    private async Task<List<DeadlineRow>> RowsAsync()
    {
        var rows = new List<DeadlineRow>();
        foreach (var kind in CaseProcedure.Kinds)
        {
            rows.AddRange(await World.DueAsync(kind));
            rows.AddRange(await World.DueAsync(kind, "SCJG"));
            rows.AddRange(await World.DueAsync(kind, DeadlineRow.InForce("SCJG")));
        }

        return rows;
    }
}
