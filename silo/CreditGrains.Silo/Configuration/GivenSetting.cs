namespace CreditGrains.Silo.Configuration;

/// <summary>A setting as it was given somewhere.</summary>
/// <param name="Name">Its name, which there may be none of.</param>
/// <param name="Value">Its text.</param>
/// <param name="Origin">Where, as the person who gave it wrote it.</param>
internal sealed record GivenSetting(string Name, string Value, string Origin);
