using CreditGrains.Api.Errors;
using CreditGrains.Api.Operations;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Portal.Lists;
using Microsoft.AspNetCore.Authorization;

namespace CreditGrains.Portal.Hosting;

/// <summary>
/// Answers 503 for public pages that an operator has taken down, and knows which can be. An organisation's page is closed however its code
/// is written.
/// </summary>
internal sealed class ClosedPages(CreditEngine engine, SubjectCodes codes) : IPublicPages
{
    private const string CodeValue = "code";

    private static readonly string[] Whole =
    [
        PortalPaths.Lists, PortalPaths.Subjects, PortalPaths.Search, PortalPaths.Rules, PortalPaths.Commitments, PortalPaths.Rights,
        PortalPaths.Verify,
    ];

    public static Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var pages = context.RequestServices.GetRequiredService<ClosedPages>();
        return pages.IsClosed(context) ? throw new RequestRefusedException(ErrorCatalogue.PageClosed) : next(context);
    }

    public string? Find(string path)
    {
        var known = path.TrimEnd('/');
        if (Whole.FirstOrDefault(page => page.Equals(known, StringComparison.OrdinalIgnoreCase)) is { } whole)
            return whole;
        var parts = known.Split('/');
        if (parts is not ["", _, _, { Length: > 0 } last])
            return null;
        var folder = string.Join('/', parts[..^1]);
        if (folder.Equals(PortalPaths.Lists, StringComparison.OrdinalIgnoreCase))
        {
            return PublicList.Of(engine.Rulebook).FirstOrDefault(list => list.Id == last) is { } list
                ? $"{PortalPaths.Lists}/{list.Id}" : null;
        }

        return folder.Equals(PortalPaths.Subjects, StringComparison.OrdinalIgnoreCase)
            && codes.TryRead(Uri.UnescapeDataString(last), out var subject) ? $"{PortalPaths.Subjects}/{subject.Value}" : null;
    }

    /// <summary>Whether the organisation's own page is closed: lists and searches leave it out then.</summary>
    public bool IsClosed(SubjectId subject)
    {
        var closed = engine.Closings.All;
        return closed.Count > 0 && closed.Any(page => page.Path == PortalPaths.Subjects + "/" + subject.Value);
    }

    private bool IsClosed(HttpContext context)
    {
        if (engine.Closings.All.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
            return false;
        var path = context.Request.Path.Value ?? "";
        if (context.Request.RouteValues[CodeValue] is string code && codes.TryRead(code, out var subject))
            path = $"{PortalPaths.Subjects}/{subject.Value}";
        return engine.Closings.Find(path) is not null;
    }
}
