using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Commands;

/// <summary>State of a command that came with a key.</summary>
/// <param name="Id">SHA-256 in hex over caller and key: what the command makes is found by it when it is sent again.</param>
/// <param name="RepeatedSince">
/// When the same command was first begun, if what became of it is not known: its effect may be there already. Null for the first time.
/// </param>
/// <param name="Replays">Where that is which the command made, when it was answered already; null when it is to be carried out.</param>
internal sealed record CommandOperation(string Id, DateTimeOffset? RepeatedSince = null, string? Replays = null)
{
    /// <summary>Clocks of two nodes are never further apart.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(2);

    /// <summary>
    /// When it was begun, the first time: with the id it names one command, while its key serves another one after a day.
    /// </summary>
    public DateTimeOffset BegunAt { get; init; }

    /// <summary>State of a command that is about to be carried out.</summary>
    public static CommandOperation Of(CommandAnswer taken) => new(taken.Key, taken.FirstAt) { BegunAt = taken.FirstAt ?? taken.At };

    /// <summary>Null for a command without a key.</summary>
    public static CommandOperation? Of(HttpContext context) => context.Features.Get<CommandOperation>();

    /// <summary>Whether something that is there already may be what this command made when it was first begun.</summary>
    /// <param name="context">The request.</param>
    /// <param name="madeAt">When it was made; by the same caller and with the same content, as the endpoint has looked at.</param>
    public static bool Made(HttpContext context, DateTimeOffset madeAt) => madeAt >= Since(context);

    /// <summary>Anything older was not made by this command; null for a command that comes for the first time.</summary>
    public static DateTimeOffset? Since(HttpContext context) => Of(context)?.RepeatedSince - SkewMax;
}
