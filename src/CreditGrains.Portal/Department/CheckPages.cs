using CreditGrains.Api.Authorization;
using CreditGrains.Api.Checks;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>One check (信用核查), or a list of them, for officers without a workflow of their own.</summary>
internal static class CheckPages
{
    public const int CodesMax = 200;
    private const int CodesCharsMax = 100 * CodesMax;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Checks, (CreditEngine engine, PortalRequest request) =>
            Pages.Page<CheckPage>(FormOf("", "", "", engine, request, []))).ForWithPurpose(AccessRules.Check);
        routes.PostForm(PortalPaths.Checks, CheckAsync).ForWithPurpose(AccessRules.Check);
        routes.GetPage(PortalPaths.CheckLists, (CreditEngine engine, PortalRequest request) =>
            Pages.Page<CheckListFormPage>(FormOf("", "", "", engine, request, []))).ForWithPurpose(AccessRules.Check);
        routes.PostForm(PortalPaths.CheckLists, CheckListAsync).ForWithPurpose(AccessRules.Check);
    }

    private static async Task<IResult> CheckAsync(
        HttpContext context, CreditEngine engine, SubjectCodes codes, CheckReader reader, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var (code, matter, stage) = (form["code"], form["matter"], form["stage"]);
        var errors = MatterErrors(form, engine, reader, request);
        Domain.Subjects.SubjectId subject = default;
        if (code.Length == 0)
            errors.Add(new FieldError("code", CheckTexts.CodeMissing));
        else if (FaultOf(code, engine, out subject) is { } fault)
            errors.Add(new FieldError("code", fault));
        if (errors.Count > 0)
        {
            return Pages.Page<CheckPage>(
                FormOf(code, matter, stage, engine, request, errors), StatusCodes.Status422UnprocessableEntity);
        }

        var answer = await reader.CheckAsync(PurposeOf(request), subject, matter, StageOf(stage), request);
        return Pages.Page<CheckResultPage>(new CheckResultModel(
            answer, Text.Of(engine.Rulebook.Matters[matter].Title), StatusOf(answer.Registration?.Status, engine.Rulebook),
            [.. answer.Lists.Concat(answer.Negatives).Concat(answer.Commitments).Select(record => Of(record, engine.Rulebook))],
            request.IsAny(AccessRules.Subject.Any)));
    }

    private static async Task<IResult> CheckListAsync(
        HttpContext context, CreditEngine engine, CheckReader reader, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var (typed, matter, stage) = (form["codes"], form["matter"], form["stage"]);
        var errors = MatterErrors(form, engine, reader, request);
        var lines = typed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
            errors.Add(new FieldError("codes", CheckTexts.CodeMissing));
        else if (lines.Length > CodesMax || typed.Length > CodesCharsMax)
            errors.Add(new FieldError("codes", CheckTexts.CodesTooMany.With(CodesMax, lines.Length)));
        if (errors.Count > 0)
        {
            return Pages.Page<CheckListFormPage>(
                FormOf(typed, matter, stage, engine, request, errors), StatusCodes.Status422UnprocessableEntity);
        }

        var rows = new List<CheckRowModel>(lines.Length);
        foreach (var line in lines)
        {
            rows.Add(FaultOf(line, engine, out var subject) is { } fault
                ? new CheckRowModel(line, null, fault)
                : new CheckRowModel(line, await reader.CheckAsync(PurposeOf(request), subject, matter, StageOf(stage), request), null));
        }

        return Pages.Page<CheckListPage>(new CheckListModel(Text.Of(engine.Rulebook.Matters[matter].Title), rows));
    }

    internal static List<FieldError> MatterErrors(PortalForm form, CreditEngine engine, CheckReader reader, PortalRequest request)
    {
        var errors = new List<FieldError>();
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        if (!engine.Rulebook.Matters.ContainsKey(form["matter"]))
            errors.Add(new FieldError("matter", CheckTexts.MatterMissing));
        else if (reader.WhyRefused(PurposeOf(request), form["matter"], StageOf(form["stage"]), request) is { } refused)
            errors.Add(new FieldError(refused.Pointer == "/stage" ? "stage" : "matter", Text.Of(refused.Error.Sentence)));
        return errors;
    }

    /// <summary>The fault in a code, as precisely as the search names it.</summary>
    internal static Text? FaultOf(string code, CreditEngine engine, out Domain.Subjects.SubjectId subject)
    {
        var rejection = engine.Rulebook.Scheme.Parse(code, engine.IdentifierExceptions, out subject);
        if (rejection is null)
            return null;
        return engine.Rulebook.Scheme is Domain.Identifiers.UsccScheme && CodeFault.Of(code) is { } fault
            ? fault.What : Text.Of(rejection.Error.Sentence);
    }

    private static Text? StatusOf(string? status, Rulebook rulebook)
    {
        var kind = rulebook.Catalogue.Kinds.Values.FirstOrDefault(kind => kind.Role == RecordRole.Registration);
        return SearchPages.StatusOf(status is null ? null : new Domain.Records.SubjectDescription(null, null, null, status), kind);
    }

    internal static string? StageOf(string stage) =>
        CheckTexts.Stages.Any(known => known.Value == stage && stage.Length > 0) ? stage : null;

    private static CheckRecordModel Of(CheckRecord record, Rulebook rulebook) => new(
        rulebook.Catalogue.Kinds.TryGetValue(record.Kind, out var kind) ? Text.Of(kind.Title) : new Text(record.Kind, record.Kind),
        record.Source, record.Id,
        record.Severity switch
        {
            "minor" => SubjectTexts.Minor, "general" => SubjectTexts.General, "serious" => SubjectTexts.Serious, _ => null,
        },
        record.Date, record.Until, record.Disputed);

    internal static CheckFormModel FormOf(
        string codes, string matter, string stage, CreditEngine engine, PortalRequest request, IReadOnlyList<FieldError> errors)
    {
        var purpose = request.Caller is { } caller ? PortalSession.PurposeOf(caller) ?? "" : "";
        return new CheckFormModel(codes, matter, stage, MattersOf(engine), PurposeModel.LabelOf(purpose), errors);
    }

    internal static IReadOnlyList<(string Value, Text Label)> MattersOf(CreditEngine engine) =>
        [("", FormTexts.Choose), .. engine.Rulebook.Matters.Values.Select(each => (each.Id, Text.Of(each.Title)))];

    internal static string PurposeOf(PortalRequest request) =>
        PortalSession.PurposeOf(Caller.Of(request.Context))
        ?? throw new InvalidOperationException("The page does not ask for a purpose.");
}
