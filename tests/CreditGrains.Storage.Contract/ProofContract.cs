using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IProofStore"/>.</summary>
public abstract class ProofContract(IStoreHost host) : StoreContract(host)
{
    private const string Party = "subject:91990000TEST000001";
    private static readonly SubjectId Organisation = new("91990000TEST000001"), Other = new("91990000TEST000002");
    private static readonly DateTimeOffset At = new(2026, 6, 10, 2, 0, 0, TimeSpan.Zero);
    private static readonly ProofBounds Wide = new(At.AddDays(-1), 100, 1_000_000_000);
    private static readonly CaseNumber Case = CaseNumber.Parse("YY-20260610-000001")!.Value;
    private static readonly CaseNumber Next = CaseNumber.Parse("XF-20260610-000002")!.Value;

    [Fact]
    public async Task Upload_is_found_by_its_party_and_organisation_alone_and_survives_a_kill()
    {
        var upload = Upload(1);
        Assert.True(await Store.Proofs.AddAsync(upload, Content(1), Wide, Cancellation));
        await ReopenAfterKillAsync();
        Assert.Equal([upload], await FindAsync(Party, Organisation, 1, 2));
        Assert.Empty(await FindAsync("source:SCJG", Organisation, 1));
        Assert.Empty(await FindAsync(Party, Other, 1));

        // The same content again is the same upload, under its new name.
        var again = upload with { Name = "另一名称.pdf", Actor = "bob", UploadedAt = At.AddHours(1) };
        Assert.True(await Store.Proofs.AddAsync(again, Content(1), Wide, Cancellation));
        Assert.Equal([again], await FindAsync(Party, Organisation, 1));
    }

    [Fact]
    public async Task File_of_a_case_is_whole_and_outlives_its_upload_and_a_kill()
    {
        var large = new byte[5 * 1024 * 1024];
        new Random(1).NextBytes(large);
        await Store.Proofs.AddAsync(Upload(1) with { Size = large.Length }, large, Wide, Cancellation);
        Assert.Equal(ProofNaming.Done, await NameAsync(Case, At.AddMinutes(1), 1));
        Assert.Equal(1, await Store.Proofs.TrimAsync(At.AddDays(1), 10, Cancellation));
        await ReopenAfterKillAsync();
        var (proof, content) = await Store.Proofs.ReadAsync(Case, Digest(1), Cancellation);
        Assert.Equal(Upload(1) with { Size = large.Length, Case = Case, NamedAt = At.AddMinutes(1) }, proof);
        Assert.Equal(large, content);
        Assert.Equal((null, null), await Store.Proofs.ReadAsync(Next, Digest(1), Cancellation));
        Assert.Equal((null, null), await Store.Proofs.ReadAsync(Case, Digest(2), Cancellation));
    }

    [Fact]
    public async Task Missing_upload_leaves_the_case_without_all_of_them()
    {
        await AddAsync(1);
        Assert.Equal(ProofNaming.Missing, await NameAsync(Case, At, 1, 2));
        Assert.Equal((null, null), await Store.Proofs.ReadAsync(Case, Digest(1), Cancellation));

        // One upload serves two cases, and each has its own.
        Assert.Equal(ProofNaming.Done, await NameAsync(Case, At, 1));
        Assert.Equal(ProofNaming.Done, await NameAsync(Next, At, 1));
        Assert.Equal(1, await Store.Proofs.DestroyAsync([Case], Cancellation));
        Assert.Null((await Store.Proofs.ReadAsync(Case, Digest(1), Cancellation)).Content);
        Assert.Equal(Content(1), (await Store.Proofs.ReadAsync(Next, Digest(1), Cancellation)).Content);
    }

    [Fact]
    public async Task Bounds_of_a_day_hold_for_uploads_and_for_what_is_named()
    {
        var narrow = new ProofBounds(At.AddDays(-1), 3, 250);
        Assert.True(await Store.Proofs.AddAsync(Upload(1) with { UploadedAt = At.AddDays(-2) }, Content(1), narrow, Cancellation));
        Assert.True(await Store.Proofs.AddAsync(Upload(2), Content(2), narrow, Cancellation));
        Assert.True(await Store.Proofs.AddAsync(Upload(3), Content(3), narrow, Cancellation));
        Assert.False(await Store.Proofs.AddAsync(Upload(4), Content(4), narrow, Cancellation));
        Assert.True(await Store.Proofs.AddAsync(Upload(3), Content(3), narrow, Cancellation));
        Assert.False(await Store.Proofs.AddAsync(
            Upload(4) with { Size = 10 }, Content(4), narrow with { FilesMax = 2 }, Cancellation));
        Assert.True(await Store.Proofs.AddAsync(
            Upload(5) with { Party = "source:SCJG" }, Content(5), narrow, Cancellation));
        Assert.Empty(await FindAsync(Party, Organisation, 4));

        Assert.Equal(ProofNaming.Done, await NameAsync(Case, At, narrow, 1, 2));
        Assert.Equal(ProofNaming.BeyondBounds, await NameAsync(Next, At, narrow, 3));
        Assert.Equal(ProofNaming.Done, await NameAsync(Next, At.AddDays(2), narrow with { Since = At.AddDays(1) }, 3));

        // A settled file no longer counts: the journal bears it.
        foreach (var proof in await Store.Proofs.UnsettledAsync(At.AddDays(1), 10, Cancellation))
            await Store.Proofs.SettleAsync(proof, true, Cancellation);
        Assert.Equal(ProofNaming.Done, await NameAsync(Next, At.AddDays(2), narrow, 1));
    }

