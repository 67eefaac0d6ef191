using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>Acts on checks, told on a form; and the checks that wait for them.</summary>
internal static class FeedbackPages
{
    private const int PageSize = 50;
    private const int CheckCharsMax = 64;
    private const string Operation = "portal/check-feedback";
    private const string Path = PortalPaths.Checks + "/{number}/feedback";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.CheckReminders, RemindersAsync).ForWithPurpose(AccessRules.Check)
            .Within(capacities => capacities.Lists);
        routes.GetPage(Path, ShowAsync).ForWithPurpose(AccessRules.Check).Within(capacities => capacities.Lists);
        routes.PostForm(Path, SendAsync).ForWithPurpose(AccessRules.Check).Within(capacities => capacities.Assessments);
    }

    private static async Task<IResult> RemindersAsync(
        string? check, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors, SubjectLooks looks)
    {
        var caller = Caller.Of(context);
        if (check is not null && await engine.Checks.FindReceiptAsync(check.Trim(), context.RequestAborted) is { } asked
            && CheckReading.IsOwn(caller, asked))
            return Pages.SeeOther(PortalPaths.CheckFeedback(asked.Reference!));
        var owner = PendingFeedback.OwnerOf(caller.Source, caller.Actor);
        var list = $"portal-reminders/{owner}";
        var after = cursors.Read(list, cursor)?.Split('|', 3) is [var day, var number, var measure]
            ? ((DateOnly, string, string)?)(DateOnly.FromDayNumber(int.Parse(day, CultureInfo.InvariantCulture)), number, measure) : null;
        var found = await engine.Feedback.PendingAsync(
            new PendingFeedbackQuery(owner, null, after, PageSize + 1), context.RequestAborted);
        var page = found.Take(PageSize).ToList();
        foreach (var subject in page.Select(each => each.Subject).Distinct())
            await looks.RecordAsync(subject, Operation);
        return Pages.Page<RemindersPage>(new ReminderModel(
            page.ConvertAll(each => new ReminderRowModel(
                each, MeasureOf(each.Measure, engine), MatterOf(each.Matter, engine), each.Due < engine.Today)),
            after is null ? null : PortalPaths.CheckReminders,
            found.Count <= PageSize ? null : PortalPaths.CheckReminders + QueryString.Create("cursor", cursors.Make(
                list, string.Create(CultureInfo.InvariantCulture, $"{page[^1].Due.DayNumber}|{page[^1].Check}|{page[^1].Measure}"))))
        {
            Check = check is { Length: > CheckCharsMax } ? check[..CheckCharsMax] : check ?? "",
            Errors = check is null ? [] : [new FieldError("check", FeedbackTexts.CheckUnknown)],
        });
    }

    private static async Task<IResult> ShowAsync(
        string number, string? measure, string? done, HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        var check = await OwnAsync(number, context, engine, looks);
        return Pages.Page<FeedbackPage>(await ModelOf(
            check, new FeedbackFormModel(measure ?? "", "", "", "", ""), [], done is not null, context, engine));
    }

    private static async Task<IResult> SendAsync(string number, HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        var form = await PortalForm.ReadAsync(context);
        var check = await OwnAsync(number, context, engine, looks);
        var typed = new FeedbackFormModel(form["measure"], form["action"], form["amount"], form["acted-on"], form["note"]);
        var errors = new List<FieldError>();
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        if (typed.Measure.Length == 0)
            errors.Add(new FieldError("measure", FeedbackTexts.MeasureMissing));
        if (typed.Action.Length == 0)
            errors.Add(new FieldError("action", FeedbackTexts.ActionMissing));
        decimal? amount = null;
        if (decimal.TryParse(typed.Amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            amount = value;
        else if (typed.Amount.Length > 0)
            errors.Add(new FieldError("amount", FeedbackTexts.AmountWrong));
        DateOnly? actedOn = null;
        if (DateOnly.TryParseExact(typed.ActedOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            actedOn = day;
        else if (typed.ActedOn.Length > 0)
            errors.Add(new FieldError("acted-on", FeedbackTexts.DateWrong));
        AddFaultOf(typed.Note, engine, errors);
        if (errors.Count == 0)
        {
            var caller = Caller.Of(context);
            var isKnown = (await engine.Feedback.ReadAsync(number, context.RequestAborted)).Any(each => each.Measure == typed.Measure);
            var result = await engine.Feedback.GiveAsync(
                check,
                new FeedbackCommand(
                    typed.Measure, typed.Action, amount, typed.Note, actedOn, caller.Actor, caller.Source, isKnown ? 0 : null),
                context.RequestAborted);
            if (result.Feedback is not null)
                return Pages.SeeOther(PortalPaths.CheckFeedback(number) + "?done=1");
            errors.Add(ErrorOf(result.Rejection!));
        }

        return Pages.Page<FeedbackPage>(
            await ModelOf(check, typed, errors, false, context, engine), StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The rules of texts that are stored; the form names the field.</summary>
    private static void AddFaultOf(string note, CreditEngine engine, List<FieldError> errors)
    {
        try
        {
            CommandText.Require(note, "/note", engine, hasLines: true);
        }
        catch (RequestRefusedException refused)
        {
            errors.Add(ErrorOf(refused.Rejection));
        }
    }

    private static FieldError ErrorOf(Rejection rejection) => new(
        rejection.Pointer switch
        {
            "/amount" => "amount", "/actedOn" => "acted-on", "/note" => "note", "/action" => "action", "/measure" => "measure", _ => "",
        },
        Text.Of(rejection.Error.Sentence));

    /// <summary>A check of somebody else is answered as none: its number leads nowhere.</summary>
    private static async Task<AccessEntry> OwnAsync(string number, HttpContext context, CreditEngine engine, SubjectLooks looks)
    {
        var check = await engine.Checks.FindReceiptAsync(number, context.RequestAborted);
        if (check is null || !CheckReading.IsOwn(Caller.Of(context), check))
            throw new RequestRefusedException(ErrorCatalogue.UnknownCheck);
        await looks.RecordAsync(check.Subject, Operation, number);
        return check;
    }

    private static async Task<FeedbackModel> ModelOf(
        AccessEntry check, FeedbackFormModel typed, IReadOnlyList<FieldError> errors, bool isDone, HttpContext context, CreditEngine engine)
    {
        var given = await engine.Feedback.ReadAsync(check.Reference!, context.RequestAborted);
        var answer = await engine.Checks.AnswerAgainAsync(check, context.RequestAborted);
        var shown = answer?.Measures().Select(each => each.Measure).DistinctBy(measure => measure.Id).ToList() ?? [];
        var titles = shown.ToDictionary(measure => measure.Id, measure => Text.Of(measure.Title), StringComparer.Ordinal);
        return new FeedbackModel(
            check.Reference!, check.Subject.Value, MatterOf(check.Receipt!.Matter, engine),
            [.. given.GroupBy(each => each.Measure, StringComparer.Ordinal).Select(revisions => revisions.Last())],
            [("", FormTexts.Choose), .. shown.Select(measure => (measure.Id, titles[measure.Id]))], titles, typed, isDone, errors);
    }

    private static Text MeasureOf(string id, CreditEngine engine) =>
        engine.Rulebook.Measures.TryGetValue(id, out var measure) ? Text.Of(measure.Title) : new Text(id, id);

    private static Text MatterOf(string id, CreditEngine engine) =>
        engine.Rulebook.Matters.TryGetValue(id, out var matter) ? Text.Of(matter.Title) : new Text(id, id);
}
