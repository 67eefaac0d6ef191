using CreditGrains.Engine.Reports;

namespace CreditGrains.Api.Reports;

/// <summary>Shows an issued report in a form beside JSON. The portal brings HTML and PDF.</summary>
internal interface IReportRenderer
{
    /// <summary>As parameter <c>format</c> names it.</summary>
    string Format { get; }

    /// <summary>Media type without parameters, as <c>Accept</c> names it.</summary>
    string MediaType { get; }

    /// <summary>Makes sure that it can, before a number is taken.</summary>
    /// <exception cref="Errors.RequestRefusedException">The report cannot be rendered: the error says what is missing.</exception>
    void RequireAvailable();

    /// <summary>Writes the answer, headers included.</summary>
    /// <param name="issued">The report.</param>
    /// <param name="language"><c>zh</c> or <c>en</c>.</param>
    /// <param name="context">The request.</param>
    Task WriteAsync(IssuedReport issued, string language, HttpContext context);
}
