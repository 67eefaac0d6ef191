namespace CreditGrains.Portal.Public;

/// <summary>The home page.</summary>
/// <param name="HasSignInFailed">The person comes back from a sign-in that was not completed.</param>
public sealed record HomeModel(bool HasSignInFailed);
