using CreditGrains.Api.Requests;
using Microsoft.AspNetCore.Authorization;

namespace CreditGrains.Api.Authorization;

/// <summary>Judges a request by the rule of its endpoint.</summary>
internal sealed class AccessRuleHandler(SubjectCodes codes) : AuthorizationHandler<AccessRule>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRule requirement)
    {
        if (context.User is Caller caller
            && (caller.IsAny(requirement.Any) || (context.Resource is HttpContext http && IsOwn(caller, requirement, http))))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private bool IsOwn(Caller caller, AccessRule rule, HttpContext http)
    {
        if (rule.OwnSource && caller.IsAny(Roles.Source) && caller.Source is { Length: > 0 } source)
            return string.Equals(http.Request.RouteValues["source"] as string, source, StringComparison.Ordinal);
        return rule.OwnSubject && caller.IsAny(Roles.Subject) && caller.Subject is { Length: > 0 } own
            && http.Request.RouteValues["id"] is string named
            && codes.TryRead(named, out var subject) && codes.TryRead(own, out var ownSubject) && subject == ownSubject;
    }
}
