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
        foreach (var (filing, question) in new[]
        {
            (RecordFiling.SourceObjection, CaseFilingTexts.SourceObjectionQuestion),
            (RecordFiling.Synchronisation, CaseFilingTexts.SynchroniseQuestion),
        })
        {
            MapStart(
                routes, filing.Name, filing.Title, question, filing.Rule,
                (_, engine) => DeadlineFault.Of(filing.Kind, filing.Step, engine));
        }

        foreach (var filing in DepartmentFiling.All)
        {
            MapStart(routes, filing.Name, filing.Title, filing.SubjectQuestion, rule, ObstacleTo);
            var path = $"{PortalPaths.CaseNew(filing.Name)}/{{id}}";
            routes.GetPage(path, async (string id, HttpContext context, CreditEngine engine, CaseFilingForm pages, SubjectLooks looks) =>
            {
                var view = await pages.RequireAsync(id, looks, context.RequestAborted);
                return ObstacleTo(Caller.Of(context).Source ?? "", engine) is not null
                    ? Pages.SeeOther(PortalPaths.CaseNew(filing.Name)) : pages.Begin(filing, view, PlaceOf(filing, view, context), context);
            }).ForWithPurpose(rule).Within(capacities => capacities.Lists);
            ProofForms.Accept(routes.PostForm(path, async (string id, HttpContext context, CaseFilingForm pages, SubjectLooks looks) =>
            {
                var view = await pages.RequireAsync(id, looks, context.RequestAborted);
                return await pages.GoOnAsync(filing, view, PlaceOf(filing, view, context), context, looks);
            }).ForWithPurpose(rule).Within(capacities => capacities.Lists));

            Text? ObstacleTo(string source, CreditEngine engine) =>
                filing.ObstacleFor(source, engine.Rulebook) ?? DeadlineFault.Of(filing.Kind, CaseStep.Submit, engine);
        }
    }

    /// <summary>The page that asks for the organisation, and leads on to the form for it.</summary>
    private static void MapStart(
        IEndpointRouteBuilder routes, string name, Text title, Text question, AccessRule rule,
        Func<string, CreditEngine, Text?> obstacleFor)
    {
        routes.GetPage(PortalPaths.CaseNew(name), async (
            string? code, HttpContext context, CreditEngine engine, CaseFilingForm pages, SubjectLooks looks) =>
        {
            var caller = Caller.Of(context);
            var obstacle = obstacleFor(caller.Source ?? "", engine);
            var errors = new List<FieldError>();
            if (code is not null && obstacle is null)
            {
                var (view, fault) = await pages.FindAsync(code.Trim(), looks, context.RequestAborted);
                if (view is not null)
                    return Pages.SeeOther(PortalPaths.CaseNew(name, view.Subject.Value));
                errors.Add(new FieldError("code", fault!));
            }

            return Pages.Page<DepartmentFilingStartPage>(
                new DepartmentFilingStartModel(
                    name, title, caller.IsAny(AccessRules.CaseDesk.Any) ? null : caller.Source,
                    code is { Length: > CaseFilingForm.CodeCharsMax } ? code[..CaseFilingForm.CodeCharsMax] : code ?? "", question,
                    obstacle, errors),
                errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
        }).ForWithPurpose(rule).Within(capacities => capacities.Lists);
    }

    private static FilingPlace PlaceOf(DepartmentFiling filing, SubjectView view, HttpContext context) => new(
        PortalPaths.CaseNew(filing.Name, view.Subject.Value),
        [Crumb.Home, new(PortalPaths.Source(Caller.Of(context).Source ?? "", "cases"), CaseTexts.Desk)], PortalPaths.CaseNew(filing.Name));
}
