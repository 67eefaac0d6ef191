using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Api.Subjects;

/// <summary>
/// Lists read stored rows, which follow the journal by the age of a write-back. Their token says how far they are; a caller who wants
/// more waits for it, boundedly.
/// </summary>
internal sealed class ListFreshness(CreditEngine engine, ApiOptions options, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the rows are as fresh as asked, and gives the token of what they reflect.</summary>
    /// <exception cref="RequestRefusedException">They did not become so in time.</exception>
    public async Task<Token> WaitAsync(Consistency consistency, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var shards = await engine.Store.Subjects.ShardsAsync(cancellation);
        if (consistency.Token is { } token && token.Incarnation != engine.Store.Incarnation)
            throw new TokenException(foreign: true, "The token belongs to another store.");
        if (consistency.Token is { } ahead && shards.Any(shard => ahead.PositionOf(shard.Shard) > shard.Head))
            throw new TokenException(foreign: false, "The token is ahead of the journal.");
        var wanted = shards.ToDictionary(
            shard => shard.Shard, shard => consistency.IsLatest ? shard.Head : consistency.Token?.PositionOf(shard.Shard) ?? 0);
        while (shards.Any(shard => shard.Watermark < wanted.GetValueOrDefault(shard.Shard)))
        {
            if (time.GetElapsedTime(began).TotalMilliseconds > options.ListWaitMsMax)
                throw new RequestRefusedException(ErrorCatalogue.Overloaded);
            await Task.Delay(Pause, time, cancellation);
            shards = await engine.Store.Subjects.ShardsAsync(cancellation);
        }

        return new Token(engine.Store.Incarnation, time.GetUtcNow(), shards.Select(shard => (shard.Shard, shard.Watermark)));
    }
}
