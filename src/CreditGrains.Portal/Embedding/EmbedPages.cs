using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Portal.Department;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Embedding;

/// <summary>
/// One check as a page that an approval portal frames, for portals that do not call the interface. There is none unless the operator names
/// origins (<see cref="PortalOptions.EmbedOrigins"/>).
/// </summary>
internal static class EmbedPages
{
    public static void Map(IEndpointRouteBuilder routes, PortalOptions options)
    {
        if (options.EmbedOrigins.Count == 0)
            return;
        var framed = new FramedPage(options.EmbedOrigins);
        routes.GetPage(PortalPaths.EmbedCheck, ShowAsync).For(AccessRules.Check).WithMetadata(framed);
        routes.PostForm(PortalPaths.EmbedCheck, SendAsync).For(AccessRules.Check).WithMetadata(framed);
        routes.GetPage(PortalPaths.EmbedSignIn, SignInAsync).For(AccessRules.Rulebook);
        routes.GetPage(PortalPaths.EmbedCheckShort, Lead).AllowAnonymous();
    }

    private static RedirectHttpResult Lead(HttpContext context)
    {
        // A browser applies the policy of a redirect to the request that follows: ours would hide which portal led here.
        context.Response.Headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        return TypedResults.LocalRedirect(PortalPaths.EmbedCheck + context.Request.QueryString);
    }

    /// <summary>The framing portal's question is asked at once where its page led here; else it waits for the button (no CSRF).</summary>
    private static async Task<IResult> ShowAsync(
        string? subject, string? matter, string? stage, string? purpose, HttpContext context, CreditEngine engine, CheckReader reader,
        PortalRequest request)
    {
        var question = new EmbedQuestion(subject?.Trim() ?? "", matter ?? "", stage ?? "", purpose?.Trim() ?? "");
        return question.IsWhole && FramedPage.Of(context)!.IsLedHere(context)
            ? await AnswerAsync(question, [], engine, reader, request)
            : Pages.Page<EmbedCheckPage>(FormOf(question, [], engine, request));
    }

    private static async Task<IResult> SendAsync(HttpContext context, CreditEngine engine, CheckReader reader, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var errors = form.IsFresh ? new List<FieldError>() : [FieldError.Stale];
        return await AnswerAsync(
            new EmbedQuestion(form["subject"], form["matter"], form["stage"], form["purpose"]), errors, engine, reader, request);
    }

    private static async Task<IResult> AnswerAsync(
        EmbedQuestion question, List<FieldError> errors, CreditEngine engine, CheckReader reader, PortalRequest request)
    {
        var stage = question.Stage.Length > 0 ? question.Stage : null;
        SubjectId subject = default;
        if (question.Subject.Length == 0)
            errors.Add(new FieldError("subject", CheckTexts.CodeMissing));
        else if (CheckPages.FaultOf(question.Subject, engine, out subject) is { } fault)
            errors.Add(new FieldError("subject", fault));
        var isKnown = engine.Rulebook.Matters.ContainsKey(question.Matter);
        if (!isKnown)
            errors.Add(new FieldError("matter", CheckTexts.MatterMissing));
        if (stage is not null && !CheckTexts.Stages.Any(known => known.Value == stage))
            errors.Add(new FieldError("stage", EmbedTexts.StageUnknown));
        else if (PurposeFault(question.Purpose, engine) is { } wrong)
            errors.Add(new FieldError("purpose", wrong));
        else if (isKnown && reader.WhyRefused(question.Purpose, question.Matter, stage, request) is { } refused)
        {
            var field = refused.Pointer switch { "/stage" => "stage", "/purpose" => "purpose", _ => "matter" };
            errors.Add(new FieldError(field, Text.Of(refused.Error.Sentence)));
        }

        if (errors.Count > 0)
            return Pages.Page<EmbedCheckPage>(FormOf(question, errors, engine, request), StatusCodes.Status422UnprocessableEntity);
        var answer = await reader.CheckAsync(question.Purpose, subject, question.Matter, stage, request);
        return Pages.Page<EmbedResultPage>(new EmbedResultModel(
            answer, Text.Of(engine.Rulebook.Matters[question.Matter].Title), PurposeModel.LabelOf(question.Purpose),
            PortalPaths.EmbedCheck + QueryString.Create(new Dictionary<string, string?>
            {
                ["matter"] = question.Matter, ["stage"] = question.Stage, ["purpose"] = question.Purpose,
                [LanguageChoice.Name] = request.Language,
            })));
    }

    /// <summary>Begins the session of frames in a tab of its own, for a person whom <c>PageAccess</c> has had sign in first.</summary>
    private static async Task<RazorComponentResult<EmbedSignedInPage>> SignInAsync(HttpContext context)
    {
        await FrameSession.BeginAsync(context, Caller.Of(context));
        return Pages.Page<EmbedSignedInPage>();
    }

    private static Text? PurposeFault(string purpose, CreditEngine engine)
    {
        try
        {
            return AccessPurpose.Read(purpose, "/purpose", engine) is null ? SessionTexts.PurposeMissing : null;
        }
        catch (RequestRefusedException refused)
        {
            return Text.Of(refused.Rejection.Error.Sentence);
        }
    }

    private static EmbedFormModel FormOf(
        EmbedQuestion question, IReadOnlyList<FieldError> errors, CreditEngine engine, PortalRequest request)
    {
        var offered = PurposeModel.OfferedTo(Caller.Of(request.Context), engine);
        var isOther = question.Purpose.Length > 0 && offered.All(choice => choice.Value != question.Purpose);
        return new EmbedFormModel(
            question, CheckPages.MattersOf(engine),
            [
                ("", FormTexts.Choose), .. offered,
                .. isOther ? new[] { (question.Purpose, new Text(question.Purpose, question.Purpose)) } : [],
            ],
            errors);
    }
}
