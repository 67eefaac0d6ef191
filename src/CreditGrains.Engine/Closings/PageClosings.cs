using System.Text.Json;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Closings;

/// <summary>
/// Public pages that are taken down because what they show is wrong. Every node follows them each second
/// (<see cref="EngineOptions.FollowEveryMs"/>): wrong data do not stay on one node while another has them closed.
/// </summary>
public sealed class PageClosings
{
    /// <summary>Most pages that are closed at once.</summary>
    public const int CountMax = 200;

    private const string Kind = "page-closing";
    private const string Id = "all";
    private const int AttemptsMax = 8;

    private readonly IControlStore _control;
    private readonly TimeProvider _time;
    private volatile ClosedPage[] _closed = [];
    private long _version;

    internal PageClosings(IControlStore control, TimeProvider time) => (_control, _time) = (control, time);

    /// <summary>Closed pages, by path.</summary>
    public IReadOnlyList<ClosedPage> All => _closed;

    /// <summary>The closing of a page, or of one above it; null while it is open. Paths differ as routes do: not by case.</summary>
    public ClosedPage? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach (var closed in _closed)
        {
            if (path.StartsWith(closed.Path, StringComparison.OrdinalIgnoreCase)
                && (path.Length == closed.Path.Length || path[closed.Path.Length] == '/'))
                return closed;
        }

        return null;
    }

    /// <summary>Takes a page down, with all below it.</summary>
    /// <returns>False where it is closed already, or as many are as may be.</returns>
    /// <exception cref="StoreException">The store cannot be read or written: nothing was closed.</exception>
    public Task<bool> CloseAsync(string path, string actor, string reason, CancellationToken cancellation) => WriteAsync(
        closed => closed.Length < CountMax && !closed.Any(page => page.Path == path)
            ? [.. closed.Append(new ClosedPage(path, _time.GetUtcNow(), actor, reason)).OrderBy(page => page.Path, StringComparer.Ordinal)]
            : null,
        new ControlAction("closed", actor, JsonSerializer.Serialize(new ActData(path, reason))), cancellation);

    /// <summary>Shows a page again.</summary>
    /// <returns>False where it is not closed by itself.</returns>
    /// <exception cref="StoreException">The store cannot be read or written: nothing was opened.</exception>
    public Task<bool> OpenAsync(string path, string actor, string reason, CancellationToken cancellation) => WriteAsync(
        closed => closed.Any(page => page.Path == path) ? [.. closed.Where(page => page.Path != path)] : null,
        new ControlAction("opened", actor, JsonSerializer.Serialize(new ActData(path, reason))), cancellation);

    /// <summary>Acts on pages, the newest first.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<ClosingAct>> ActsAsync(CancellationToken cancellation) =>
        [.. (await NewestEvents.ReadAsync(_control, Kind, Id, cancellation).ConfigureAwait(false)).Select(static found =>
        {
            var data = JsonSerializer.Deserialize<ActData>(found.Act.Data)!;
            return new ClosingAct(found.At, found.Act.Action, found.Act.Actor, data.Path, data.Reason);
        })];

    /// <summary>Takes over what any node has closed or opened; by itself each second.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        if (await _control.FindAsync(Kind, Id, cancellation).ConfigureAwait(false) is not { } found || found.Version == _version)
            return;
        _closed = Read(found);
        _version = found.Version;
    }

    private static ClosedPage[] Read(ControlDocument document) => JsonSerializer.Deserialize<ClosedPage[]>(document.Content)!;

    private async Task<bool> WriteAsync(
        Func<ClosedPage[], ClosedPage[]?> change, ControlAction act, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await _control.FindAsync(Kind, Id, cancellation).ConfigureAwait(false);
            if (change(found is null ? [] : Read(found)) is not { } changed)
                return false;
            try
            {
                await _control.WriteAsync(
                    [new ControlWrite(Kind, Id, found?.Version, JsonSerializer.Serialize(changed), act)], cancellation)
                    .ConfigureAwait(false);
                break;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another page, by way of another node.
            }
        }

        await FollowAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    private sealed record ActData(string Path, string Reason);
}
