using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Limits;

/// <summary>
/// Bounds what one client may ask of this node, and tells it how much is left (draft-ietf-httpapi-ratelimit-headers). It stands before the
/// endpoints, not in the framework's limiter, whose leases would cost more than a check does.
/// </summary>
internal sealed class RateLimitMiddleware
{
    private const string PolicyHeader = "RateLimit-Policy";
    private const string LeftHeader = "RateLimit";

    /// <summary>A quiet endpoint tells all the same once less than this part is left.</summary>
    private const int QuietUntil = 10;

    private readonly RequestDelegate _next;
    private readonly ClientAllowances _clients;
    private readonly TimeProvider _time;
    private readonly string _policy;

    public RateLimitMiddleware(RequestDelegate next, ClientAllowances clients, TimeProvider time)
    {
        _next = next;
        _clients = clients;
        _time = time;
        _policy = string.Create(CultureInfo.InvariantCulture, $"\"client\";q={clients.RequestsMax};w={clients.WindowSeconds}");
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (_clients.RequestsMax == 0)
            return _next(context);
        var rate = context.GetEndpoint()?.Metadata.GetMetadata<RateLimitMetadata>();
        if (rate == RateLimitMetadata.Unbounded)
            return _next(context);
        var now = _time.GetTimestamp();
        var allowance = context.User is Caller caller
            ? caller.Allowance ??= _clients.Of(caller.Actor)
            : _clients.Of(context.Connection.RemoteIpAddress);
        var left = allowance.Take(now);
        if (rate is null || left < _clients.RequestsMax / QuietUntil)
            Tell(context, Math.Max(0, left), now);
        return left >= 0 ? _next(context) : RefuseAsync(context, now);
    }

    /// <summary>Headers that an answer has carried so far, for an answer that is written anew.</summary>
    public static (string? Policy, string? Left) TakeHeaders(HttpResponse response) =>
        (response.Headers[PolicyHeader], response.Headers[LeftHeader]);

    public static void PutHeaders(HttpResponse response, (string? Policy, string? Left) told)
    {
        if (told.Policy is null)
            return;
        response.Headers[PolicyHeader] = told.Policy;
        response.Headers[LeftHeader] = told.Left;
    }

    private void Tell(HttpContext context, long left, long now)
    {
        var headers = context.Response.Headers;
        headers[PolicyHeader] = _policy;
        headers[LeftHeader] = string.Create(CultureInfo.InvariantCulture, $"\"client\";r={left};t={SecondsLeft(now)}");
    }

    private Task RefuseAsync(HttpContext context, long now)
    {
        context.Response.Headers.RetryAfter = SecondsLeft(now).ToString(CultureInfo.InvariantCulture);
        return ProblemWriter.WriteAsync(
            context, ErrorCatalogue.TooManyRequests,
            string.Create(CultureInfo.InvariantCulture, $"{_clients.RequestsMax} in {_clients.WindowSeconds} s"));
    }

    private long SecondsLeft(long now)
    {
        var rest = _clients.WindowTicks - (now % _clients.WindowTicks);
        return Math.Max(1, (long)Math.Ceiling((double)rest / _time.TimestampFrequency));
    }
}

/// <summary>Metadata of an endpoint: how the bound of requests goes with it.</summary>
internal sealed class RateLimitMetadata
{
    /// <summary>Counted, and silent about it while plenty is left: for answers that cost less than the headers would.</summary>
    public static readonly RateLimitMetadata Quiet = new();

    /// <summary>Not counted: a probe must get its answer.</summary>
    public static readonly RateLimitMetadata Unbounded = new();
}
