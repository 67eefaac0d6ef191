using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Embedding;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.SignIn;

/// <summary>Signing in and out, and the question what a session is for.</summary>
internal static class SessionEndpoints
{
    private const int PurposeCharsMin = 4;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.SignIn, SignIn).AllowAnonymous();
        routes.PostForm(PortalPaths.SignOut, SignOutAsync).AllowAnonymous();
        BackchannelLogout.Map(routes);
        routes.GetPage(PortalPaths.Purpose, AskPurpose).For(AccessRules.Rulebook);
        routes.PostForm(PortalPaths.Purpose, TakePurposeAsync).For(AccessRules.Rulebook);
    }

    private static IResult SignIn(HttpContext context) =>
        Results.Challenge(
            new AuthenticationProperties { RedirectUri = PortalPaths.LocalOrHome(context.Request.Query["return"]) },
            [PortalSession.ProviderScheme]);

    private static async Task<IResult> SignOutAsync(
        HttpContext context, PortalOptions options, SecurityLog log, CreditEngine engine)
    {
        var form = await PortalForm.ReadAsync(context);
        if (form.IsFresh)
        {
            if (context.User is Caller caller)
                await EndAsync(context, caller, log, engine);
            await context.SignOutAsync(PortalSession.Scheme);
            if (options.EmbedOrigins.Count > 0)
                await context.SignOutAsync(FrameSession.Scheme);
        }

        return Pages.SeeOther(PortalPaths.Home);
    }

    /// <summary>
    /// Ends the session for every copy of its cookie. While the store does not answer the browser forgets it all the same, and the log says
    /// that copies hold.
    /// </summary>
    private static async Task EndAsync(HttpContext context, Caller caller, SecurityLog log, CreditEngine engine)
    {
        log.SignedOut(context, caller.Actor);
        try
        {
            await engine.EndedSessions.EndAsync(caller.FindFirst(PortalSession.SessionClaim)!.Value, context.RequestAborted);
        }
        catch (StoreException)
        {
            log.NotEnded(caller.Actor);
        }
    }

    private static RazorComponentResult<PurposePage> AskPurpose(HttpContext context) =>
        Pages.Page<PurposePage>(
            new PurposeModel(OfferedTo(context), PortalPaths.LocalOrHome(context.Request.Query["return"]), "", "", []));

    private static async Task<IResult> TakePurposeAsync(HttpContext context)
    {
        var form = await PortalForm.ReadAsync(context);
        var (chosen, other) = (form["purpose"], form["other"]);
        var back = PortalPaths.LocalOrHome(form["return"]);
        var errors = new List<FieldError>();
        var offered = OfferedTo(context);
        var purpose = offered.Any(choice => choice.Value == chosen) ? chosen : null;
        if (purpose is null && chosen != PurposeModel.Other)
            errors.Add(new FieldError("purpose-0", SessionTexts.PurposeMissing));
        else if (purpose is null && (other.Length < PurposeCharsMin || other.Length > AccessPurpose.CharsMax || other.Any(char.IsControl)))
            errors.Add(new FieldError("other", SessionTexts.PurposeOtherWrong));
        if (purpose is null && errors.Count == 0 && ReadFault(context, other) is { } fault)
            errors.Add(new FieldError("other", fault));
        if (!form.IsFresh)
            errors.Insert(0, FieldError.Stale);
        if (errors.Count > 0)
        {
            return Pages.Page<PurposePage>(
                new PurposeModel(offered, back, chosen, other, errors), StatusCodes.Status422UnprocessableEntity);
        }

        await PortalSession.SetPurposeAsync(context, Caller.Of(context), purpose ?? other);
        return Pages.SeeOther(back);
    }

    private static IReadOnlyList<(string Value, Text Label)> OfferedTo(HttpContext context) =>
        PurposeModel.OfferedTo(Caller.Of(context), context.RequestServices.GetRequiredService<CreditEngine>());

    /// <summary>Fault that the interface finds in a purpose, such as a person's number; null for none.</summary>
    private static Text? ReadFault(HttpContext context, string purpose)
    {
        try
        {
            AccessPurpose.Read(purpose, "", context.RequestServices.GetRequiredService<CreditEngine>());
            return null;
        }
        catch (RequestRefusedException refused)
        {
            return Text.Of(refused.Rejection.Error.Sentence);
        }
    }
}
