namespace CreditGrains.Api.Authorization;

/// <summary>
/// The log of who was let in and who was turned away (ASVS 16.3): sign-ins and sign-outs of people, tokens that do not hold, requests
/// that a role does not allow. Of refusals a node writes so many lines a minute and counts the others, so that nobody fills a disk with
/// them. Tokens, queries and bodies are in no line.
/// </summary>
public sealed partial class SecurityLog(ILogger<SecurityLog> log, TimeProvider time)
{
    /// <summary>Refusals that are written of one minute; the next minute begins with the number of the others.</summary>
    public const int LinesPerMinute = 120;

    private readonly Lock _counts = new();
    private long _minute = -1;
    private int _lines;
    private long _suppressed;

    /// <summary>An answer 401 to a token that does not hold, or 403; other answers are passed over.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">Status of its answer.</param>
    public void Answered(HttpContext context, int status)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
            || (status == StatusCodes.Status401Unauthorized && BearerTokens.TokenOf(context.Request).IsEmpty))
            return;
        if (!MayWrite(out var suppressed))
            return;
        if (suppressed > 0)
            Suppressed(log, suppressed);
        var address = context.Connection.RemoteIpAddress;
        if (context.User is Caller caller)
            Refused(log, status, context.Request.Method, context.Request.Path, caller.Actor, string.Join(',', caller.RoleNames), address);
        else
            NotKnown(log, status, context.Request.Method, context.Request.Path, address);
    }

    /// <summary>A person has signed in to the portal.</summary>
    public void SignedIn(HttpContext context, string actor, IEnumerable<string> roles)
    {
        ArgumentNullException.ThrowIfNull(context);
        In(log, actor, string.Join(',', roles), context.Connection.RemoteIpAddress);
    }

    /// <summary>A person has signed out of the portal.</summary>
    public void SignedOut(HttpContext context, string actor)
    {
        ArgumentNullException.ThrowIfNull(context);
        Out(log, actor, context.Connection.RemoteIpAddress);
    }

    /// <summary>An operator has ended what a person had.</summary>
    public void EndedAll(string person, string by) => Ended(log, person, by);

    /// <summary>The identity provider has told that a session, or all of a person, has ended.</summary>
    public void EndedByProvider(HttpContext context, string person, bool isOneSession)
    {
        ArgumentNullException.ThrowIfNull(context);
        OfProvider(log, isOneSession ? "A session" : "Sessions", person, context.Connection.RemoteIpAddress);
    }

    /// <summary>A logout of the identity provider's that does not hold; written as refusals are, so many a minute.</summary>
    public void LogoutRefused(HttpContext context, string why)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!MayWrite(out var suppressed))
            return;
        if (suppressed > 0)
            Suppressed(log, suppressed);
        LogoutNotTaken(log, context.Connection.RemoteIpAddress, why);
    }

    /// <summary>A sign-out that could not be kept.</summary>
    public void NotEnded(string actor) => Holds(log, actor);

    /// <summary>A sign-in that the provider began did not end well.</summary>
    public void SignInFailed(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!MayWrite(out var suppressed))
            return;
        if (suppressed > 0)
            Suppressed(log, suppressed);
        NotIn(log, context.Connection.RemoteIpAddress);
    }

    private bool MayWrite(out long suppressed)
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (_counts)
        {
            suppressed = 0;
            if (minute != _minute)
            {
                (_minute, _lines) = (minute, 0);
                (suppressed, _suppressed) = (_suppressed, 0);
            }

            if (_lines++ < LinesPerMinute)
                return true;
            _suppressed++;
            return false;
        }
    }

    [LoggerMessage(1301, LogLevel.Warning, "Refused {Status} {Method} {Path} of {Actor} ({Roles}) from {Address}")]
    private static partial void Refused(
        ILogger log, int status, string method, string path, string actor, string roles, System.Net.IPAddress? address);

    [LoggerMessage(1302, LogLevel.Warning, "Refused {Status} {Method} {Path} of a caller without a valid token from {Address}")]
    private static partial void NotKnown(ILogger log, int status, string method, string path, System.Net.IPAddress? address);

    [LoggerMessage(1303, LogLevel.Warning, "Refused {Count} more requests in the minutes before")]
    private static partial void Suppressed(ILogger log, long count);

    [LoggerMessage(1304, LogLevel.Information, "Signed in {Actor} ({Roles}) from {Address}")]
    private static partial void In(ILogger log, string actor, string roles, System.Net.IPAddress? address);

    [LoggerMessage(1305, LogLevel.Information, "Signed out {Actor} from {Address}")]
    private static partial void Out(ILogger log, string actor, System.Net.IPAddress? address);

    [LoggerMessage(1307, LogLevel.Warning, "Sessions of {Actor} were ended by {By}")]
    private static partial void Ended(ILogger log, string actor, string by);

    [LoggerMessage(
        1308, LogLevel.Warning, "The store did not answer to the sign-out of {Actor}: a copy of its cookie holds until it expires")]
    private static partial void Holds(ILogger log, string actor);

    [LoggerMessage(1306, LogLevel.Warning, "Sign-in failed from {Address}")]
    private static partial void NotIn(ILogger log, System.Net.IPAddress? address);

    [LoggerMessage(1309, LogLevel.Warning, "{What} of {Person} ended by word of the identity provider from {Address}")]
    private static partial void OfProvider(ILogger log, string what, string person, System.Net.IPAddress? address);

    [LoggerMessage(1310, LogLevel.Warning, "Refused a logout of the identity provider from {Address}: {Why}")]
    private static partial void LogoutNotTaken(ILogger log, System.Net.IPAddress? address, string why);
}
