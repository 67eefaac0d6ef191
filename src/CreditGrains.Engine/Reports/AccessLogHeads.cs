using System.Globalization;
using System.Security.Cryptography;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Reports;

/// <summary>
/// Signs the end of the access log once on each legal day, with the key of reports, and keeps what it signed: in the store, where it can be
/// fetched, and in a folder, where one is named. A chain that somebody has made anew from its first entry fits by itself; it does not fit a
/// head that was kept elsewhere.
/// </summary>
public sealed class AccessLogHeads
{
    private const string Kind = "access-log-head";
    private readonly IStore _store;
    private readonly IAccessRecorder _access;
    private readonly CreditReportService _reports;
    private readonly Func<DateOnly> _today;
    private readonly string? _directory;
    private readonly TimeProvider _time;
    private DateOnly _signed;

    internal AccessLogHeads(
        IStore store, IAccessRecorder access, CreditReportService reports, Func<DateOnly> today, string? directory, TimeProvider time) =>
        (_store, _access, _reports, _today, _directory, _time) = (store, access, reports, today, directory, time);

    /// <summary>Signs where the day has none yet; another node may have.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        var today = _today();
        if (today == _signed || !_reports.CanSign)
            return;
        var id = today.ToString("O", CultureInfo.InvariantCulture);
        if (await FindAsync(today, cancellation).ConfigureAwait(false) is not { } head)
        {
            head = await SignAsync(cancellation).ConfigureAwait(false);
            if (head is null)
                return;
            try
            {
                var write = new ControlWrite(Kind, id, null, head.ToJson(), null);
                await _store.Control.WriteAsync([write], cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException)
            {
                head = await FindAsync(today, cancellation).ConfigureAwait(false);
            }
        }

        if (_directory is not null && head is not null)
            Keep(Path.Combine(_directory, $"access-log-head-{id}.json"), head);
        _signed = today;
    }

    /// <summary>The head of a day; null for none.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<AccessLogHeadFile?> FindAsync(DateOnly day, CancellationToken cancellation) =>
        await _store.Control.FindAsync(Kind, day.ToString("O", CultureInfo.InvariantCulture), cancellation).ConfigureAwait(false)
            is { } document ? AccessLogHeadFile.Parse(document.Content) : null;

    /// <summary>Signs the end as it is now; null while the log is empty.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<AccessLogHeadFile?> SignAsync(CancellationToken cancellation)
    {
        await _access.FlushAsync(cancellation).ConfigureAwait(false);
        var head = await _store.AccessLog.HeadAsync(cancellation).ConfigureAwait(false);
        if (head.Number == 0)
            return null;
        var (hash, at) = (Convert.ToHexStringLower(head.Hash), _time.GetUtcNow());
        var signer = _reports.Signer;
        return new AccessLogHeadFile(
            head.Number, hash, at, signer.KeyId, signer.Sign(AccessLogHeadFile.Content(head.Number, hash, at)));
    }

    /// <summary>Whether the chain still has that hash after that entry; of a chain that is broken, what lies before the break.</summary>
    /// <param name="number">Of a kept head.</param>
    /// <param name="hash">Of a kept head, in hex.</param>
    /// <param name="firstBroken">Result of <see cref="IAccessLog.VerifyAsync"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<bool> HoldsAsync(long number, string hash, long? firstBroken, CancellationToken cancellation) =>
        !(firstBroken <= number)
        && await _store.AccessLog.HashAtAsync(number, cancellation).ConfigureAwait(false) is { } known
        && CryptographicOperations.FixedTimeEquals(known, Convert.FromHexString(hash));

    private static void Keep(string path, AccessLogHeadFile head)
    {
        if (!File.Exists(path))
            File.WriteAllText(path, head.ToJson() + "\n");
    }
}
