using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Access;

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
        if (text.Length > CharsMax || text.Any(char.IsControl))
            throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, "/query/purpose", $"at most {CharsMax} characters");
        return text.Trim();
    }

    private static string Default(Caller caller)
    {
        if (caller.IsAny(Roles.Operator | Roles.Auditor | Roles.Reviewer | Roles.Checker))
            return "supervision";
        return caller.IsAny(Roles.PolicyAuthor | Roles.PolicyApprover) ? "policy" : "own-record";
    }
}
