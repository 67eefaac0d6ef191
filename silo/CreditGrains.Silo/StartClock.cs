using System.Globalization;
using CreditGrains.Development;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Silo;

/// <summary>
/// The clock of a server that starts with another instant than the machine's (<c>credit up --now</c>). Everything goes by it: legal
/// dates, deadlines, journal, tokens. Time never goes back in a store: an instant before one that the store has seen is refused.
/// </summary>
internal sealed class StartClock(ServerOptions options, IServiceProvider services) : IHostedService
{
    private const string Kind = "start-clock";
    private const string Id = "latest";
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A service of the host before the engine is open, so asked for only once it is.
    private CreditEngine Engine => services.GetRequiredService<CreditEngine>();

    /// <summary>Reads <c>--now</c>.</summary>
    /// <exception cref="StartRefusedException">The text is no instant between 2000 and 2200 with an offset.</exception>
    public static DateTimeOffset Read(string text) =>
        DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var instant)
        && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
        && instant >= Earliest && instant < Latest
            ? instant
            : throw new StartRefusedException(
                ExitCodes.Usage, $"--now: '{text}' is no instant with its offset, such as 2027-03-01T09:00:00+08:00.");

    /// <summary>The options with the clock that they ask for.</summary>
    /// <exception cref="StartRefusedException">The server has an issuer of its own, or is one of a cluster.</exception>
    public static ServerOptions Set(ServerOptions options)
    {
        if (options.Now is not { } now)
            return options;
        if (options.Issuer is not null || options.Cluster is not null)
        {
            throw new StartRefusedException(
                ExitCodes.Usage, "--now is for a server that stands alone with the development issuer: not with --issuer or --cluster.");
        }

        var ahead = now - options.Time.GetUtcNow();
        return options with { Time = new ShiftedTime(options.Time, ahead), Ahead = ahead };
    }

    /// <exception cref="StartRefusedException">The store has seen a later instant.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Now is not null)
        {
            var now = options.Time.GetUtcNow();
            var seen = await SeenAsync(cancellationToken);
            if (seen > now)
            {
                throw new StartRefusedException(
                    ExitCodes.Data,
                    $"The store has seen {seen:yyyy-MM-dd'T'HH:mm:ss'Z'}: --now must be later, or use another data directory.");
            }

            await NoteAsync(cancellationToken);
        }

        DevelopmentClock.Keep(options.DataDirectory, options.Ahead);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (options.Now is not null && !Engine.Store.LeaseLost.IsCancellationRequested)
            await NoteAsync(cancellationToken);
    }

    /// <summary>The latest of the journal's instants and of those at which servers with such a clock started and stopped.</summary>
    private async Task<DateTimeOffset> SeenAsync(CancellationToken cancellation)
    {
        var seen = (await Engine.Store.Control.FindAsync(Kind, Id, cancellation))?.At ?? DateTimeOffset.MinValue;
        foreach (var shard in await Engine.Store.Subjects.ShardsAsync(cancellation))
        {
            foreach (var entry in await Engine.Store.Journal.ReadShardAsync(shard.Shard, shard.Head - 1, 1, cancellation))
                seen = entry.ReceivedAt > seen ? entry.ReceivedAt : seen;
        }

        return seen;
    }

    private async Task NoteAsync(CancellationToken cancellation)
    {
        var known = await Engine.Store.Control.FindAsync(Kind, Id, cancellation);
        await Engine.Store.Control.WriteAsync([new ControlWrite(Kind, Id, known?.Version, "{}", null)], cancellation);
    }
}
