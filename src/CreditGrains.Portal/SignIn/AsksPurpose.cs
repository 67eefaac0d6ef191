namespace CreditGrains.Portal.SignIn;

/// <summary>Metadata of a page with data that are not public: a purpose is asked once a session, each look is logged (I9).</summary>
internal sealed class AsksPurpose
{
    public static readonly AsksPurpose Instance = new();
}
