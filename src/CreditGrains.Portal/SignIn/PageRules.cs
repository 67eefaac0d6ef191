using CreditGrains.Api.Authorization;

namespace CreditGrains.Portal.SignIn;

/// <summary>How a page says whom it is for.</summary>
internal static class PageRules
{
    /// <summary>For those whom the rule lets; <c>{id}</c> and <c>{source}</c> in the path mean what they mean in the interface.</summary>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder page, AccessRule rule) => page.Require(rule);

    /// <summary>The same for data that are not public: asks for a purpose (see <see cref="AsksPurpose"/>).</summary>
    public static RouteHandlerBuilder ForWithPurpose(this RouteHandlerBuilder page, AccessRule rule) =>
        page.Require(rule).WithMetadata(AsksPurpose.Instance);
}
