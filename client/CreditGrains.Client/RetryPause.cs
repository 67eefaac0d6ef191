using System.Net;

namespace CreditGrains.Client;

/// <summary>How long to wait before trying a safe request again: exponential with jitter, or what the server asks for.</summary>
internal static class RetryPause
{
    /// <summary>Statuses that say "not now" rather than "no".</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    /// <param name="attempt">0 for the first pause.</param>
    /// <param name="response">The refusal; null for a broken connection.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">Clock, for a <c>Retry-After</c> that is a date.</param>
    /// <param name="share">0 to 1: how much of the pause's second half to take.</param>
    public static TimeSpan Of(int attempt, HttpResponseMessage? response, CreditClientOptions options, TimeProvider time, double share)
    {
        var full = options.PauseMin * Math.Pow(2, Math.Min(attempt, 20));
        var pause = full < options.PauseMax ? full : options.PauseMax;
        pause *= 0.5 + (share / 2);
        var asked = response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        if (asked > pause)
            pause = asked < options.PauseMax ? asked : options.PauseMax;
        return pause;
    }
}
