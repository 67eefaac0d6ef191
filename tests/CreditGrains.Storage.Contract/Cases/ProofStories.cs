using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Retention;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>Proofs from upload to destruction, with the steps of cases that name them, on a store.</summary>
public abstract class ProofStories(IStoreHost host) : CaseContract(host)
{
    [Fact]
    public async Task Proofs_of_both_parties_stay_with_their_case_through_a_kill()
    {
        await World.PenaltyAsync("P-1", "2026-06-01");
        var (pdf, png) = (ProofSamples.Pdf(), ProofSamples.Png());
        var (receipt, photo) = (await UploadAsync(Organisation, "缴款回单.pdf", pdf), await UploadAsync(Organisation, "照片.png", png));
        var open = await World.OpenAsync(World.Objection("P-1") with { Proofs = [receipt, photo] });
        Assert.Equal(
            [
                new CaseProof(receipt, "缴款回单.pdf", ProofType.Pdf, pdf.Length, CaseStep.Submit, World.Today, CaseRoles.Subject),
                new CaseProof(photo, "照片.png", ProofType.Png, png.Length, CaseStep.Submit, World.Today, CaseRoles.Subject),
            ],
            open.File.Proofs);

        await World.ActAsync(open.Number, CaseStep.Refer, Platform);
        var decision = await UploadAsync(Market, "决定书.jpg", ProofSamples.Jpeg());
        await World.ActAsync(
            open.Number, World.Command(CaseStep.Answer, Market) with { Upheld = false, Reason = "记载无误", Proofs = [decision] });
        await KillAndReopenAsync();
        Time.Now += TimeSpan.FromDays(3);
        while (await Engine.Proofs.SweepAsync(Cancellation))
        {
            // To the end.
        }

        var found = (await Engine.Cases.FindAsync(open.Number, Cancellation))!;
        Assert.Equal([receipt, photo, decision], found.File.Proofs.Select(proof => proof.Digest));
        Assert.Equal((CaseStep.Answer, CaseRoles.Source), (found.File.Proofs[2].Step, found.File.Proofs[2].Role));
        Assert.Equal(pdf, (await Engine.Proofs.FindAsync(found, receipt, Cancellation))!.Content);
        Assert.Equal(ProofSamples.Jpeg(), (await Engine.Proofs.FindAsync(found, decision, Cancellation))!.Content);
        Assert.Null(await Engine.Proofs.FindAsync(found, ProofFile.DigestOf("x"u8), Cancellation));
        Assert.Empty(await Engine.Store.Proofs.UnsettledAsync(Time.Now, 10, Cancellation));
    }

    [Fact]
    public async Task Step_that_is_refused_for_its_proofs_leaves_everything_unchanged()
    {
        await World.PenaltyAsync("Q-1", "2026-06-01");
        var own = await UploadAsync(Organisation, "a.png", ProofSamples.Png());
        var theirs = await UploadAsync(Market, "b.png", ProofSamples.Png(seed: 1));
        Assert.Equal(("unknown-proof", "/proofs/1"), await RefusedAsync(own, theirs));
        Assert.Equal(("unknown-proof", "/proofs/0"), await RefusedAsync("sha256:none"));
        Assert.Equal(("proof-named-twice", "/proofs/1"), await RefusedAsync(own, own));
        Assert.Equal(("proof-limit", "/proofs"), await RefusedAsync([.. Enumerable.Repeat(own, 6)]));
        Assert.Empty(await World.DueAsync(CaseKind.Objection));

        var open = await World.OpenAsync(World.Objection("Q-1") with { Proofs = [own] });
        var accept = World.Command(CaseStep.Accept, Platform) with { Proofs = [own] };
        Assert.Equal("proof-not-taken", (await World.TryActAsync(open.Number, accept)).Rejection?.Code);
        await World.ActAsync(open.Number, CaseStep.Refer, Platform);
        var twice = World.Command(CaseStep.Answer, Market) with
        {
            Upheld = true, Reason = "属实", Proofs = [await UploadAsync(Market, "同一文件.png", ProofSamples.Png())],
        };
        Assert.Equal("proof-named-twice", (await World.TryActAsync(open.Number, twice)).Rejection?.Code);

        // A day later the upload is gone.
        Time.Now += TimeSpan.FromHours(25);
        await Engine.Proofs.SweepAsync(Cancellation);
        await World.PenaltyAsync("Q-2", "2026-06-01");
        var late = World.Objection("Q-2") with { Proofs = [own] };
        Assert.Equal("unknown-proof", (await World.TryOpenAsync(late)).Rejection?.Code);

        async Task<(string?, string?)> RefusedAsync(params string[] digests)
        {
            var result = await World.TryOpenAsync(World.Objection("Q-1") with { Proofs = digests });
            return (result.Rejection?.Code, result.Rejection?.Pointer);
        }
    }

