using CreditGrains.Api;
using CreditGrains.Api.Authorization;
using CreditGrains.Portal.Embedding;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using Microsoft.AspNetCore.Authorization;

namespace CreditGrains.Portal.SignIn;

/// <summary>
/// Lets a request to its page by the rule that the page names, out of the same table as the interface's endpoints (R9). A page without a
/// rule that is not open on purpose is for nobody. A page with data that are not public asks once a session what they are looked at for.
/// </summary>
internal sealed class PageAccess(RequestDelegate next, IAuthorizationService authorization, ApiOptions options)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (await (FramedPage.Of(context) is not null ? FrameSession.FindAsync(context) : PortalSession.FindAsync(context)) is { } found)
            context.User = found;

        // Answers of routing itself (no such path, no such method) are no pages of ours.
        if (endpoint is not RouteEndpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(context);
            return;
        }

        if (context.User is not Caller caller)
        {
            await AskToSignInAsync(context);
            return;
        }

        var rules = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>();
        if (rules.Count == 0 || !OperatorPlaces.Hold(caller, context, options) || !await IsAllowedAsync(context, rules))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (endpoint.Metadata.GetMetadata<AsksPurpose>() is not null && PortalSession.PurposeOf(caller) is null)
        {
            Redirect(context, PortalPaths.Purpose);
            return;
        }

        await next(context);
    }

    private async Task<bool> IsAllowedAsync(HttpContext context, IReadOnlyList<IAuthorizeData> rules)
    {
        foreach (var rule in rules)
        {
            if (rule.Policy is null || !(await authorization.AuthorizeAsync(context.User, context, rule.Policy)).Succeeded)
                return false;
        }

        return true;
    }

    /// <summary>A form that was sent after its session had ended is given back with everything in it; a page is asked for again.</summary>
    private static async Task AskToSignInAsync(HttpContext context)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType)
        {
            // A file cannot be given back to its sender: it is let run out, and the page that it was chosen on is asked for again. Where
            // more was typed than a file the fields are given back.
            if (MultipartForm.Is(context.Request) && context.GetEndpoint()?.Metadata.GetMetadata<AcceptsFiles>() is null)
            {
                await BodyDrain.ReadAsync(context);
                context.Response.StatusCode = StatusCodes.Status303SeeOther;
                context.Response.Headers.Location = PortalPaths.SignIn + QueryString.Create("return", context.Request.Path);
                return;
            }

            await Pages.Page<SessionEndedPage>(await SessionEndedModel.OfAsync(context), StatusCodes.Status401Unauthorized)
                .ExecuteAsync(context);
            return;
        }

        // A provider's pages are not shown in a frame, and must not be: the person signs in where the address can be seen.
        if (FramedPage.Of(context) is not null)
        {
            await Pages.Page<EmbedSignInPage>(
                new EmbedSignInModel(context.Request.Path + context.Request.QueryString.Value), StatusCodes.Status401Unauthorized)
                .ExecuteAsync(context);
            return;
        }

        Redirect(context, PortalPaths.SignIn);
    }

    private static void Redirect(HttpContext context, string page)
    {
        var here = HttpMethods.IsGet(context.Request.Method) ? context.Request.Path + context.Request.QueryString.Value : PortalPaths.Home;
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = page + QueryString.Create("return", here);
    }
}
