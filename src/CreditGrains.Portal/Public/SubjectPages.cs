using System.Globalization;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>The public page of an organisation.</summary>
internal static class SubjectPages
{
    public static void Map(IEndpointRouteBuilder routes) => routes.GetPage($"{PortalPaths.Subjects}/{{code}}", ShowAsync).AllowAnonymous();

    private static async Task<IResult> ShowAsync(
        string code, string? section, string? page, HttpContext context, CreditEngine engine, SubjectCodes codes, PublicReader reader)
    {
        if (!codes.TryRead(code, out var subject))
        {
            var fault = engine.Rulebook.Scheme is UsccScheme ? CodeFault.Of(code) : null;
            return fault is null
                ? Results.NotFound()
                : Pages.Page<SearchPage>(
                    new SearchModel(fault.Code, "", [new FieldError("q", HomeTexts.WrongCode)], fault, null, [], null, null),
                    StatusCodes.Status404NotFound);
        }

        if (await engine.Subjects.FindAsync(subject, Consistency.Any, context.RequestAborted) is not { Position: > 0 } view)
        {
            return Pages.Page<SearchPage>(
                new SearchModel(subject.Value, "", [], null, subject.Value, [], null, null), StatusCodes.Status404NotFound);
        }

        var asked = section is null ? null : ReportSection.OfRecords.FirstOrDefault(known => known.Id == section);
        var number = 1;
        if ((section is not null && asked is null) || (page is not null
            && (asked is null || !int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 1)))
            return Results.NotFound();
        var model = await reader.SubjectAsync(view, asked, number, context.RequestAborted);

        // A page beyond the end is none; the first one of an empty section says that it is empty.
        return number > 1 && model.Sections[0].Records.Count == 0 ? Results.NotFound() : Pages.Page<SubjectPage>(model);
    }
}
