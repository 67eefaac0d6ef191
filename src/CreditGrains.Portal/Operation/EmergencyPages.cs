using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using CreditGrains.Engine.Closings;
using CreditGrains.Engine.Keys;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>The page for bad days: public pages that are taken down, keys with their state, and who did what to both.</summary>
internal static class EmergencyPages
{
    private const string Done = "yes";
    private const string OpenAct = "open";
    private const int PathCharsMax = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Emergency, (string? done, HttpContext context, CreditEngine engine) =>
            PageAsync(context, engine, "", "", done == Done, [])).For(AccessRules.PageRead);
        routes.PostForm(PortalPaths.Emergency, ChangeAsync).For(AccessRules.Operate);
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, CreditEngine engine, ClosedPages pages)
    {
        var form = await PortalForm.ReadAsync(context);
        var (typed, reason) = (form["path"].Trim(), form["reason"].Trim());
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        var path = typed.Length <= PathCharsMax ? pages.Find(typed) : null;
        if (path is null)
            errors.Insert(0, new FieldError("path", EmergencyTexts.PathUnknown));
        else if (errors.Count == 0)
        {
            var actor = Caller.Of(context).Actor;
            var isDone = form["act"] == OpenAct
                ? await engine.Closings.OpenAsync(path, actor, reason, context.RequestAborted)
                : await engine.Closings.CloseAsync(path, actor, reason, context.RequestAborted);
            if (isDone)
                return Pages.SeeOther($"{PortalPaths.Emergency}?done={Done}");
            errors.Add(new FieldError("path", EmergencyTexts.StateWrong));
        }

        return await PageAsync(context, engine, typed, reason, false, errors);
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, CreditEngine engine, string path, string reason, bool isDone, List<FieldError> errors)
    {
        var cancellation = context.RequestAborted;
        var keys = new List<SigningKeyStatus>();
        foreach (var use in (KeyUse[])[KeyUse.Reports, KeyUse.Summaries])
            keys.AddRange(await engine.Keys.ListAsync(use, cancellation));
        var acts = (await engine.Closings.ActsAsync(cancellation)).Select(act => (
                act.At, Act: act.Action == "closed" ? EmergencyTexts.Closed : EmergencyTexts.Opened, What: act.Path, act.Actor, act.Reason))
            .Concat((await engine.Keys.ActsAsync(cancellation)).Select(act => (
                act.At,
                (act.Action == "revoked" ? EmergencyTexts.KeyRevoked : EmergencyTexts.KeyRotated).With(EmergencyTexts.UseOf(act.Use)),
                act.KeyId ?? "", act.Actor, act.Reason)))
            .OrderByDescending(act => act.At);
        return Pages.Page<EmergencyPage>(
            new EmergencyModel(
                engine.Closings.All, keys, [.. acts], Caller.Of(context).IsAny(AccessRules.Operate.Any), path, reason, isDone, errors),
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}

/// <summary>The page for bad days.</summary>
/// <param name="Closed">Public pages that are closed.</param>
/// <param name="Keys">Signing keys with their state.</param>
/// <param name="Acts">Acts, the newest first.</param>
/// <param name="MayChange">The reader may close and open pages.</param>
/// <param name="Path">As typed.</param>
/// <param name="Reason">As typed.</param>
/// <param name="IsDone">A page has just been closed or opened.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record EmergencyModel(
    IReadOnlyList<ClosedPage> Closed, IReadOnlyList<SigningKeyStatus> Keys,
    IReadOnlyList<(DateTimeOffset At, Text Act, string What, string Actor, string Reason)> Acts, bool MayChange, string Path, string Reason,
    bool IsDone, IReadOnlyList<FieldError> Errors);