    [Fact]
    public async Task Step_sent_again_has_its_proofs_once()
    {
        await World.PenaltyAsync("R-1", "2026-06-01");
        var digest = await UploadAsync(Organisation, "a.png", ProofSamples.Png());
        var command = World.Objection("R-1") with { Proofs = [digest] };
        var open = await World.OpenAsync(command);
        Assert.Equal(open.Number, (await World.OpenAsync(command)).Number);
        Assert.Single((await Engine.Cases.FindAsync(open.Number, Cancellation))!.File.Proofs);
    }

    [Fact]
    public async Task File_that_was_copied_for_a_step_that_never_came_is_swept_after_a_day()
    {
        await World.PenaltyAsync("S-1", "2026-06-01");
        var digest = await UploadAsync(Organisation, "a.png", ProofSamples.Png());
        var open = await World.OpenAsync(World.Objection("S-1"));
        var unopened = open.Number with { Serial = (open.Number.Serial + 1) % CaseNumber.SerialsMax };
        var party = ProofParty.Of(Organisation, World.Subject);
        foreach (var number in new[] { open.Number, unopened })
        {
            await Engine.Store.Proofs.NameAsync(
                number, party, World.Subject, [digest], Time.Now, Options.Proofs.BoundsOf(party, Time.Now), Cancellation);
        }

        Time.Now += TimeSpan.FromHours(23);
        await Engine.Proofs.SweepAsync(Cancellation);
        Assert.NotNull((await Engine.Store.Proofs.ReadAsync(unopened, digest, Cancellation)).Proof);
        Time.Now += TimeSpan.FromHours(2);
        await Engine.Proofs.SweepAsync(Cancellation);
        foreach (var number in new[] { open.Number, unopened })
            Assert.Null((await Engine.Store.Proofs.ReadAsync(number, digest, Cancellation)).Proof);
        Assert.Empty(await Engine.Store.Proofs.FindAsync(party, World.Subject, [digest], Cancellation));
    }

    [Fact]
    public async Task Upload_is_refused_by_name_and_beyond_the_day()
    {
        Assert.Equal("proof-type", await CodeAsync("a.pdf", "no pdf"u8.ToArray()));
        Assert.Equal("personal-data", await CodeAsync("身份证11010519491231002X.png", ProofSamples.Png()));
        Assert.Equal("required", await CodeAsync("", ProofSamples.Png()));
        var unknown = await Engine.Proofs.AddAsync(new(Invented.Code()), Organisation, "a.png", ProofSamples.Png(), "x", Cancellation);
        Assert.Equal("unknown-subject", unknown.Rejection?.Code);
        for (var i = 0; i < Options.Proofs.OrganisationFilesMax; i++)
            Assert.Null(await CodeAsync("a.png", ProofSamples.Png(seed: i)));
        Assert.Equal("proof-day-limit", await CodeAsync("a.png", ProofSamples.Png(seed: 200)));
        Assert.Null(await CodeAsync("a.png", ProofSamples.Png(seed: 1)));
        Time.Now += TimeSpan.FromHours(25);
        Assert.Null(await CodeAsync("a.png", ProofSamples.Png(seed: 200)));

        async Task<string?> CodeAsync(string name, byte[] content) =>
            (await Engine.Proofs.AddAsync(World.Subject, Organisation, name, content, "x", Cancellation)).Rejection?.Code;
    }

