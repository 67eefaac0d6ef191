namespace CreditGrains.Engine.Checks;

/// <summary>A check that somebody has asked: it has a number, and is on the access log, before its answer leaves (I9).</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Number"><c>CK-</c>, the date, and 80 random bits.</param>
public readonly record struct AskedCheck(CheckAnswer Answer, string Number);
