using CreditGrains.Domain.Reports;
using CreditGrains.Engine;

namespace CreditGrains.Portal.Reports;

/// <summary>
/// Verifies files that lie on disk, one at a time: a file is held in memory about four times over while it is looked at (I13).
/// </summary>
internal sealed class ReportFileVerifier(CreditEngine engine) : IDisposable
{
    /// <summary>Larger files are not taken.</summary>
    public const long BytesMax = 16L * 1024 * 1024;

    private readonly SemaphoreSlim _verifyingLock = new(1, 1);

    public async Task<ReportVerdict> VerifyAsync(string path, CancellationToken cancellation)
    {
        var keys = ReportKeys.Read(ReportKeys.WriteSet(await engine.Reports.PublicKeysAsync(cancellation)));
        await _verifyingLock.WaitAsync(cancellation);
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellation);
            return await Task.Run(() => ReportFile.Verify(bytes, keys), cancellation);
        }
        finally
        {
            _verifyingLock.Release();
        }
    }

    public void Dispose() => _verifyingLock.Dispose();
}
