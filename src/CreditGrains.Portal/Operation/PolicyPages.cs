using System.Globalization;
using CreditGrains.Api;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>The life of policy versions (评价标准) in pages: the engine judges each step as it does for the interface.</summary>
internal static class PolicyPages
{
    private const int PageSize = 50;
    private const int HandedInCharsMax = 400_000;
    private const string Version = PortalPaths.Policies + "/{version}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Policies, ListAsync).For(AccessRules.PolicyRead);
        routes.GetPage(PortalPaths.PolicyDraft, EditAsync).For(AccessRules.PolicyDraft);
        routes.PostForm(PortalPaths.PolicyDraft, DraftAsync).For(AccessRules.PolicyDraft);
        routes.GetPage(Version, ShowAsync).For(AccessRules.PolicyRead);
        routes.PostForm($"{Version}/approve", DecideAsync).For(AccessRules.PolicyDecide);
        routes.PostForm($"{Version}/activate", DecideAsync).For(AccessRules.PolicyDecide);
        routes.PostForm($"{Version}/withdraw", DecideAsync).For(AccessRules.PolicyWork);
    }

    private static async Task<IResult> ListAsync(
        string? cursor, HttpContext context, CreditEngine engine, PolicyViews views, Cursors cursors, PortalRequest request)
    {
        const string List = "portal-policies";
        var after = cursors.Read(List, cursor);
        var versions = await engine.Policies.ListAsync(after, PageSize + 1, context.RequestAborted);
        var page = versions.Take(PageSize).ToList();
        return Pages.Page<PoliciesPage>(new PoliciesModel(
            engine.Policies.InForce, [.. page.Select(version => (views.Summary(version), engine.Policies.StateOf(version)))],
            request.IsAny(AccessRules.PolicyDraft.Any), after is null ? null : PortalPaths.Policies,
            versions.Count > PageSize ? $"{PortalPaths.Policies}?cursor={cursors.Make(List, page[^1].Version)}" : null));
    }

    private static async Task<IResult> EditAsync(string? from, HttpContext context, CreditEngine engine, PolicyViews views)
    {
        var known = await views.FindAsync(string.IsNullOrEmpty(from) ? engine.Policies.InForce : from, context.RequestAborted);
        return Pages.Page<PolicyEditPage>(new PolicyEditModel(known.Version.Text, "", [], null, engine.Policies.InForce, []));
    }

    /// <summary>Checks or hands in. A version that somebody else has handed in meanwhile is told, and the text stays.</summary>
    private static async Task<IResult> DraftAsync(HttpContext context, CreditEngine engine, PolicyViews views, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var (text, note) = (form["text"], form["note"]);
        var errors = Reasons.ErrorsOf(form, "note", isRequired: false, engine);
        if (text.Length == 0)
            errors.Add(new FieldError("text", PolicyPageTexts.TextMissing));
        else if (text.Length > HandedInCharsMax)
            errors.Add(new FieldError("text", QuarantineTexts.LineTooLong));
        if (errors.Count > 0)
            return Wrong([], null);
        var validated = views.Validated(engine.Policies.Read(text + "\n"), request.Language);
        if (!validated.Valid)
        {
            errors.AddRange(validated.Mistakes.Take(20).Select(mistake => new FieldError(
                "text", PolicyPageTexts.MistakeAt.With(mistake.Line, MistakeTexts.Of(mistake.Code, mistake.Message)))));
            return Wrong(validated.Mistakes, null);
        }

        if (form["action"] != "hand-in")
        {
            return Pages.Page<PolicyEditPage>(
                new PolicyEditModel(text, note, [], validated.Differences, engine.Policies.InForce, []));
        }

        var outcome = await engine.Policies.DraftAsync(
            text + "\n", Caller.Of(context).Actor, note.Length == 0 ? null : note, context.RequestAborted);
        if (outcome.State is { } made)
            return Pages.SeeOther($"{PortalPaths.Policy(made.Version)}?done=draft");
        errors.Add(new FieldError("text", WordsOf(outcome.Rejection!)));
        return Wrong([], validated.Differences);

        IResult Wrong(
            IReadOnlyList<MistakeResponse> mistakes, IReadOnlyList<DifferenceResponse>? differences) => Pages.Page<PolicyEditPage>(
            new PolicyEditModel(text, note, mistakes, differences, engine.Policies.InForce, errors),
            StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(
        string version, string? done, HttpContext context, CreditEngine engine, PolicyViews views, PortalRequest request) =>
        Pages.Page<PolicyPage>(await ModelAsync(version, ("", "", ""), done, [], context, engine, views, request));

    /// <summary>
    /// One step. The form carries the state that its page was of, which is compared as part of the write: of two people who decide at
    /// once the second is told, and what was typed stays.
    /// </summary>
    private static async Task<IResult> DecideAsync(
        string version, HttpContext context, CreditEngine engine, PolicyViews views, ApiOptions options, PortalRequest request)
    {
        request.ShownAt = PortalPaths.Policy(version);
        var form = await PortalForm.ReadAsync(context);
        var step = context.Request.Path.Value!.Split('/')[^1];
        var (reason, at, confirm) = (form["reason"], form["at"], form["confirm"]);
        var errors = Reasons.ErrorsOf(form, "reason", step != "activate", engine);
        DateTimeOffset? from = null;
        long? confirmed = null;
        if (at.Length > 0 && (from = Parameters.Instant(at)) is null)
            errors.Add(new FieldError("at", PolicyPageTexts.AtWrong));
        if (confirm.Length > 0)
        {
            if (long.TryParse(confirm, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                confirmed = number;
            else
                errors.Add(new FieldError("confirm", PolicyPageTexts.ConfirmWrong));
        }

        if (errors.Count == 0)
        {
            var (actor, tags, cancellation) = (Caller.Of(context).Actor, new List<string> { form["tag"] }, context.RequestAborted);
            var (isKnown, rejection) = step switch
            {
                "approve" => Of(await engine.Policies.ApproveAsync(version, actor, reason, tags, cancellation)),
                "withdraw" => Of(await engine.Policies.WithdrawAsync(version, actor, reason, tags, cancellation)),
                _ => Of(await engine.Policies.ActivateAsync(
                    version,
                    new ActivationCommand
                    {
                        Actor = actor, At = from, Reason = reason.Length == 0 ? null : reason, ConfirmDowngrades = confirmed,
                    },
                    new DowngradeGuard(options.DowngradePercentMax), tags, cancellation)),
            };
            if (!isKnown)
                throw new RequestRefusedException(ErrorCatalogue.UnknownPolicy, "", version);
            if (rejection is null)
                return Pages.SeeOther($"{PortalPaths.Policy(version)}?done={step}");
            errors.Add(rejection.Error == ErrorCatalogue.PreconditionFailed
                ? new FieldError("", PolicyPageTexts.Changed) : new FieldError("reason", WordsOf(rejection)));
        }

        return Pages.Page<PolicyPage>(
            await ModelAsync(version, (reason, at, confirm), null, errors, context, engine, views, request),
            StatusCodes.Status422UnprocessableEntity);
    }

    private static (bool IsKnown, Rejection? Rejection) Of<T>(PolicyOutcome<T>? outcome)
        where T : class => (outcome is not null, outcome?.Rejection);

    private static Text WordsOf(Rejection rejection) => new(rejection.Detail("zh"), rejection.Detail("en"));

    private static async Task<PolicyModel> ModelAsync(
        string version, (string, string, string) typed, string? done, IReadOnlyList<FieldError> errors, HttpContext context,
        CreditEngine engine, PolicyViews views, PortalRequest request)
    {
        var known = await views.FindAsync(version, context.RequestAborted);
        var state = engine.Policies.StateOf(known.Version);
        var steps = new List<(string, Text)>();
        if (request.IsAny(AccessRules.PolicyDecide.Any))
        {
            if (state == PolicyState.Draft)
                steps.Add(("approve", PolicyPageTexts.Approve));
            if (state is PolicyState.Approved or PolicyState.Superseded)
                steps.Add(("activate", state == PolicyState.Superseded ? PolicyPageTexts.RollBack : PolicyPageTexts.Activate));
        }

        if (request.IsAny(AccessRules.PolicyWork.Any) && state is PolicyState.Draft or PolicyState.Approved)
            steps.Add(("withdraw", PolicyPageTexts.Withdraw));
        return new PolicyModel(
            await views.WholeAsync(known, null, request.Language, context.RequestAborted), state, views.TagOf(known.Version), steps, typed,
            done is not null && PolicyPageTexts.Actions.TryGetValue(done, out var action) ? PolicyPageTexts.Done.With(action) : null,
                errors);
    }
}
