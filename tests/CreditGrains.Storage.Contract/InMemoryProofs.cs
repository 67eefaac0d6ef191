using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Files of proofs of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryProofs(InMemoryStore store, InMemoryData data) : IProofStore
{
    public Task<bool> AddAsync(
        StoredProof upload, ReadOnlyMemory<byte> content, ProofBounds bounds, CancellationToken cancellation) => store.WriteAsync(
            "Proofs.Add",
            () =>
            {
                var key = (upload.Party, upload.Subject, upload.Digest);
                var others = data.ProofUploads.Where(each => each.Key != key && each.Key.Party == upload.Party)
                    .Select(each => each.Value.Proof).Where(each => each.UploadedAt > bounds.Since).ToList();
                if (!bounds.Allows(others.Count + 1, others.Sum(each => (long)each.Size) + upload.Size))
                    return false;
                data.ProofUploads[key] = (upload, content.ToArray());
                return true;
            },
            cancellation);

    public Task<IReadOnlyList<StoredProof>> FindAsync(
        string party, SubjectId subject, IReadOnlyList<string> digests, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<StoredProof>>("Proofs.Find", () => Uploads(party, subject, digests), cancellation);

    public Task<ProofNaming> NameAsync(
        CaseNumber number, string party, SubjectId subject, IReadOnlyList<string> digests, DateTimeOffset at, ProofBounds bounds,
        CancellationToken cancellation) => store.WriteAsync(
            "Proofs.Name",
            () =>
            {
                var uploads = Uploads(party, subject, digests);
                if (uploads.Count < digests.Count)
                    return ProofNaming.Missing;
                var others = data.Proofs.Values
                    .Where(each => each.Proof.Party == party && !each.IsSettled && each.Proof.NamedAt > bounds.Since).ToList();
                if (!bounds.Allows(
                    others.Count + uploads.Count, others.Sum(each => (long)each.Proof.Size) + uploads.Sum(each => (long)each.Size)))
                    return ProofNaming.BeyondBounds;
                foreach (var upload in uploads)
                {
                    var key = (number.ToString(), upload.Digest);
                    if (!data.Proofs.TryGetValue(key, out var known))
                    {
                        known = (upload with { Case = number }, false, data.ProofUploads[(party, subject, upload.Digest)].Content);
                    }

                    if (!known.IsSettled)
                        data.Proofs[key] = known with { Proof = known.Proof with { NamedAt = at } };
                }

                return ProofNaming.Done;
            },
            cancellation);

    public Task<(StoredProof? Proof, byte[]? Content)> ReadAsync(CaseNumber number, string digest, CancellationToken cancellation) =>
        store.ReadAsync<(StoredProof?, byte[]?)>(
            "Proofs.Read",
            () => data.Proofs.TryGetValue((number.ToString(), digest), out var found) ? (found.Proof, found.Content) : default,
            cancellation);

    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => store.WriteAsync(
        "Proofs.Trim",
        () =>
        {
            var old = data.ProofUploads.Where(each => each.Value.Proof.UploadedAt < before).OrderBy(each => each.Value.Proof.UploadedAt)
                .Take(limit).ToList();
            foreach (var (key, _) in old)
                data.ProofUploads.Remove(key);
            return old.Count;
        },
        cancellation);

    public Task<IReadOnlyList<StoredProof>> UnsettledAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<StoredProof>>(
            "Proofs.Unsettled",
            () =>
            [
                .. data.Proofs.Values.Where(each => !each.IsSettled && each.Proof.NamedAt < before).Select(each => each.Proof)
                    .OrderBy(each => each.NamedAt).Take(limit),
            ],
            cancellation);

    public Task SettleAsync(StoredProof proof, bool isNamed, CancellationToken cancellation) => store.WriteAsync(
        "Proofs.Settle",
        () =>
        {
            var key = (proof.Case!.Value.ToString(), proof.Digest);
            if (!data.Proofs.TryGetValue(key, out var known) || known.Proof.NamedAt != proof.NamedAt || known.IsSettled)
                return 0;
            if (isNamed)
                data.Proofs[key] = known with { IsSettled = true };
            else
                data.Proofs.Remove(key);
            return 1;
        },
        cancellation);

    public Task<IReadOnlyList<CaseNumber>> CasesAsync(CaseNumber? after, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<CaseNumber>>(
            "Proofs.Cases",
            () =>
            [
                .. data.Proofs.Where(each => each.Value.Content is not null).Select(each => each.Key.Case).Distinct()
                    .Where(number => string.CompareOrdinal(number, after?.ToString() ?? "") > 0).Order(StringComparer.Ordinal).Take(limit)
                    .Select(number => CaseNumber.Parse(number)!.Value),
            ],
            cancellation);

    public Task<int> DestroyAsync(IReadOnlyCollection<CaseNumber> cases, CancellationToken cancellation) => store.WriteAsync(
        "Proofs.Destroy",
        () =>
        {
            var keys = data.Proofs.Where(each => each.Value.Content is not null && cases.Any(number => $"{number}" == each.Key.Case))
                .Select(each => each.Key).ToList();
            foreach (var key in keys)
                data.Proofs[key] = data.Proofs[key] with { Content = null };
            return keys.Count;
        },
        cancellation);

    private List<StoredProof> Uploads(string party, SubjectId subject, IReadOnlyList<string> digests) =>
    [
        .. digests.Distinct().Where(digest => data.ProofUploads.ContainsKey((party, subject, digest)))
            .Select(digest => data.ProofUploads[(party, subject, digest)].Proof),
    ];
}
