using System.Text.Json.Nodes;
using CreditGrains.Domain.Reports;
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
    private const string KeyKind = "report-key";
    private const int FormerKeysMax = 200;
    private const int TrimEvery = 100;
    private const int TrimmedMax = 1000;
    private readonly IStore _store;
    private readonly ReportOptions _options;
    private readonly TimeProvider _time;
    private readonly CreditReportReader _reader;
    private int _issued;

    internal CreditReportService(IStore store, ReportOptions options, TimeProvider time)
    {
        (_store, _options, _time) = (store, options, time);
        _reader = new CreditReportReader(store.Journal, options);
    }

    /// <summary>Signs reports.</summary>
    public IContentSigner Signer => _options.Signer
        ?? throw new InvalidOperationException("This engine was opened without a signer of reports: ReportOptions.Signer.");

    /// <summary>Whether there is one: engines of tests may be opened without.</summary>
    internal bool CanSign => _options.Signer is not null;

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
        var signature = Signer.Sign(canonical);
        await _store.Reports.AddAsync(
            new StoredReport(
                number, report.At, view.Subject, System.Security.Cryptography.SHA256.HashData(canonical), Signer.KeyId, signature),
            cancellation).ConfigureAwait(false);
        if (Interlocked.Increment(ref _issued) % TrimEvery == 1)
        {
            await _store.Reports.TrimAsync(now.AddDays(-_options.KeptDaysMax), _options.KeptMax, TrimmedMax, cancellation)
                .ConfigureAwait(false);
        }

        return new IssuedReport(report, canonical, new ReportSignature(Signer.KeyId, signature));
    }

    /// <summary>Record of a number; null when there is none: not issued here, or forgotten since.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<StoredReport?> FindAsync(string number, CancellationToken cancellation)
    {
        var found = await _store.Reports.FindAsync(number, cancellation).ConfigureAwait(false);
        return found is null || found.At < _time.GetUtcNow().AddDays(-_options.KeptDaysMax) ? null : found;
    }

    /// <summary>The public keys of reports as PEM, the present one first, then former ones.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<string>> PublicKeysAsync(CancellationToken cancellation)
    {
        var known = await _store.Control.ListAsync(KeyKind, null, FormerKeysMax, cancellation).ConfigureAwait(false);
        return
        [
            Signer.PublicKey,
            .. known.Where(document => document.Id != Signer.KeyId).OrderByDescending(document => document.At)
                .Select(document => (string)JsonNode.Parse(document.Content)!["pem"]!),
        ];
    }

    /// <summary>Keeps the public half of the present key, so that reports can be verified once another one signs.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public static async Task KeepKeyAsync(IControlStore control, IContentSigner signer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(signer);
        if (await control.FindAsync(KeyKind, signer.KeyId, cancellation).ConfigureAwait(false) is not null)
            return;
        try
        {
            await control.WriteAsync(
                [
                    new ControlWrite(
                        KeyKind, signer.KeyId, null, new JsonObject { ["pem"] = signer.PublicKey }.ToJsonString(),
                        new ControlAction("began", "platform", "{}")),
                ],
                cancellation).ConfigureAwait(false);
        }
        catch (WriteConflictException)
        {
            // Another node has kept it.
        }
    }
}
