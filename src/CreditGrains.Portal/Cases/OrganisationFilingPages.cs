using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// An organisation signs a commitment or declares something of itself, by the questions of <see cref="CaseFilingForm"/>; and the public
/// catalogue of commitments.
/// </summary>
internal static class OrganisationFilingPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Commitments, (CreditEngine engine) => Pages.Page<CommitmentsPage>(CommitmentsModel.Of(engine.Rulebook)))
            .AllowAnonymous();
        foreach (var filing in OrganisationFiling.All)
        {
            var path = $"{PortalPaths.Organisations}/{{id}}/{filing.Name}";
            routes.GetPage(path, async (
                string id, HttpContext context, CreditEngine engine, CaseFilingForm pages, SubjectLooks looks) =>
            {
                var view = await pages.RequireAsync(id, looks, context.RequestAborted);
                return filing.IsKept(engine.Rulebook.Procedures)
                    ? pages.Begin(filing, view, PlaceOf(filing, view), context) : Results.NotFound();
            }).ForWithPurpose(AccessRules.CaseFiling).Within(capacities => capacities.Lists);
            ProofForms.Accept(routes.PostForm(path, async (
                string id, HttpContext context, CreditEngine engine, CaseFilingForm pages, SubjectLooks looks) =>
            {
                var view = await pages.RequireAsync(id, looks, context.RequestAborted);
                return filing.IsKept(engine.Rulebook.Procedures)
                    ? await pages.GoOnAsync(filing, view, PlaceOf(filing, view), context, looks) : Results.NotFound();
            }).ForWithPurpose(AccessRules.CaseFiling).Within(capacities => capacities.Lists));
        }
    }

    private static FilingPlace PlaceOf(OrganisationFiling filing, SubjectView view)
    {
        var code = view.Subject.Value;
        return new FilingPlace(
            PortalPaths.Organisation(code, filing.Name),
            [
                Crumb.Home, new(PortalPaths.Organisation(code), OrganisationReader.HeadOf(view).Title),
                new(PortalPaths.Organisation(code, "cases"), CaseTexts.Cases),
            ],
            null);
    }
}
