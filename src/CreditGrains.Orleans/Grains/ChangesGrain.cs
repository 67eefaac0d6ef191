using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using Orleans.Concurrency;

namespace CreditGrains.Cluster.Grains;

/// <summary>
/// Reads the outbox on the silo that is asked. The reader keeps the cursor: when the silo dies, it asks another and goes on, misses nothing
/// and is told nothing twice. Reentrant, because readers wait here.
/// </summary>
[GrainType("credit.changes"), StatelessWorker, Reentrant]
internal sealed class ChangesGrain(ClusterNode node) : Grain, IChangesGrain
{
    private const string Now = "now";
    private const int LimitMax = 200;
    private const int WaitMsMax = 2000;

    public async Task<ChangesReply> ReadAsync(ChangesRequest request)
    {
        if (request.Actor.Length == 0 || request.Purpose.Length == 0)
            return Refused(ErrorCatalogue.Required, "actor and purpose");
        var changes = node.Engine.Changes;
        try
        {
            if (request.After == Now)
                return new ChangesReply { Next = (await changes.NowAsync(CancellationToken.None)).ToString() };
            var after = request.After.Length == 0 ? await changes.FirstAsync(CancellationToken.None) : null;
            if (after is null && !ChangeCursor.TryParse(request.After, out after))
                return Refused(ErrorCatalogue.MalformedCursor, "after");
            var limit = Math.Clamp(request.Limit, 1, LimitMax);
            bool Wants(SubjectChange change) => ChangeTypes.AreWanted(request.Types, change.Type);
            var page = await changes.ReadAsync(after, limit, Wants, CancellationToken.None);
            var wait = TimeSpan.FromMilliseconds(Math.Clamp(request.WaitMs, 0, WaitMsMax));
            if (page.Changes.Count == 0 && await changes.WaitAsync(page.Next, wait, CancellationToken.None))
            {
                after = page.Next;
                page = await changes.ReadAsync(after, limit, Wants, CancellationToken.None);
            }

            return await TellAsync(request, after, page);
        }
        catch (TokenException token)
        {
            return Refused(token.Foreign ? ErrorCatalogue.ForeignToken : ErrorCatalogue.TokenAhead, token.Message);
        }
        catch (CursorExpiredException expired)
        {
            return Refused(ErrorCatalogue.CursorExpired, expired.Message);
        }
        catch (StoreException fault)
        {
            return new ChangesReply { Fault = Wire.Out(fault) };
        }
    }

    /// <summary>That somebody reads of an organisation is recorded first.</summary>
    private async Task<ChangesReply> TellAsync(ChangesRequest request, ChangeCursor after, ChangePage page)
    {
        var told = new List<ChangeMessage>(page.Changes.Count);
        foreach (var change in page.Changes)
        {
            await node.Engine.Access.RecordAsync(
                request.Actor, request.Purpose, "changes", change.Subject, reference: null, CancellationToken.None);
            after = after.Passing(change);
            told.Add(new ChangeMessage { Cursor = after.ToString(), Event = CloudEvent.Of(change, after.Incarnation).ToUtf8() });
        }

        return new ChangesReply { Changes = [.. told], Next = page.Next.ToString() };
    }

    private static ChangesReply Refused(ErrorDescription error, string message) =>
        new() { Fault = new FaultMessage { Kind = error.Code, Message = message } };
}
