using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Engine;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// An objection to an entry, or an application for the repair of entries, in each of its ways (<see cref="RecordFiling"/>): one question
/// a page, the answers checked, and only then sent. The answers go along in the form itself; nothing is kept of an application that is
/// not sent.
/// </summary>
internal static class FilingPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var filing in RecordFiling.All)
            Map(routes, filing);
    }

    private static void Map(IEndpointRouteBuilder routes, RecordFiling filing)
    {
        var path = filing.IsOfDepartment
            ? $"{PortalPaths.CaseNew(filing.Name)}/{{id}}" : $"{PortalPaths.Organisations}/{{id}}/{filing.Name}";
        routes.GetPage(path, (
            string id, string? source, string? record, HttpContext context, CreditEngine engine, FilingReader reader,
            SubjectLooks looks) =>
            BeginAsync(filing, id, source, record, context, engine, reader, looks))
            .ForWithPurpose(filing.Rule).Within(capacities => capacities.Assessments);
        ProofForms.Accept(routes.PostForm(path, (
            string id, HttpContext context, CreditEngine engine, FilingReader reader, CaseReader cases, ProofForms proofs,
            SubjectLooks looks) =>
            GoOnAsync(filing, id, context, engine, reader, cases, proofs, looks))
            .ForWithPurpose(filing.Rule).Within(capacities => capacities.Assessments));
    }

    private static async Task<IResult> BeginAsync(
        RecordFiling filing, string id, string? source, string? record, HttpContext context, CreditEngine engine, FilingReader reader,
        SubjectLooks looks)
    {
        var view = await reader.OpenAsync(id, looks, context.RequestAborted);
        var answers = FilingAnswers.Begin(source, record);
        var model = await reader.ReadAsync(view, filing, filing.Pages[0], answers, [], null, context);
        return DeadlineFault.Of(filing.Kind, filing.Step, engine) is { } obstacle
            ? Pages.Page<FilingObstaclePage>(new FilingObstacleModel(model.Title, model.Above, model.Head.Title, obstacle))
            : Pages.Page<FilingFormPage>(model);
    }

    private static async Task<IResult> GoOnAsync(
        RecordFiling filing, string id, HttpContext context, CreditEngine engine, FilingReader reader, CaseReader cases, ProofForms proofs,
        SubjectLooks looks)
    {
        var view = await reader.OpenAsync(id, looks, context.RequestAborted);
        var sent = await proofs.ReadAsync(view.Subject, takesFiles: true, context);
        var form = sent.Form;
        var (answers, pages) = (FilingAnswers.Of(form, sent.Digests), filing.Pages);
        var page = pages.Contains(form["page"]) ? form["page"] : pages[0];

        // Going back, or to one answer again, takes along what is typed without judging it.
        if (form["go"] is { Length: > 0 } wanted && pages.Contains(wanted))
        {
            var from = page == FilingPage.Check;
            return await ShowAsync(wanted, answers with { ReturnsToCheck = from || answers.ReturnsToCheck }, []);
        }

        var model = await reader.ReadAsync(view, filing, page, answers, [], form, context);
        var errors = reader.ErrorsOf(page, filing.IsObjection, answers, model, form);
        errors.AddRange(sent.Errors);
        if (!form.IsFresh)
            errors.Insert(0, FieldError.Stale);
        if (errors.Count > 0 || sent.IsAboutFiles)
            return await ShowAsync(page, answers, errors);
        if (page != FilingPage.Check)
        {
            var next = answers.ReturnsToCheck ? FilingPage.Check : FilingPage.After(pages, page);
            return await ShowAsync(next, answers with { ReturnsToCheck = false }, []);
        }

        var result = await engine.Cases.OpenAsync(
            view.Subject,
            new CaseCommand
            {
                Step = filing.Step,
                Kind = filing.Kind,
                Route = filing.Route,
                Ruling = filing.Route is null ? null : answers.Ruling,
                Origin = filing.Step == CaseStep.Synchronise ? OriginOf(answers) : null,
                Actor = cases.ActorOf(view.Subject, context),
                Operation = answers.Operation,
                Records = [.. answers.Records.Select(RecordKey.Parse).OfType<RecordId>()],
                Grounds = filing.IsObjection ? answers.Grounds : null,
                Statement = answers.Statement.Length > 0 ? answers.Statement : null,
                Expected = filing.IsObjection && answers.Expected.Count > 0 ? ExpectedOf(answers) : null,
                Declaration = answers.IsDeclared,
                Proofs = answers.Proofs,
            },
            Caller.Of(context).Actor, context.RequestAborted);
        if (result.Case is { } filed)
            return Pages.SeeOther(PortalPaths.Case(filed.Number.ToString(), "filed"));
        var refused = result.Rejection!;
        var (at, field) = PlaceOf(refused, answers);
        return await ShowAsync(at, answers with { ReturnsToCheck = at != FilingPage.Check }, [
            new FieldError(field, new Text(refused.Detail("zh"), refused.Detail("en")))]);

        async Task<IResult> ShowAsync(string shown, FilingAnswers kept, IReadOnlyList<FieldError> mistakes)
        {
            ProofFieldModel? files = null;
            if (shown is FilingPage.Proofs or FilingPage.Check)
            {
                (files, var gone) = await proofs.FindAsync(view.Subject, kept.Proofs, context);
                if (gone is not null)
                {
                    kept = kept with { ReturnsToCheck = kept.ReturnsToCheck || shown == FilingPage.Check };
                    (shown, mistakes) = (FilingPage.Proofs, [.. mistakes.Where(mistake => mistake.Field != ProofForms.FileField), gone]);
                }
            }

            return Pages.Page<FilingFormPage>(
                await reader.ReadAsync(view, filing, shown, kept, mistakes, form, context) with { Proofs = files },
                mistakes.Count == 0 ? StatusCodes.Status200OK : sent.Status);
        }
    }

    private static CaseOrigin OriginOf(FilingAnswers answers) => new(
        answers.Origin["site"], answers.Origin["number"],
        DateOnly.ParseExact(answers.Origin["repairedOn"], "yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static Dictionary<string, string> ExpectedOf(FilingAnswers answers)
    {
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (field, value) in answers.Expected)
            expected[field] = value;
        return expected;
    }

    /// <summary>The page and field that a refusal is about.</summary>
    private static (string Page, string Field) PlaceOf(Rejection refused, FilingAnswers answers) =>
        refused.Pointer.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["record" or "records", ..] => (FilingPage.Record, "record-0"),
            ["grounds"] => (FilingPage.Grounds, $"grounds-{CaseNames.Grounds[0]}"),
            ["statement"] => (FilingPage.Statement, "statement"),
            ["expected", ..] => (FilingPage.Expected, answers.Expected.Count > 0 ? $"new-{answers.Expected[0].Key}" : ""),
            ["proofs", ..] => (FilingPage.Proofs, ProofForms.FileField),
            ["declaration"] => (FilingPage.Declaration, "declared"),
            ["ruling"] => (FilingPage.Ruling, "ruling"),
            ["origin", var field] => (FilingPage.Origin, field),
            _ => (FilingPage.Check, ""),
        };
}