    [Fact]
    public async Task Unsettled_files_are_kept_or_deleted_unless_they_were_named_again()
    {
        await AddAsync(1, 2, 3);
        await NameAsync(Case, At, 1, 2, 3);
        Assert.Empty(await Store.Proofs.UnsettledAsync(At, 10, Cancellation));
        Assert.Single(await Store.Proofs.UnsettledAsync(At.AddTicks(1), 1, Cancellation));
        var unsettled = await Store.Proofs.UnsettledAsync(At.AddTicks(1), 10, Cancellation);
        Assert.Equal([1, 2, 3], unsettled.Select(proof => int.Parse(proof.Digest[^1..])).Order());
        var (first, second, third) = (Of(unsettled, 1), Of(unsettled, 2), Of(unsettled, 3));
        await Store.Proofs.SettleAsync(first, true, Cancellation);
        await Store.Proofs.SettleAsync(second, false, Cancellation);
        await NameAsync(Case, At.AddHours(1), 3);
        await Store.Proofs.SettleAsync(third, false, Cancellation);
        await ReopenAfterKillAsync();
        Assert.NotNull((await Store.Proofs.ReadAsync(Case, Digest(1), Cancellation)).Content);
        Assert.Null((await Store.Proofs.ReadAsync(Case, Digest(2), Cancellation)).Proof);
        Assert.NotNull((await Store.Proofs.ReadAsync(Case, Digest(3), Cancellation)).Content);
        Assert.Equal(Digest(3), Assert.Single(await Store.Proofs.UnsettledAsync(At.AddDays(1), 10, Cancellation)).Digest);

        // A settled file stays, also when it is named again and found unnamed by a sweep of before.
        await NameAsync(Case, At.AddHours(2), 1);
        await Store.Proofs.SettleAsync(first, false, Cancellation);
        Assert.NotNull((await Store.Proofs.ReadAsync(Case, Digest(1), Cancellation)).Content);
    }

    [Fact]
    public async Task Destroyed_content_leaves_digest_and_size_and_its_case_is_passed_no_more()
    {
        await AddAsync(1, 2, 3);
        await NameAsync(Case, At, 1, 2);
        await NameAsync(Next, At, 3);
        Assert.Equal([Next, Case], await Store.Proofs.CasesAsync(null, 10, Cancellation));
        Assert.Equal([Next], await Store.Proofs.CasesAsync(null, 1, Cancellation));
        Assert.Equal([Case], await Store.Proofs.CasesAsync(Next, 10, Cancellation));
        Assert.Equal(0, await Store.Proofs.DestroyAsync([], Cancellation));
        Assert.Equal(2, await Store.Proofs.DestroyAsync([Case], Cancellation));
        Assert.Equal(0, await Store.Proofs.DestroyAsync([Case], Cancellation));
        await ReopenAfterKillAsync();
        var (proof, content) = await Store.Proofs.ReadAsync(Case, Digest(1), Cancellation);
        Assert.Equal((Digest(1), 100, (byte[]?)null), (proof!.Digest, proof.Size, content));
        Assert.Equal([Next], await Store.Proofs.CasesAsync(null, 10, Cancellation));
    }

    [Fact]
    public async Task Old_uploads_are_deleted_the_oldest_first_and_so_many_at_once()
    {
        for (var i = 0; i < 5; i++)
            await Store.Proofs.AddAsync(Upload(i) with { UploadedAt = At.AddHours(-i) }, Content(i), Wide, Cancellation);
        Assert.Equal(2, await Store.Proofs.TrimAsync(At, 2, Cancellation));
        Assert.Equal([0, 1, 2], (await FindAsync(Party, Organisation, 0, 1, 2, 3, 4)).Select(each => int.Parse(each.Digest[^1..])).Order());
        Assert.Equal(2, await Store.Proofs.TrimAsync(At, 10, Cancellation));
        Assert.Single(await FindAsync(Party, Organisation, 0, 1, 2, 3, 4));
    }

    private static StoredProof Of(IEnumerable<StoredProof> proofs, int number) => proofs.Single(proof => proof.Digest == Digest(number));

    private static string Digest(int number) => "sha256:" + number.ToString("D64", System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Content(int number) => [.. Enumerable.Repeat((byte)number, 100)];

    private static StoredProof Upload(int number) => new()
    {
        Party = Party, Subject = Organisation, Digest = Digest(number), Name = $"材料{number}.pdf", Type = ProofType.Pdf, Size = 100,
        Actor = "ada", UploadedAt = At,
    };

    private async Task AddAsync(params int[] numbers)
    {
        foreach (var number in numbers)
            Assert.True(await Store.Proofs.AddAsync(Upload(number), Content(number), Wide, Cancellation));
    }

    private Task<IReadOnlyList<StoredProof>> FindAsync(string party, SubjectId subject, params int[] numbers) =>
        Store.Proofs.FindAsync(party, subject, [.. numbers.Select(Digest)], Cancellation);

    private Task<ProofNaming> NameAsync(CaseNumber number, DateTimeOffset at, params int[] numbers) =>
        NameAsync(number, at, Wide, numbers);

    private Task<ProofNaming> NameAsync(CaseNumber number, DateTimeOffset at, ProofBounds bounds, params int[] numbers) =>
        Store.Proofs.NameAsync(number, Party, Organisation, [.. numbers.Select(Digest)], at, bounds, Cancellation);
}
