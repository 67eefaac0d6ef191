namespace CreditGrains.Portal.SignIn;

/// <summary>The choice of an invented person.</summary>
/// <param name="Action">Where the choice goes.</param>
/// <param name="Field">Name of the button that chooses.</param>
/// <param name="Parameters">Of the request for authorisation, to be sent along.</param>
public sealed record PeopleModel(string Action, string Field, IReadOnlyList<KeyValuePair<string, string>> Parameters);
