using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;

namespace CreditGrains.Portal.Hosting;

/// <summary>Bounds what one client may ask of this node: pages count against the same allowance as the interface.</summary>
internal sealed class PageLimit(RequestDelegate next, ClientAllowances clients, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (clients.RequestsMax == 0)
            return next(context);
        var allowance = context.User is Caller caller ? clients.Of(caller.Actor) : clients.Of(context.Connection.RemoteIpAddress);
        if (allowance.Take(time.GetTimestamp()) >= 0)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = clients.WindowSeconds.ToString(CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }
}
