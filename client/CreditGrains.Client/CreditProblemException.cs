using System.Net;

namespace CreditGrains.Client;

/// <summary>The server refused a request and said why (RFC 9457 problem details).</summary>
public sealed class CreditProblemException : Exception
{
    internal CreditProblemException(HttpStatusCode status, ProblemDetails? problem)
        : base(Sentence(status, problem))
    {
        Status = status;
        Code = problem?.Code ?? $"http-{(int)status}";
        Advice = problem?.Detail ?? "";
        Errors = problem?.Errors ?? [];
        TraceId = problem?.TraceId;
    }

    public HttpStatusCode Status { get; }

    /// <summary>Stable code of the error catalogue; <c>http-NNN</c> where the answer named none.</summary>
    public string Code { get; }

    /// <summary>Advice; may be empty.</summary>
    public string Advice { get; }

    /// <summary>The places in the request that are wrong; often empty.</summary>
    public IReadOnlyList<CreditProblemError> Errors { get; }

    /// <summary>Number to quote to the operator.</summary>
    public string? TraceId { get; }

    private static string Sentence(HttpStatusCode status, ProblemDetails? problem) =>
        problem?.Title ?? $"The server answered {(int)status} without saying why.";
}

/// <summary>One fault in a request.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) to the place.</param>
/// <param name="Detail">The fault there, in a sentence.</param>
/// <param name="Line">Line of a text at the pointer; null where there is none.</param>
/// <param name="Code">Code of a mistake in a rulebook file; null elsewhere.</param>
/// <param name="Advice">Advice about this place; null where the problem's own advice says it.</param>
public sealed record CreditProblemError(string Pointer, string Detail, int? Line = null, string? Code = null, string? Advice = null);

/// <summary>Problem details as they arrive.</summary>
internal sealed record ProblemDetails(string? Title, string? Detail, string? Code, IReadOnlyList<CreditProblemError>? Errors,
    string? TraceId);
