using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Reports;
using CreditGrains.Engine.Subjects;
using Microsoft.Net.Http.Headers;

namespace CreditGrains.Api.Reports;

/// <summary>
/// Makes reports for requests: everybody may have one, so each client is bounded, and a number is taken only once the form can be made. One
/// that is made for a caller is on the subject's access log before anything is read (I9).
/// </summary>
internal sealed class ReportRequests(
    CreditEngine engine, ApiOptions options, IEnumerable<IReportRenderer> renderers, TimeProvider time)
{
    private const string DefaultFormat = "json";

    /// <summary>Where organisations have their public pages: what is closed there is in no report either.</summary>
    private const string SubjectPages = "/portal/subjects";

    private readonly IReadOnlyList<IReportRenderer> _renderers = [.. renderers];
    private readonly ClientAllowances _clients = new(options.ReportsPerClientMax, options.ReportWindow, time);

    /// <summary>The form that is asked for by name, else by <c>Accept</c>, else JSON.</summary>
    /// <exception cref="RequestRefusedException">There is none such, or it cannot be made here.</exception>
    public IReportRenderer RendererOf(string? format, HttpContext context)
    {
        var found = string.IsNullOrEmpty(format) ? Accepted(context) : Find(format);
        if (found is null)
        {
            throw new RequestRefusedException(
                ErrorCatalogue.ReportFormat, string.IsNullOrEmpty(format) ? "" : "/query/format",
                string.Join(", ", _renderers.Select(renderer => renderer.Format)));
        }

        found.RequireAvailable();
        return found;
    }

    /// <summary>Makes, signs and keeps a report.</summary>
    /// <param name="subject">The organisation.</param>
    /// <param name="caller">For whom it is made; null for the public.</param>
    /// <param name="purpose">For what; for a caller.</param>
    /// <param name="context">The request.</param>
    /// <exception cref="RequestRefusedException">Nothing is known of the subject, or the client has had too many.</exception>
    public async Task<IssuedReport> IssueAsync(SubjectId subject, Caller? caller, string? purpose, HttpContext context)
    {
        Take(caller, context);
        if (engine.Closings.Find($"{SubjectPages}/{subject.Value}") is not null)
            throw new RequestRefusedException(ErrorCatalogue.PageClosed);
        if (engine.Reports.IsKeyRevoked)
            throw new RequestRefusedException(ErrorCatalogue.SigningKeyRevoked);
        var number = ReportNumber.New(engine.Today);
        if (caller is not null)
            await engine.Access.RecordAsync(caller.Actor, purpose ?? "", "report", subject, number, context.RequestAborted);
        var view = await engine.Subjects.FindAsync(subject, Parameters.Consistency(context), context.RequestAborted);
        return view is { Position: > 0 }
            ? await engine.Reports.IssueAsync(view, number, context.RequestAborted)
            : throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
    }

    private void Take(Caller? caller, HttpContext context)
    {
        if (_clients.RequestsMax == 0)
            return;
        var allowance = caller is null ? _clients.Of(context.Connection.RemoteIpAddress) : _clients.Of(caller.Actor);
        if (allowance.Take(time.GetTimestamp()) >= 0)
            return;
        context.Response.Headers.RetryAfter = _clients.WindowSeconds.ToString(CultureInfo.InvariantCulture);
        throw new RequestRefusedException(
            ErrorCatalogue.TooManyRequests, "",
            string.Create(CultureInfo.InvariantCulture, $"{_clients.RequestsMax} reports in {_clients.WindowSeconds} s"));
    }

    private IReportRenderer? Find(string format) =>
        _renderers.FirstOrDefault(renderer => string.Equals(renderer.Format, format, StringComparison.OrdinalIgnoreCase));

    private IReportRenderer? Accepted(HttpContext context)
    {
        var accepted = context.Request.Headers.Accept;
        if (accepted.Count == 0)
            return Find(DefaultFormat);
        if (!MediaTypeHeaderValue.TryParseList(accepted, out var types))
            return null;
        foreach (var type in types.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1))
        {
            if (type.MatchesAllTypes)
                return Find(DefaultFormat);
            if (_renderers.FirstOrDefault(renderer => MediaTypeHeaderValue.Parse(renderer.MediaType).IsSubsetOf(type)) is { } found)
                return found;
        }

        return null;
    }
}
