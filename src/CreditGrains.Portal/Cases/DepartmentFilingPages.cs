using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>A department opens a case: the organisation's code first, then the questions of <see cref="CaseFilingForm"/>.</summary>
internal static class DepartmentFilingPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var rule = AccessRules.CaseOf(CaseRoles.Source);
        foreach (var filing in DepartmentFiling.All)
        {
            routes.GetPage(PortalPaths.CaseNew(filing.Name), (
                string? code, HttpContext context, CreditEngine engine, CaseFilingForm pages, SubjectLooks looks) =>
                StartAsync(filing, code, context, engine, pages, looks))
                .ForWithPurpose(rule).Within(capacities => capacities.Lists);
            var path = $"{PortalPaths.CaseNew(filing.Name)}/{{id}}";
            routes.GetPage(path, async (string id, HttpContext context, CreditEngine engine, CaseFilingForm pages, SubjectLooks looks) =>
            {
                var view = await pages.RequireAsync(id, looks, context.RequestAborted);
                return filing.ObstacleFor(Caller.Of(context).Source ?? "", engine.Rulebook) is not null
                    ? Pages.SeeOther(PortalPaths.CaseNew(filing.Name)) : pages.Begin(filing, view, PlaceOf(filing, view, context), context);
            }).ForWithPurpose(rule).Within(capacities => capacities.Lists);
            routes.PostForm(path, async (string id, HttpContext context, CaseFilingForm pages, SubjectLooks looks) =>
            {
                var form = await PortalForm.ReadAsync(context);
                var view = await pages.RequireAsync(id, looks, context.RequestAborted);
                return await pages.GoOnAsync(filing, view, PlaceOf(filing, view, context), form, context, looks);
            }).ForWithPurpose(rule).Within(capacities => capacities.Lists);
        }
    }

    /// <summary>Of which organisation.</summary>
    private static async Task<IResult> StartAsync(
        DepartmentFiling filing, string? code, HttpContext context, CreditEngine engine, CaseFilingForm pages, SubjectLooks looks)
    {
        var source = Caller.Of(context).Source ?? "";
        var obstacle = filing.ObstacleFor(source, engine.Rulebook);
        var errors = new List<FieldError>();
        if (code is not null && obstacle is null)
        {
            var (view, fault) = await pages.FindAsync(code.Trim(), looks, context.RequestAborted);
            if (view is not null)
                return Pages.SeeOther(PortalPaths.CaseNew(filing.Name, view.Subject.Value));
            errors.Add(new FieldError("code", fault!));
        }

        return Pages.Page<DepartmentFilingStartPage>(
            new DepartmentFilingStartModel(
                filing.Name, filing.Title, source,
                code?.Length > CaseFilingForm.CodeCharsMax ? code[..CaseFilingForm.CodeCharsMax] : code ?? "",
                filing.SubjectQuestion, obstacle, errors),
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static FilingPlace PlaceOf(DepartmentFiling filing, SubjectView view, HttpContext context) => new(
        PortalPaths.CaseNew(filing.Name, view.Subject.Value),
        [Crumb.Home, new(PortalPaths.Source(Caller.Of(context).Source ?? "", "cases"), CaseTexts.Desk)], PortalPaths.CaseNew(filing.Name));
}
