using System.Net;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Portal.Cases;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Tests;

/// <summary>Proofs (证明材料) in pages: uploaded with a filing or a step by the rules of the interface, and read by parties.</summary>
[Invariant(9)]
public sealed partial class ProofPageTests(PortalFixture portal)
{
    private const string Source = "DEMO";

    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    private static string Objection => $"/portal/organisations/{Own}/objection";

    [Theory]
    [InlineData("zh", "缴款回单.pdf (PDF, 1 KB)", "提交", "本组织")]
    [InlineData("en", "缴款回单.pdf (PDF, 1 KB)", "Submitted", "the organisation")]
    public async Task Objection_with_files_is_checked_filed_and_read_by_its_parties_alone(
        string language, string line, string step, string by)
    {
        using var clerk = await portal.SignedInForAsync("subject", "own-record", language);
        var page = await AskAsync(clerk);
        var (pdf, png) = (ProofSamples.Pdf(), ProofSamples.Png());
        page = await clerk.SendFilesAsync(page, [("缴款回单.pdf", pdf), ("photo.png", png)], ("add", "yes"));
        Assert.Equal(200, page.Status);
        Assert.Contains("photo.png (PNG, 1 KB)", page.Words, StringComparison.Ordinal);
        page = await clerk.SendFilesAsync(page, NoFiles, ("drop", ProofFile.DigestOf(png)));
        Assert.DoesNotContain("photo.png", page.Words, StringComparison.Ordinal);
        Assert.Contains(line, page.Words, StringComparison.Ordinal);

        // Chosen and not uploaded by its own button: taken with the answer all the same.
        page = await clerk.SendFilesAsync(page, [("scan.jpeg", ProofSamples.Jpeg())]);
        page = await clerk.NextAsync(page, ("declared", "yes"));
        foreach (var answer in new[] { line, "scan.jpeg (JPEG, 1 KB)" })
            Assert.Contains(answer, page.Words, StringComparison.Ordinal);
        page = await clerk.NextAsync(page, ("go", "proofs"));
        page = await clerk.SendFilesAsync(page, NoFiles);
        var number = NumberPattern().Match((await clerk.NextAsync(page)).Words).Value;
        Assert.True(number.Length > 0, page.Words);

        var address = $"/portal/cases/{number}/proofs/{ProofFile.DigestOf(pdf)}";
        var seen = await clerk.GetAsync($"/portal/cases/{number}");
        Assert.Matches($"缴款回单.pdf PDF, 1 KB {step} .{{5,20}} {by}", seen.Words);
        using var department = await portal.SignedInForAsync("source", "data-quality", language);
        using var reviewer = await portal.SignedInForAsync("reviewer", "supervision", language);
        foreach (var party in new[] { clerk, department, reviewer })
        {
            Assert.Contains(
                $"href=\"{address}\"", WebUtility.HtmlDecode((await party.GetAsync($"/portal/cases/{number}")).Text),
                StringComparison.Ordinal);
            var sent = await party.GetAsync(address);
            Assert.Equal((200, "application/pdf"), (sent.Status, sent.Type));
            Assert.Equal(pdf, sent.Bytes);
            Assert.StartsWith("attachment", sent.Headers["Content-Disposition"], StringComparison.Ordinal);
            Assert.Equal("nosniff", sent.Headers["X-Content-Type-Options"]);
            Assert.Equal("default-src 'none'; sandbox", sent.Headers["Content-Security-Policy"]);
            Assert.Equal("no-store", sent.Headers["Cache-Control"]);
        }

        // Those who decide have them before them on the page of the step.
        Assert.Contains("缴款回单.pdf", (await reviewer.GetAsync($"/portal/cases/{number}/refer")).Words, StringComparison.Ordinal);
        using var auditor = await portal.SignedInForAsync("auditor", "audit", language);
        var looked = await auditor.GetAsync($"/portal/cases/{number}");
        Assert.Contains(ProofFile.DigestOf(pdf), looked.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("缴款回单", looked.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("/proofs/", looked.Text, StringComparison.Ordinal);
        foreach (var (role, status) in new[] { ("auditor", 403), ("checker", 403), ("policy-author", 403), ("regulator", 404) })
        {
            using var other = await portal.SignedInForAsync(role, language: language);
            Assert.Equal(status, (await other.GetAsync(address)).Status);
        }

        using var anybody = portal.Visitor(language);
        Assert.Equal(303, (await anybody.OneAsync(HttpMethod.Get, address)).Status);
        var unknown = await clerk.GetAsync($"/portal/cases/{number}/proofs/sha256:{new string('0', 64)}");
        Assert.Equal(404, unknown.Status);
        await portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var log = await portal.Server.Engine.Store.AccessLog.ReadAsync(new(Own), null, 1000, PortalFixture.Stop);
        Assert.Equal(
            ["own-record", "data-quality", "supervision"],
            log.Where(look => look.Operation == "portal/proof" && look.Reference == $"{number} {ProofFile.DigestOf(pdf)}")
                .Select(look => look.Purpose).Reverse());
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task File_is_refused_beside_its_field_and_the_others_are_kept(string language)
    {
        using var clerk = await portal.SignedInForAsync("subject", "own-record", language);
        var page = await AskAsync(clerk);
        foreach (var (content, name, zh, en) in new[]
        {
            ("GIF89a"u8.ToArray(), "a.pdf", "文件内容不是 PDF、PNG 或 JPEG 格式", "neither PDF nor PNG nor JPEG"),
            ([], "a.pdf", "文件是空的", "The file is empty"),
            (ProofSamples.Pdf("<< /S /JavaScript >>"), "a.pdf", "PDF 文件含有活动内容", "holds active content"),
            (ProofSamples.PdfOf(["<< >>"], "/Encrypt 9 0 R "), "a.pdf", "已加密", "encrypted"),
            (ProofSamples.Png()[..^3], "a.png", "文件已损坏", "damaged"),
            (new byte[(5 * 1024 * 1024) + 1], "a.pdf", "大小上限。 (5 MB)", "larger than a proof may be. (5 MB)"),
            (ProofSamples.Png(), "13912345678.png", "个人", "persons"),
            (ProofSamples.Png(), new string('a', 101), "100", "100"),
        })
        {
            // Files after it in the same form are taken.
            var told = await clerk.SendFilesAsync(page, [(name, content), ("good.png", ProofSamples.Png(seed: 7))], ("add", "yes"));
            Assert.Equal(422, told.Status);
            Assert.Contains(language == "zh" ? zh : en, told.Words, StringComparison.Ordinal);
            Assert.Contains("href=\"#file\"", told.Text, StringComparison.Ordinal);
            Assert.Contains("aria-describedby=\"file-hint file-error\"", told.Text, StringComparison.Ordinal);
            Assert.Contains("good.png (PNG, 1 KB)", told.Words, StringComparison.Ordinal);
            Assert.StartsWith(language == "zh" ? "错误：" : "Error: ", told.Title, StringComparison.Ordinal);
        }

        var missing = await clerk.SendFilesAsync(page, NoFiles, ("add", "yes"));
        Assert.Contains(
            language == "zh" ? "请先选择文件" : "Choose a file, then choose", missing.Words, StringComparison.Ordinal);
        var many = await clerk.SendFilesAsync(
            page, [.. Enumerable.Range(20, 6).Select(i => ($"n{i}.png", ProofSamples.Png(seed: i)))], ("add", "yes"));
        Assert.Contains(language == "zh" ? "一次最多 5 个文件" : "At most 5 files at a time", many.Words, StringComparison.Ordinal);
        Assert.Contains("n24.png", many.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("n25.png", many.Words, StringComparison.Ordinal);
        Assert.Empty(await FoundAsync(new CaseActor(false, true, null), ProofFile.DigestOf(ProofSamples.Png(seed: 25))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_of_a_gigabyte_is_cut_off_with_a_page_and_bounded_memory(bool saysItsLength)
    {
        using var clerk = await portal.SignedInForAsync("subject", "own-record", "en");
        var page = await AskAsync(clerk);
        var before = GC.GetTotalAllocatedBytes();
        var told = await clerk.SendFilesAsync(
            page, [("huge.pdf", new StreamContent(new EndlessStream(1L << 30, saysItsLength)))], ("add", "yes"));
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.Equal(413, told.Status);
        Assert.Contains("larger than a proof may be", told.Words, StringComparison.Ordinal);
        Assert.Contains("The upload was cut off there", told.Words, StringComparison.Ordinal);
        Assert.Contains("value=\"written at length\"", told.Text, StringComparison.Ordinal);
        Assert.True(allocated < 256L << 20, $"{allocated >> 20} MiB for a gigabyte");
    }

    [Fact]
    public async Task Digest_put_in_by_hand_shows_nothing_and_files_nothing()
    {
        var (theirs, other) = (ProofSamples.Png(seed: 31), new SubjectId(Invented.Code()));
        await portal.FeedAsync(Source, Invented.Registration(other.Value), Invented.Penalty(other.Value, "他证1号"));
        var elsewhere = ProofSamples.Png(seed: 32);
        var engine = portal.Server.Engine;
        await engine.Proofs.AddAsync(
            new(Own), new CaseActor(false, false, Source), "theirs.png", theirs, "x", PortalFixture.Stop);
        await engine.Proofs.AddAsync(
            other, new CaseActor(false, true, null), "elsewhere.png", elsewhere, "x", PortalFixture.Stop);
        var filed = await engine.Cases.OpenAsync(
            other,
            new CaseCommand
            {
                Step = CaseStep.Submit, Kind = CaseKind.Objection, Actor = new CaseActor(false, true, null),
                Operation = CaseOperation.New(),
                Records = [new(new SourceId(Source), "他证1号")], Grounds = "error", Statement = "虚构的陈述", Declaration = true,
                Proofs = [ProofFile.DigestOf(elsewhere)],
            },
            "x", PortalFixture.Stop);
        Assert.True(filed.Case is not null, $"{filed.Rejection}");
        using var clerk = await portal.SignedInForAsync("subject", "own-record", "en");
        var page = await AskAsync(clerk);
        foreach (var digest in new[]
        {
            ProofFile.DigestOf(theirs), ProofFile.DigestOf(elsewhere), "sha256:" + new string('0', 64),
        })
        {
            var told = await clerk.NextAsync(page, ("proofs", digest), ("add", "yes"));
            Assert.DoesNotContain(".png", told.Words.Split("Choose files")[0], StringComparison.Ordinal);
            var check = await clerk.NextAsync(await clerk.NextAsync(page, ("proofs", digest)), ("declared", "yes"));
            Assert.Equal(422, check.Status);
            Assert.Contains("A file is not there any more", check.Words, StringComparison.Ordinal);
            Assert.DoesNotContain(digest, check.Text, StringComparison.Ordinal);
            var send = await clerk.NextAsync(check, ("proofs", digest), ("page", "check"), ("declared", "yes"));
            Assert.Contains("A file is not there any more", send.Words, StringComparison.Ordinal);
        }

        // No digest at all counts for nothing; of the file of another's case there is no way either.
        Assert.Equal(200, (await clerk.NextAsync(page, ("proofs", "../../etc"))).Status);
        Assert.Equal(
            404, (await clerk.GetAsync($"/portal/cases/{filed.Case.Number}/proofs/{ProofFile.DigestOf(elsewhere)}")).Status);
    }

    [Theory]
    [InlineData("zh", "您选择的文件没有上传", "文件没有上传，请重新选择")]
    [InlineData("en", "The files that you had chosen were neither taken nor kept", "The files were not taken")]
    public async Task Session_that_ends_keeps_what_was_typed_and_says_that_files_are_chosen_again(
        string language, string ended, string stale)
    {
        using var clerk = await portal.SignedInForAsync("subject", "own-record", language);
        var page = await AskAsync(clerk);
        page = await clerk.SendFilesAsync(page, [("before.png", ProofSamples.Png(seed: 41))], ("add", "yes"));
        clerk.LoseSession();
        var lost = await clerk.SendFilesAsync(page, [("after.png", ProofSamples.Png(seed: 42))]);
        Assert.Equal(401, lost.Status);
        Assert.Contains(ended, lost.Words, StringComparison.Ordinal);
        Assert.Contains("written at length", lost.Text, StringComparison.Ordinal);
        await clerk.SignInAsync("dev-subject");
        await clerk.GivePurposeAsync("own-record");
        var shown = await clerk.SubmitAsync(lost, Objection);
        Assert.Equal(422, shown.Status);
        Assert.Contains("before.png", shown.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("after.png", shown.Words, StringComparison.Ordinal);
        Assert.Contains("value=\"written at length\"", shown.Text, StringComparison.Ordinal);
        Assert.Empty(await FoundAsync(new CaseActor(false, true, null), ProofFile.DigestOf(ProofSamples.Png(seed: 42))));

        // Without a session there was nothing to send again where no file had been chosen.
        clerk.LoseSession();
        Assert.DoesNotContain(ended, (await clerk.SendFilesAsync(shown, NoFiles)).Words, StringComparison.Ordinal);
        await clerk.SignInAsync("dev-subject");
        await clerk.GivePurposeAsync("own-record");

        // A form whose token is not of this session is not carried out, files and all.
        var foreign = page with { Text = TokenPattern().Replace(page.Text, "name=\"__token\" value=\"stale\"") };
        var old = await clerk.SendFilesAsync(foreign, [("old.png", ProofSamples.Png(seed: 43))], ("add", "yes"));
        Assert.Equal(422, old.Status);
        Assert.Contains(stale, old.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("old.png", old.Words, StringComparison.Ordinal);
        Assert.Empty(await FoundAsync(new CaseActor(false, true, null), ProofFile.DigestOf(ProofSamples.Png(seed: 43))));
    }

    [Fact]
    public async Task Step_comes_with_files_and_adding_them_keeps_what_was_typed()
    {
        using var clerk = await portal.SignedInForAsync("subject", "own-record", "en");
        var page = await AskAsync(clerk);
        var receipt = ProofSamples.Png(seed: 51);
        page = await clerk.SendFilesAsync(page, [("receipt.png", receipt)]);
        page = await clerk.NextAsync(page, ("declared", "yes"));
        var number = NumberPattern().Match((await clerk.NextAsync(page)).Words).Value;
        using var officer = await portal.SignedInForAsync("operator", "supervision", "en");
        var refer = await officer.GetAsync($"/portal/cases/{number}/refer");
        Assert.DoesNotContain("type=\"file\"", refer.Text, StringComparison.Ordinal);
        using (var form = new MultipartFormDataContent { { new StringContent("x"), "reason" } })
            Assert.Equal(415, (await officer.OneAsync(HttpMethod.Post, $"/portal/cases/{number}/refer", form)).Status);
        await officer.TakeStepAsync(number, "refer", ("reason", "please look"));

        using var department = await portal.SignedInForAsync("source", "data-quality", "en");
        var answer = await department.GetAsync($"/portal/cases/{number}/answer");
        Assert.Contains("receipt.png", answer.Words, StringComparison.Ordinal);
        var added = await department.SendFilesAsync(
            answer, [("decision.pdf", ProofSamples.Pdf())], ("upheld", "no"), ("reason", "as decided"), ("add", "yes"));
        Assert.Equal(200, added.Status);
        Assert.Contains("decision.pdf (PDF, 1 KB)", added.Words, StringComparison.Ordinal);
        Assert.Contains(">as decided</textarea>", added.Text, StringComparison.Ordinal);
        Assert.Matches("value=\"no\" checked", added.Text);

        // A mistake in the rest keeps the files; a file that the case has already is refused at the field.
        var silent = await department.SendFilesAsync(added, NoFiles, ("reason", "as decided"));
        Assert.Contains("href=\"#upheld-yes\"", silent.Text, StringComparison.Ordinal);
        Assert.Contains("decision.pdf (PDF, 1 KB)", silent.Words, StringComparison.Ordinal);
        var twice = await department.SendFilesAsync(added, [("again.png", receipt)], ("upheld", "no"), ("reason", "as decided"));
        Assert.Equal(422, twice.Status);
        Assert.Contains("The case has this proof already", twice.Words, StringComparison.Ordinal);
        Assert.Contains("href=\"#file\"", twice.Text, StringComparison.Ordinal);
        twice = await department.SendFilesAsync(
            twice, NoFiles, ("upheld", "no"), ("reason", "as decided"), ("drop", ProofFile.DigestOf(receipt)));
        var second = await department.GetAsync($"/portal/cases/{number}/answer");
        var done = await department.SendFilesAsync(twice, NoFiles, ("upheld", "no"), ("reason", "as decided"));
        Assert.Contains("govuk-notification-banner", done.Text, StringComparison.Ordinal);
        Assert.Matches("decision.pdf PDF, 1 KB Answered by the source", (await clerk.GetAsync($"/portal/cases/{number}")).Words);

        // The case has moved on: nothing is taken any more, and what was typed is shown.
        var late = await department.SendFilesAsync(
            second, [("late.png", ProofSamples.Png(seed: 52))], ("upheld", "no"), ("reason", "typed for nothing"));
        Assert.Equal(409, late.Status);
        Assert.Contains("typed for nothing", late.Words, StringComparison.Ordinal);
        Assert.Empty(await FoundAsync(new CaseActor(false, false, Source), ProofFile.DigestOf(ProofSamples.Png(seed: 52))));
    }

    private static IReadOnlyList<(string Name, byte[] Content)> NoFiles => [];

    private Task<IReadOnlyList<Engine.Storage.StoredProof>> FoundAsync(CaseActor actor, string digest) =>
        portal.Server.Engine.Store.Proofs.FindAsync(
            ProofParty.Of(actor, new(Own)), new(Own), [digest], PortalFixture.Stop);

    /// <summary>An objection to a new entry, up to the page that asks for files.</summary>
    private async Task<PageAnswer> AskAsync(Visitor clerk)
    {
        var record = $"证页{Guid.NewGuid():N}"[..12];
        await portal.FeedAsync(Source, Invented.Penalty(Own, record));
        var page = await clerk.GetAsync(Objection);
        page = await clerk.NextAsync(page, ("records", $"{Source}/{Uri.EscapeDataString(record)}"));
        page = await clerk.NextAsync(page, ("grounds", "error"));
        page = await clerk.NextAsync(page, ("statement", "written at length"));
        page = await clerk.NextAsync(page);
        Assert.Contains("type=\"file\"", page.Text, StringComparison.Ordinal);
        return page;
    }

    [GeneratedRegex("name=\"__token\" value=\"[^\"]*\"")]
    private static partial Regex TokenPattern();

    [GeneratedRegex("YY-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();
}
