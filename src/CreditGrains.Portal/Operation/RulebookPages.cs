using System.Text;
using System.Text.RegularExpressions;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Rules;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Operation;

/// <summary>
/// Changes of the rulebook (规则手册) beyond its policy, in pages: one person hands files in, another puts them in force. The engine judges
/// each step as it does for the interface.
/// </summary>
internal static partial class RulebookPages
{
    private const int PageSize = 50;
    private const int StepsMax = 200;
    private const int FilesBytesMax = 1024 * 1024;
    private const int MistakesShown = 20;
    private const string FieldBegin = "file:";
    private const string Proposal = PortalPaths.Rulebook + "/proposals/{digest}";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Rulebook, ShowAsync).For(AccessRules.PolicyRead);

        // The purpose is asked before anything is typed, not between a form and its answer.
        routes.GetPage(PortalPaths.RulebookDraft, EditAsync).ForWithPurpose(AccessRules.PolicyDraft);
        routes.PostForm(PortalPaths.RulebookDraft, DraftAsync).ForWithPurpose(AccessRules.PolicyDraft)
            .Within(capacities => capacities.JournalReads);
        routes.GetPage(PortalPaths.RulebookUpload, () => Pages.Page<RulebookUploadPage>(new RulebookUploadModel([])))
            .ForWithPurpose(AccessRules.PolicyDraft);
        routes.PostForm(PortalPaths.RulebookUpload, UploadAsync).ForWithPurpose(AccessRules.PolicyDraft)
            .Within(capacities => capacities.JournalReads);
        routes.GetPage(Proposal, ProposalAsync).ForWithPurpose(AccessRules.PolicyRead).Within(capacities => capacities.JournalReads);
        routes.PostForm(Proposal, ApplyAsync).ForWithPurpose(AccessRules.PolicyDecide).Within(capacities => capacities.JournalReads);
    }

    private static async Task<IResult> ShowAsync(
        string? cursor, HttpContext context, CreditEngine engine, Cursors cursors, PortalRequest request)
    {
        const string List = "portal-rulebooks";
        var after = cursors.Read(List, cursor);
        var found = await engine.Rulebooks.ListAsync(after, PageSize + 1, context.RequestAborted);
        var steps = await engine.Rulebooks.EventsAsync(0, StepsMax, context.RequestAborted);
        var inForce = engine.Rulebooks.InForce;
        return Pages.Page<RulebookPage>(new RulebookModel(
            inForce.BaseDigest, inForce.Files, [.. steps.Reverse().Select(step => (step.Act.Action, step.Act.Actor, step.At))],
            [.. found.Take(PageSize)], request.IsAny(AccessRules.PolicyDraft.Any), after is null ? null : PortalPaths.Rulebook,
            found.Count > PageSize ? $"{PortalPaths.Rulebook}?cursor={cursors.Make(List, found[PageSize - 1].Digest)}" : null));
    }

    private static async Task<IResult> EditAsync(string? from, HttpContext context, CreditEngine engine)
    {
        var files = string.IsNullOrEmpty(from)
            ? engine.Rulebooks.InForce.Files
            : (await engine.Rulebooks.FindAsync(from, context.RequestAborted) ?? throw Unknown(from)).Files;
        return Pages.Page<RulebookDraftPage>(new RulebookDraftModel(files, "", [], null, []));
    }

    /// <summary>Checks or hands in; whatever is wrong, everything typed stays.</summary>
    private static async Task<IResult> DraftAsync(HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        var form = await PortalForm.ReadAsync(context);
        var files = form.All.Where(field => field.Key.StartsWith(FieldBegin, StringComparison.Ordinal) && field.Value.Trim().Length > 0)
            .GroupBy(field => field.Key[FieldBegin.Length..], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Value.ReplaceLineEndings("\n").TrimEnd() + "\n");
        var (note, errors) = (form["note"], Reasons.ErrorsOf(form, "note", isRequired: false, engine));
        if (errors.Count > 0)
            return Draft(new RulebookDraftModel(files, note, [], null, errors));
        if (form["action"] != "hand-in")
            return await CheckAsync(files, note, context, engine, looks);
        var step = await engine.Rulebooks.ProposeAsync(
            files, Caller.Of(context).Actor, note.Length == 0 ? null : note, context.RequestAborted);
        if (step.Proposal is { } made)
            return Pages.SeeOther($"{PortalPaths.RulebookProposal(made.Digest)}?done=proposed");
        return Draft(new RulebookDraftModel(
            files, note, step.Mistakes, null, [new FieldError("", WordsOf(step.Rejection!)), .. ErrorsOf(step.Mistakes, files)]));
    }

    /// <summary>Takes files from the person's machine into the editor, in the place of those in force.</summary>
    private static async Task<IResult> UploadAsync(HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        if (context.Request.ContentLength > FilesBytesMax)
        {
            await BodyDrain.ReadAsync(context);
            return Upload(new FieldError("files", RulebookTexts.TooLarge));
        }

        var (form, chosen) = await PortalForm.ReadWithFilesAsync(context, FilesBytesMax);
        if (!form.IsFresh)
            return Upload(FieldError.Stale);
        if (chosen.Count == 0)
            return Upload(new FieldError("files", RulebookTexts.FilesMissing));
        var files = new Dictionary<string, string>(engine.Rulebooks.InForce.Files);
        foreach (var file in chosen)
        {
            var name = Path.GetFileName(file.FileName.Replace('\\', '/'));
            using var content = new MemoryStream();
            await file.CopyToAsync(content, context.RequestAborted);
            try
            {
                files[CalendarName().IsMatch(name) ? $"calendar/{name}" : name] =
                    Strict.GetString(content.GetBuffer().AsSpan(0, (int)content.Length)).TrimStart('\uFEFF').ReplaceLineEndings("\n");
            }
            catch (DecoderFallbackException)
            {
                return Upload(new FieldError("files", RulebookTexts.NotUtf8.With(name)));
            }
        }

        return await CheckAsync(files, "", context, engine, looks);
    }

    private static async Task<IResult> CheckAsync(
        Dictionary<string, string> files, string note, HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        var (review, mistakes) = await engine.Rulebooks.CompareAsync(files, context.RequestAborted);
        await RecordAsync(review, looks);
        return Draft(new RulebookDraftModel(files, note, mistakes, review, [.. ErrorsOf(mistakes, files)]));
    }

    private static RazorComponentResult<RulebookDraftPage> Draft(RulebookDraftModel model) => Pages.Page<RulebookDraftPage>(
        model, model.Errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static RazorComponentResult<RulebookUploadPage> Upload(FieldError error) =>
        Pages.Page<RulebookUploadPage>(new RulebookUploadModel([error]), StatusCodes.Status422UnprocessableEntity);

    /// <summary>The first mistakes for the summary, each leading to its file's field.</summary>
    private static IEnumerable<FieldError> ErrorsOf(IReadOnlyList<RulebookMistake> mistakes, Dictionary<string, string> files)
    {
        var ids = new RulebookDraftModel(files, "", [], null, []).Fields.ToDictionary(field => field.Name, field => field.Id);
        return mistakes.Take(MistakesShown).Select(mistake => new FieldError(
            ids.GetValueOrDefault(mistake.File) ?? "",
            RulebookTexts.MistakeAt.With(mistake.File, mistake.Line, MistakeTexts.Of(mistake.Code, mistake.Message))));
    }

    private static async Task<IResult> ProposalAsync(
        string digest, string? done, HttpContext context, CreditEngine engine, SubjectLooks looks, PortalRequest request)
    {
        var proposal = await engine.Rulebooks.FindAsync(digest, context.RequestAborted) ?? throw Unknown(digest);
        return Pages.Page<RulebookProposalPage>(await ModelAsync(proposal, "", done, [], context, engine, looks, request));
    }

    private static async Task<IResult> ApplyAsync(
        string digest, HttpContext context, CreditEngine engine, SubjectLooks looks, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var reason = form["reason"];
        var errors = Reasons.ErrorsOf(form, "reason", isRequired: true, engine);
        if (errors.Count == 0)
        {
            var step = await engine.Rulebooks.ApplyAsync(digest, Caller.Of(context).Actor, reason, context.RequestAborted)
                ?? throw Unknown(digest);
            if (step.Rejection is not { } rejection)
                return Pages.SeeOther($"{PortalPaths.RulebookProposal(step.Proposal!.Digest)}?done=applied");
            errors.Add(new FieldError("reason", WordsOf(rejection)));
        }

        var proposal = await engine.Rulebooks.FindAsync(digest, context.RequestAborted) ?? throw Unknown(digest);
        return Pages.Page<RulebookProposalPage>(
            await ModelAsync(proposal, reason, null, errors, context, engine, looks, request), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<RulebookProposalModel> ModelAsync(
        RulebookProposal proposal, string reason, string? done, List<FieldError> errors, HttpContext context, CreditEngine engine,
        SubjectLooks looks, PortalRequest request)
    {
        var isInForce = proposal.Digest == engine.Rulebooks.InForce.BaseDigest;
        var (review, _) = await engine.Rulebooks.CompareAsync(proposal.Files, context.RequestAborted);
        await RecordAsync(review, looks);
        return new RulebookProposalModel(
            proposal, isInForce, review, (!isInForce || errors.Count > 0) && request.IsAny(AccessRules.PolicyDecide.Any), reason, done,
            errors);
    }

    /// <summary>The records that stand against a rulebook are shown with their source and id: of whom is recorded (I9).</summary>
    private static async Task RecordAsync(RulebookReview? review, SubjectLooks looks)
    {
        foreach (var subject in (review?.FirstFaults ?? []).Select(fault => fault.Subject).Distinct())
            await looks.RecordAsync(subject, "portal/rulebook", review!.Digest[..16]);
    }

    private static Text WordsOf(Rejection rejection) => new(rejection.Detail("zh"), rejection.Detail("en"));

    private static RequestRefusedException Unknown(string digest) => new(ErrorCatalogue.UnknownRulebook, "", digest);

    [GeneratedRegex(@"^[0-9]{4}\.yaml\z")]
    private static partial Regex CalendarName();
}
