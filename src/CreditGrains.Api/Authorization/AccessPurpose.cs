using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;

namespace CreditGrains.Api.Authorization;

/// <summary>For what a caller reads about a subject (I9): parameter or header <c>purpose</c>, else what its role is there for.</summary>
internal static class AccessPurpose
{
    public const int CharsMax = 128;

    public static string Of(HttpContext context, Caller caller)
    {
        var given = context.Request.Query["purpose"];
        var text = given.Count > 0 ? given[0] : context.Request.Headers["Purpose"].FirstOrDefault();
        if (string.IsNullOrWhiteSpace(text))
            return Default(caller);
        return Read(text, "/query/purpose", context.RequestServices.GetRequiredService<CreditEngine>()) ?? Default(caller);
    }

    /// <summary>A purpose as any form of it is read: parameter, header or member of a body. Null when none is given.</summary>
    /// <exception cref="RequestRefusedException">Too long, with control characters, or no words for the access log.</exception>
    public static string? Read(string? text, string pointer, CreditEngine engine)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (text.Length > CharsMax || text.Any(char.IsControl))
            throw new RequestRefusedException(
                ErrorCatalogue.InvalidParameter, pointer, $"at most {CharsMax} characters, no control characters");
        CommandText.Require(text, pointer, engine);
        return text.Trim();
    }

    private static string Default(Caller caller)
    {
        if (caller.IsAny(Roles.Operator | Roles.Auditor | Roles.Reviewer | Roles.Checker))
            return "supervision";
        return caller.IsAny(Roles.PolicyAuthor | Roles.PolicyApprover) ? "policy" : "own-record";
    }
}
