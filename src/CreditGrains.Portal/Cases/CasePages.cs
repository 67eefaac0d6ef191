using CreditGrains.Api.Authorization;
using CreditGrains.Api.Cases;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Cases (办件): those who file them, those who handle them, and what each of them may do.</summary>
internal static class CasePages
{
    /// <summary>The address of all pages of one case.</summary>
    public const string Case = PortalPaths.Cases + "/{case}";

    public static void AddServices(IServiceCollection services) => services.AddSingleton<CaseReader>().AddSingleton<FilingReader>()
            .AddSingleton<OtherCases>().AddSingleton<CaseFilingForm>().AddSingleton<ProofForms>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(PortalPaths.Rights, (CreditEngine engine) => Pages.Page<RightsPage>(RightsModel.Of(engine.Rulebook, engine.Today)))
            .AllowAnonymous();
        CaseListPages.Map(routes);
        FilingPages.Map(routes);
        DepartmentFilingPages.Map(routes);
        OrganisationFilingPages.Map(routes);
        CaseStepPages.Map(routes);
        routes.GetPage(Case, ShowAsync).ForWithPurpose(AccessRules.CaseRead).Within(capacities => capacities.Lists);
        routes.GetPage($"{Case}/proofs/{{digest}}", SendProofAsync).ForWithPurpose(AccessRules.ProofRead)
            .Within(capacities => capacities.Proofs);
        routes.GetPage($"{Case}/filed", FiledAsync).ForWithPurpose(AccessRules.CaseRead).Within(capacities => capacities.Lists);
    }

    private static async Task<IResult> ShowAsync(
        string @case, string? done, HttpContext context, CaseReader reader, SubjectLooks looks)
    {
        var found = await reader.RequireAsync(@case, looks, context);
        var model = await reader.ReadAsync(found, context);
        return Pages.Page<CasePage>(model with
        {
            Done = CaseNames.Find<CaseStep>(done) is null ? null : reader.WordsOf(found, done!).Done,
        });
    }

    /// <summary>A file of the case, to be kept and not shown: by the interface's rule and sending.</summary>
    private static async Task<IResult> SendProofAsync(
        string @case, string digest, HttpContext context, CaseReading reading, PortalRequest request) => ProofEndpoints.Send(
        await reading.RequireProofAsync(@case, digest, "portal/proof", PortalSession.PurposeOf(request.Caller!)!, context), context);

    private static async Task<IResult> FiledAsync(string @case, HttpContext context, CaseReader reader, SubjectLooks looks)
    {
        var found = await reader.RequireAsync(@case, looks, context);
        var begin = CaseProcedure.TableOf(found.File.Kind).First(line => CaseNames.Of(line.Step) == found.Steps[0].Step);
        return found.File.State == begin.To
            ? Pages.Page<CaseFiledPage>(await reader.ReadAsync(found, context)) : Pages.SeeOther(PortalPaths.Case(@case));
    }
}
