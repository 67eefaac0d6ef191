namespace CreditGrains.Domain.Rulebooks;

/// <summary>Declarations that organisations may make of themselves (自主申报), and who verifies them.</summary>
public sealed record DeclarationRules
{
    /// <summary>The truth commitment and authorisation that every declaration is signed with, to the letter.</summary>
    public required string Truth { get; init; }

    public required IReadOnlyDictionary<string, DeclarationClass> Classes { get; init; }

    /// <summary>The record of a verified declaration; a refuted one has none.</summary>
    public required RecordForm Record { get; init; }

    /// <summary>The record of the broken truth commitment that a refuted declaration leaves.</summary>
    public required RecordForm Breach { get; init; }

    public required string Basis { get; init; }

    /// <summary>A class's code by itself, its title or null.</summary>
    public string? FindClass(string? name) => name is null ? null : Classes.FirstOrDefault(
        each => each.Key == name || each.Value.Title.ByLanguage.Values.Contains(name)).Key;
}

/// <summary>A class of declarations.</summary>
/// <param name="Title">For instance 资质证照.</param>
/// <param name="VerifiedBy">Sources that verify; null for every body.</param>
/// <param name="MonthsMax">Longest term in months; a declaration without an end gets it.</param>
public sealed record DeclarationClass(LocalisedText Title, IReadOnlyList<string>? VerifiedBy, int MonthsMax);