    [Fact]
    public async Task Proofs_go_with_the_record_of_their_case_and_years_after_its_end()
    {
        await World.PenaltyAsync("T-1", "2022-01-05");
        await World.PenaltyAsync("T-2", "2026-06-01");
        var digest = await UploadAsync(Organisation, "a.png", ProofSamples.Png());
        var (old, young, open) = (await RejectedAsync("T-1"), await RejectedAsync("T-2"), await World.OpenAsync(
            World.Declaration("虚构资质") with { Proofs = [digest] }));
        World.GoTo(new DateOnly(2027, 1, 6));
        Assert.Equal(1, (await RunAsync()).Progress.Proofs);
        Assert.Equal("destroyed, kept, kept", await DestroyedAsync(old, young, open.Number));

        // The case keeps what it says of the file.
        Assert.Equal(digest, Assert.Single((await Engine.Cases.FindAsync(old, Cancellation))!.File.Proofs).Digest);

        // Nothing of the second case's record is due before June 2031, as is the case itself.
        World.GoTo(new DateOnly(2031, 5, 31));
        await RunAsync();
        Assert.Equal("destroyed, kept, kept", await DestroyedAsync(old, young, open.Number));
        World.GoTo(new DateOnly(2031, 6, 10));
        await KillAndReopenAsync();
        await RunAsync();
        Assert.Equal("destroyed, destroyed, kept", await DestroyedAsync(old, young, open.Number));

        async Task<CaseNumber> RejectedAsync(string id)
        {
            var filed = await World.OpenAsync(World.Objection(id) with { Proofs = [digest] });
            await World.ActAsync(filed.Number, CaseStep.Accept, Platform);
            await World.ActAsync(filed.Number, World.Decide(CaseOutcome.Rejected));
            return filed.Number;
        }

        async Task<string> DestroyedAsync(params CaseNumber[] numbers)
        {
            var destroyed = new List<string>();
            foreach (var number in numbers)
            {
                var found = (await Engine.Cases.FindAsync(number, Cancellation))!;
                destroyed.Add((await Engine.Proofs.FindAsync(found, digest, Cancellation))!.Content is null ? "destroyed" : "kept");
            }

            return string.Join(", ", destroyed);
        }
    }

    private async Task<string> UploadAsync(CaseActor place, string name, byte[] content)
    {
        var result = await Engine.Proofs.AddAsync(World.Subject, place, name, content, "someone", Cancellation);
        Assert.Null(result.Rejection);
        return result.Upload!.Digest;
    }

    private async Task<RetentionRun> RunAsync()
    {
        var day = $"{World.Today:yyyyMMdd}";
        await Engine.Retention.CountAsync("count-" + day, "ada", "monthly", Cancellation);
        await Engine.Retention.Jobs.WaitAsync("count-" + day);
        var counted = (await Engine.Retention.Jobs.FindAsync("count-" + day, Cancellation))!;
        Assert.Equal(JobState.Finished, counted.State);
        await Engine.Retention.CarryOutAsync("run-" + day, counted, "bob", "monthly", Cancellation);
        await Engine.Retention.Jobs.WaitAsync("run-" + day);
        var run = (await Engine.Retention.Jobs.FindAsync("run-" + day, Cancellation))!;
        Assert.Equal(JobState.Finished, run.State);

        // Files that go with records that are due are counted before, though their records are not destroyed yet.
        Assert.Equal(run.Progress.Proofs, counted.Progress.Proofs);
        return run;
    }
}
