using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>
/// Files of proofs (证明材料): taken from a party for an organisation, kept a day until a step names them, and shown from its case. The
/// journal has their digests and says which case has which; the store's rows follow it.
/// </summary>
public sealed class ProofService
{
    /// <summary>How long an upload waits for a step.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromDays(1);

    private const int SweptAtOnce = 100;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    private readonly IStore _store;
    private readonly CaseService _cases;
    private readonly RulesInForce _rules;
    private readonly ProofOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<SubjectId, CancellationToken, Task<bool>> _isKnown;
    private DateTimeOffset _swept;

    internal ProofService(
        IStore store, CaseService cases, RulesInForce rules, ProofOptions options, TimeProvider time,
        Func<SubjectId, CancellationToken, Task<bool>> isKnown)
    {
        _store = store;
        _cases = cases;
        _rules = rules;
        _options = options;
        _time = time;
        _isKnown = isKnown;
    }

    /// <summary>Years after the end of a case at which its files are destroyed at the latest.</summary>
    public int KeptYears => _options.KeptYears;

    /// <summary>Keeps a file for a step of the caller's party.</summary>
    /// <param name="subject">The organisation for whose case it is.</param>
    /// <param name="place">In whose place the caller acts.</param>
    /// <param name="name">Name of the file.</param>
    /// <param name="content">The file.</param>
    /// <param name="actor">Caller, from the credentials.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<ProofResult> AddAsync(
        SubjectId subject, CaseActor place, string? name, ReadOnlyMemory<byte> content, string actor, CancellationToken cancellation)
    {
        if (ProofName.FaultOf(name) is { } misnamed)
            return Refused(misnamed);
        var now = _rules.Now();
        if (now.Reader.HoldsPersonalData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new[] { name })), now.Today))
            return Refused(new Rejection(ErrorCatalogue.PersonalData, "/name"));
        var (type, unreadable) = ProofFile.Read(content);
        if (unreadable is not null)
            return Refused(unreadable);
        if (!await _isKnown(subject, cancellation).ConfigureAwait(false))
            return Refused(new Rejection(ErrorCatalogue.UnknownSubject, ""));
        var at = _time.GetUtcNow();
        var upload = new StoredProof
        {
            Party = ProofParty.Of(place, subject),
            Subject = subject,
            Digest = ProofFile.DigestOf(content.Span),
            Name = name!,
            Type = type!.Value,
            Size = content.Length,
            Actor = actor,
            UploadedAt = at,
        };
        var bounds = _options.BoundsOf(upload.Party, at);
        return await _store.Proofs.AddAsync(upload, content, bounds, cancellation).ConfigureAwait(false)
            ? new ProofResult(upload, at + WaitMax, null)
            : Refused(new Rejection(
                ErrorCatalogue.ProofDayLimit, "", $"{bounds.FilesMax}; {bounds.BytesMax / (1024 * 1024)} MiB"));
    }

    /// <summary>
    /// A file that a case has; null for none of that digest. While the case's owner and the store's rows disagree, after a restore of one
    /// of them for instance, the file counts as destroyed.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read, or the content is not what was uploaded.</exception>
    public async Task<ProofContent?> FindAsync(StoredCase found, string digest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (found.File.Proofs.FirstOrDefault(proof => proof.Digest == digest) is not { } proof)
            return null;
        var (_, content) = await _store.Proofs.ReadAsync(found.Number, digest, cancellation).ConfigureAwait(false);
        return content is null || ProofFile.DigestOf(content) == digest
            ? new ProofContent(proof, content)
            : throw new StoreException($"The content of {digest} of {found.Number} is another one.", StoreFault.Corrupt);
    }

    /// <summary>Each ten minutes: deletes what no step has named within a day.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        if (now - _swept < SweepEvery && now >= _swept)
            return;
        if (!await SweepAsync(cancellation).ConfigureAwait(false))
            _swept = now;
    }

    /// <summary>
    /// Deletes uploads of more than a day ago, and settles by the journal which files of cases steps do name. At most so many of each.
    /// </summary>
    /// <returns>Whether more may be left.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task<bool> SweepAsync(CancellationToken cancellation)
    {
        var before = _time.GetUtcNow() - WaitMax;
        var trimmed = await _store.Proofs.TrimAsync(before, SweptAtOnce, cancellation).ConfigureAwait(false);
        var unsettled = await _store.Proofs.UnsettledAsync(before, SweptAtOnce, cancellation).ConfigureAwait(false);
        foreach (var group in unsettled.GroupBy(proof => proof.Case!.Value))
        {
            var named = await _cases.ProofsAsync(group.Key, cancellation).ConfigureAwait(false);
            foreach (var proof in group)
                await _store.Proofs.SettleAsync(proof, named.Contains(proof.Digest), cancellation).ConfigureAwait(false);
        }

        return trimmed == SweptAtOnce || unsettled.Count == SweptAtOnce;
    }

    private static ProofResult Refused(Rejection rejection) => new(null, default, rejection);
}
