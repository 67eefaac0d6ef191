namespace CreditGrains.Client;

/// <summary>One question from an approval workflow (信用核查).</summary>
/// <param name="Subject">The organisation's identifier; normalised by the server.</param>
/// <param name="Matter">A matter of the rulebook, for instance <c>public-funds</c>.</param>
/// <param name="Purpose">For what; goes into the access log.</param>
/// <param name="Stage">Stage of the workflow, for instance <c>accept</c>.</param>
public sealed record CheckQuestion(string Subject, string Matter, string Purpose = "approval", string? Stage = null);
