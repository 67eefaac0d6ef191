using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CreditGrains.Api.Authorization;

/// <summary>
/// Finds out who asks. A token that has been validated already is known without asking the authentication handler again: that would cost
/// more than a check does.
/// </summary>
internal sealed class BearerMiddleware(
    RequestDelegate next, ValidatedTokens validated, IOptionsMonitor<JwtBearerOptions> bearer, CreditEngine engine,
    PeopleSeen people)
{
    public Task InvokeAsync(HttpContext context)
    {
        var token = BearerTokens.TokenOf(context.Request);
        if (token.IsEmpty)
            return next(context);
        if (validated.Find(token) is not { } caller)
            return ValidateAsync(context);
        if (Holds(caller))
            context.User = caller;
        return next(context);
    }

    private async Task ValidateAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync();
        if (result.Principal is { } principal)
        {
            if (principal is not Caller caller)
                context.User = principal;
            else if (Holds(caller))
            {
                people.Note(caller, "token", caller.IssuedAt);
                context.User = caller;
            }
        }
        else if (bearer.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager is { } issuer)
            await RequireAsync(issuer, context.RequestAborted);
        await next(context);
    }

    /// <summary>Whether no operator has ended what the person had when the token was issued.</summary>
    private bool Holds(Caller caller) => !engine.EndedSessions.Holds(caller.Actor, null, caller.IssuedAt);

    /// <summary>A token is not wrong because its issuer could not be asked.</summary>
    private static async Task RequireAsync(IConfigurationManager<OpenIdConnectConfiguration> issuer, CancellationToken cancellation)
    {
        try
        {
            await issuer.GetConfigurationAsync(cancellation);
        }
        catch (InvalidOperationException)
        {
            throw new RequestRefusedException(ErrorCatalogue.IssuerUnavailable);
        }
    }
}
