using System.Net;
using System.Runtime.CompilerServices;
using CreditGrains.Cluster.Contracts;

namespace CreditGrains.Client.Orleans;

/// <summary>Being told of changes.</summary>
public sealed partial class CreditClusterClient
{
    private const int WaitMs = 2000;

    /// <summary>
    /// Changes of all organisations as they come, each shard's in order: none is missed and none comes twice, whichever silo dies.
    /// It goes on until it is cancelled. To go on another time, keep the cursor of the last change.
    /// </summary>
    /// <param name="after">A cursor; null for the first change that there is, <c>now</c> for those that come from now on.</param>
    /// <param name="actor">Caller, for the access log.</param>
    /// <param name="purpose">For what.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CreditProblemException">The cursor is none, of another store or ahead of this one.</exception>
    public IAsyncEnumerable<OrganisationChange> SubscribeAsync(
        string? after, string actor, string purpose, CancellationToken cancellation = default) =>
        SubscribeAsync(after, [], actor, purpose, cancellation);

    /// <summary>Changes of some types.</summary>
    /// <param name="after">A cursor; null for the first change that there is, <c>now</c> for those that come from now on.</param>
    /// <param name="types">Types of CloudEvents, or <c>*</c> for all; none for grades and steps of cases.</param>
    /// <param name="actor">Caller, for the access log.</param>
    /// <param name="purpose">For what.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <inheritdoc cref="SubscribeAsync(string?, string, string, CancellationToken)"/>
    public async IAsyncEnumerable<OrganisationChange> SubscribeAsync(
        string? after, IReadOnlyList<string> types, string actor, string purpose,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var cursor = after ?? ""; ;)
        {
            var request = new ChangesRequest
            {
                After = cursor, WaitMs = WaitMs, Actor = actor, Purpose = purpose, Types = [.. types],
            };
            var reply = await ReadChangesAsync(request, cancellation).ConfigureAwait(false);
            foreach (var change in reply.Changes)
                yield return OrganisationChange.Read(change.Cursor, change.Event);
            cursor = reply.Next;
        }
    }

    /// <summary>Asks until a silo answers.</summary>
    private async Task<ChangesReply> ReadChangesAsync(ChangesRequest request, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt = Math.Min(attempt + 1, Attempts))
        {
            try
            {
                var reply = await grains.GetGrain<IChangesGrain>(0).ReadAsync(request).WaitAsync(cancellation).ConfigureAwait(false);
                if (reply.Fault is not { } fault)
                    return reply;
                if (Problem(fault) is var problem && problem.Status != HttpStatusCode.ServiceUnavailable)
                    throw problem;
            }
            catch (Exception fault) when (fault is TimeoutException or global::Orleans.Runtime.OrleansException)
            {
                // The silo is gone: another one reads on from the same cursor.
            }

            await Task.Delay(Pause * attempt, cancellation).ConfigureAwait(false);
        }
    }
}
