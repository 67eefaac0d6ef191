using Microsoft.AspNetCore.Authentication;

namespace CreditGrains.Api.Access;

/// <summary>
/// Finds out who asks. A token that has been validated already is known without asking the authentication handler again: that would cost
/// more than a check does.
/// </summary>
internal sealed class BearerMiddleware(RequestDelegate next, ValidatedTokens validated)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (BearerTokens.TokenOf(context.Request) is not { } token)
            return next(context);
        if (validated.Find(token) is not { } caller)
            return ValidateAsync(context);
        context.User = caller;
        return next(context);
    }

    private async Task ValidateAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync();
        if (result.Principal is { } principal)
            context.User = principal;
        await next(context);
    }
}
