using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Forms;

/// <summary>An option of an input.</summary>
/// <param name="Value">Its value in the form.</param>
/// <param name="Label">In words.</param>
/// <param name="Hint">More of it; null for nothing.</param>
public sealed record FormOption(string Value, Text Label, Text? Hint = null);
