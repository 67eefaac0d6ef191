using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>
/// Makes the due list anew once in a store's life after each change of what stands in it: lines that former builds have written lack what
/// is newer, and only the next step of a case would bring it.
/// </summary>
internal sealed class DueListVersion(IStore store, CaseService cases)
{
    private const string Kind = "due-list";

    /// <summary>2: cases in force, and deadlines that a department watches.</summary>
    private const string Version = "2";

    private bool _isMade;

    /// <summary>Does nothing once it is made.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        if (_isMade)
            return;
        if (await store.Control.FindAsync(Kind, Version, cancellation).ConfigureAwait(false) is null)
        {
            await cases.RebuildDeadlinesAsync(cancellation).ConfigureAwait(false);
            try
            {
                await store.Control.WriteAsync([new ControlWrite(Kind, Version, null, "{}", null)], cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException)
            {
                // Another node has made it at the same time.
            }
        }

        _isMade = true;
    }
}
