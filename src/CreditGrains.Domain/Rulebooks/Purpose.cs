namespace CreditGrains.Domain.Rulebooks;

/// <summary>A purpose (用途) that a rulebook names, and the callers that may use it. A purpose that none names is free to all.</summary>
/// <param name="Id">As callers write it.</param>
/// <param name="Title">Its title.</param>
/// <param name="Askers">Callers that may use it.</param>
public sealed record Purpose(string Id, LocalisedText Title, Askers Askers);
