namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// Data of the procedures beside objection and repair (<c>procedures.yaml</c>): the lists there are, the commitments that may be signed,
/// the classes of declarations, and how each writes its record. What is not in it cannot be opened as a case.
/// </summary>
public sealed record ProcedureRules
{
    public static readonly ProcedureRules Empty = new();

    /// <summary>Departments that decide and accept, by source id.</summary>
    public IReadOnlyDictionary<string, DecidingBody> Bodies { get; init; } = new Dictionary<string, DecidingBody>();

    /// <summary>名单: a closed, referenced table (国办发〔2020〕49号); nobody may invent one.</summary>
    public IReadOnlyDictionary<string, ListRules> Lists { get; init; } = new Dictionary<string, ListRules>();

    public CommitmentRules? Commitments { get; init; }

    public DeclarationRules? Declarations { get; init; }

    /// <summary>The record of a contract's performance, one in each party's file; null where contracts are not kept.</summary>
    public RecordForm? Contracts { get; init; }

    /// <summary>A body by its source id or by its organ's code; null for none.</summary>
    public (string Source, DecidingBody Body)? FindBody(string? text)
    {
        if (text is null)
            return null;
        if (Bodies.TryGetValue(text, out var body))
            return (text, body);
        return Bodies.FirstOrDefault(each => each.Value.Code == text) is { Key: { } source, Value: { } found } ? (source, found) : null;
    }
}

/// <summary>A department that takes steps of cases.</summary>
/// <param name="Title">Name of the organ.</param>
/// <param name="Code">Its identifier in the rulebook's scheme.</param>
public sealed record DecidingBody(LocalisedText Title, string Code);
