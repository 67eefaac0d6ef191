using System.Globalization;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Cases;

/// <summary>
/// Makes the due list anew once in a store's life after each change of what stands in it: lines that former builds have written lack what
/// is newer, and only the next step of a case would bring it. The whole journal is read for it, so it gives way to checks as the sweep
/// does, and a node that starts goes on with the shard at which the one before it ended.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="cases">Makes the lines.</param>
/// <param name="beginPace">Begins the pace at which it is done.</param>
internal sealed class DueListVersion(IStore store, CaseService cases, Func<IWorkPace> beginPace)
{
    /// <summary>Kind of the documents that say what is made.</summary>
    internal const string Kind = "due-list";

    /// <summary>2: cases in force, and deadlines that a department watches.</summary>
    internal const string Version = "2";

    /// <summary>Document that says how many shards are made, while not all are.</summary>
    internal const string Shards = Version + "-shards";

    private bool _isMade;

    /// <summary>Does nothing once it is made.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        if (_isMade)
            return;
        if (await store.Control.FindAsync(Kind, Version, cancellation).ConfigureAwait(false) is null)
        {
            try
            {
                await MakeAsync(cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException)
            {
                // Another node makes it at the same time: the next round begins where that one is.
                return;
            }
        }

        _isMade = true;
    }

    private async Task MakeAsync(CancellationToken cancellation)
    {
        var known = await store.Control.FindAsync(Kind, Shards, cancellation).ConfigureAwait(false);
        var version = known?.Version;
        using var pace = beginPace();
        for (var shard = known is null ? 0 : int.Parse(known.Content, CultureInfo.InvariantCulture); shard < store.ShardCount; shard++)
        {
            await cases.RebuildDeadlinesAsync(shard, pace, cancellation).ConfigureAwait(false);
            var made = (shard + 1).ToString(CultureInfo.InvariantCulture);
            await store.Control.WriteAsync([new ControlWrite(Kind, Shards, version, made, null)], cancellation).ConfigureAwait(false);
            version = (version ?? 0) + 1;
        }

        await store.Control.WriteAsync([new ControlWrite(Kind, Version, null, "{}", null)], cancellation).ConfigureAwait(false);
    }
}
