using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;

namespace CreditGrains.Api.Access;

/// <summary>
/// Lets a known caller through whose roles alone satisfy the endpoint's rule, without gathering handlers for each request; everybody and
/// everything else goes the framework's way.
/// </summary>
internal sealed class AccessPolicyEvaluator(IAuthorizationService authorization) : PolicyEvaluator(authorization)
{
    private static readonly Task<PolicyAuthorizationResult> Granted = Task.FromResult(PolicyAuthorizationResult.Success());

    public override Task<PolicyAuthorizationResult> AuthorizeAsync(
        AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource) =>
        context.User is Caller caller && IsGranted(caller, policy.Requirements)
            ? Granted
            : base.AuthorizeAsync(policy, authenticationResult, context, resource);

    private static bool IsGranted(Caller caller, IReadOnlyList<IAuthorizationRequirement> requirements)
    {
        var ruled = false;
        foreach (var requirement in requirements)
        {
            if (requirement is AccessRule rule && caller.IsAny(rule.Any))
                ruled = true;
            else if (requirement is not DenyAnonymousAuthorizationRequirement)
                return false;
        }

        return ruled;
    }
}
