using CreditGrains.Domain.Reports;
using CreditGrains.Engine.Keys;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Reports;

/// <summary>
/// Issues credit reports and knows their numbers. Of a report the store keeps number, time, subject, digest and signature, never the
/// content: what is repaired or past its publicity later must not come back through an old number.
/// </summary>
public sealed class CreditReportService
{
    private const int TrimEvery = 100;
    private const int TrimmedMax = 1000;
    private readonly IStore _store;
    private readonly ReportOptions _options;
    private readonly KeyService _keys;
    private readonly TimeProvider _time;
    private readonly CreditReportReader _reader;
    private int _issued;

    internal CreditReportService(IStore store, ReportOptions options, KeyService keys, TimeProvider time)
    {
        (_store, _options, _keys, _time) = (store, options, keys, time);
        _reader = new CreditReportReader(store.Journal, options);
    }

    /// <summary>The key that signs reports now: taken once for an id and its signature, since an operator may rotate it.</summary>
    public IContentSigner Signer => _options.Signer?.Current
        ?? throw new InvalidOperationException("This engine was opened without a signer of reports: ReportOptions.Signer.");

    /// <summary>
    /// The key of this node's file was revoked by way of another node, whose file is another one: nothing is signed with it any more.
    /// </summary>
    public bool IsKeyRevoked => _options.Signer is { } signer && _keys.RevocationOf(signer.KeyId) is not null;

    /// <summary>Whether there is a key that is trusted: engines of tests may be opened without.</summary>
    internal bool CanSign => _options.Signer is not null && !IsKeyRevoked;

    /// <summary>Makes the report, signs it and keeps its number.</summary>
    /// <param name="view">The subject.</param>
    /// <param name="number">A new one (<see cref="ReportNumber.New"/>), which the access log has named before anything is read.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written: nothing was issued.</exception>
    public async Task<IssuedReport> IssueAsync(SubjectView view, string number, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(view);
        var now = _time.GetUtcNow();
        var report = await _reader.ReadAsync(view, number, now, cancellation).ConfigureAwait(false);
        var canonical = CreditReportJson.Write(report);
        var signer = Signer;
        var signature = signer.Sign(canonical);
        await _store.Reports.AddAsync(
            new StoredReport(
                number, report.At, view.Subject, System.Security.Cryptography.SHA256.HashData(canonical), signer.KeyId, signature),
            cancellation).ConfigureAwait(false);
        if (Interlocked.Increment(ref _issued) % TrimEvery == 1)
        {
            await _store.Reports.TrimAsync(now.AddDays(-_options.KeptDaysMax), _options.KeptMax, TrimmedMax, cancellation)
                .ConfigureAwait(false);
        }

        return new IssuedReport(report, canonical, new ReportSignature(signer.KeyId, signature));
    }

    /// <summary>Record of a number; null when there is none: not issued here, or forgotten since.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<StoredReport?> FindAsync(string number, CancellationToken cancellation)
    {
        var found = await _store.Reports.FindAsync(number, cancellation).ConfigureAwait(false);
        return found is null || found.At < _time.GetUtcNow().AddDays(-_options.KeptDaysMax) ? null : found;
    }

    /// <summary>The public keys of reports, the present one first, then former ones, revoked ones among them.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<PublishedKey>> PublicKeysAsync(CancellationToken cancellation) =>
        [.. (await _keys.ListAsync(KeyUse.Reports, cancellation).ConfigureAwait(false)).Select(key => key.Published)];
}
