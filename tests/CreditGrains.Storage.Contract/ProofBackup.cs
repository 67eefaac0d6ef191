using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>A file of a case and an upload that waits, put into a store before its backup and looked for after its restore.</summary>
public static class ProofBackup
{
    private const string Party = "source:SCJG";
    private static readonly SubjectId Subject = new("91990000TEST000001");
    private static readonly DateTimeOffset At = new(2026, 6, 10, 2, 0, 0, TimeSpan.Zero);
    private static readonly CaseNumber Case = CaseNumber.Parse("YY-20260610-000001")!.Value;
    private static readonly byte[] Named = ProofSamples.Pdf(), Waiting = ProofSamples.Png();

    public static async Task AddAsync(IStore store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        var bounds = new ProofBounds(At.AddDays(-1), 10, 1_000_000);
        foreach (var (content, type) in new[] { (Named, ProofType.Pdf), (Waiting, ProofType.Png) })
        {
            var upload = new StoredProof
            {
                Party = Party, Subject = Subject, Digest = ProofFile.DigestOf(content), Name = "决定书", Type = type, Size = content.Length,
                Actor = "ada", UploadedAt = At,
            };
            Assert.True(await store.Proofs.AddAsync(upload, content, bounds, cancellation));
        }

        Assert.Equal(
            ProofNaming.Done,
            await store.Proofs.NameAsync(Case, Party, Subject, [ProofFile.DigestOf(Named)], At, bounds, cancellation));
    }

    public static async Task AssertThereAsync(IStore store, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        var (proof, content) = await store.Proofs.ReadAsync(Case, ProofFile.DigestOf(Named), cancellation);
        Assert.Equal((ProofType.Pdf, "决定书", At), (proof!.Type, proof.Name, proof.NamedAt));
        Assert.Equal(Named, content);
        var waiting = Assert.Single(await store.Proofs.FindAsync(Party, Subject, [ProofFile.DigestOf(Waiting)], cancellation));
        Assert.Equal(Waiting.Length, waiting.Size);
    }
}
