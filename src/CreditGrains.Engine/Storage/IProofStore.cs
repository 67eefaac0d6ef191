using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Files of proofs. An upload is a party's own until a step names it; then it is copied to the case, before the step is appended, so that
/// no step names a file that is not there. What no step named in the end (it was refused, or the process died) is found by
/// <see cref="UnsettledAsync"/>, and the journal decides.
/// </summary>
public interface IProofStore
{
    /// <summary>Keeps an upload; one of the same party, organisation and content takes the new name and time.</summary>
    /// <returns>False: beyond the bounds, and nothing is kept.</returns>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<bool> AddAsync(StoredProof upload, ReadOnlyMemory<byte> content, ProofBounds bounds, CancellationToken cancellation);

    /// <summary>Uploads of a party for an organisation, of those named that there are.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<StoredProof>> FindAsync(
        string party, SubjectId subject, IReadOnlyList<string> digests, CancellationToken cancellation);

    /// <summary>Copies uploads to a case, all or none; those that it has already stay, and count as named now.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<ProofNaming> NameAsync(
        CaseNumber number, string party, SubjectId subject, IReadOnlyList<string> digests, DateTimeOffset at, ProofBounds bounds,
        CancellationToken cancellation);

    /// <summary>A file of a case: found, and its content, null once it was destroyed.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<(StoredProof? Proof, byte[]? Content)> ReadAsync(CaseNumber number, string digest, CancellationToken cancellation);

    /// <summary>Deletes uploads of before an instant, the oldest first, at most so many. Returns how many.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Files of cases, named before an instant, of which it is not settled whether a step names them; the oldest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<StoredProof>> UnsettledAsync(DateTimeOffset before, int limit, CancellationToken cancellation);

    /// <summary>Settles whether a step names a file: then it stays, else it goes; neither where it was named again meanwhile.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task SettleAsync(StoredProof proof, bool isNamed, CancellationToken cancellation);

    /// <summary>Cases with files whose content is there, in the order of their numbers.</summary>
    /// <param name="after">After this one; null from the beginning.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<CaseNumber>> CasesAsync(CaseNumber? after, int limit, CancellationToken cancellation);

    /// <summary>Destroys the content of all files of cases; digest, size and times stay. Returns of how many.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task<int> DestroyAsync(IReadOnlyCollection<CaseNumber> cases, CancellationToken cancellation);
}
