using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Reports;

/// <summary>One field of a record as people read it.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Title">Its title in the catalogue, else the name.</param>
/// <param name="Value">The JSON of the value as it was reported.</param>
/// <param name="Text">The value in words: codes as the rulebook spells them.</param>
public sealed record ReportField(string Name, LocalisedText Title, string Value, LocalisedText Text);
