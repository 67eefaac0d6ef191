namespace CreditGrains.Domain.Procedures;

/// <summary>
/// Names of the facts that a case keeps beside its steps: on the wire, in the journal, and in <c>procedures.yaml</c>, where each may be
/// given a field of a record.
/// </summary>
public static class CaseFacts
{
    public const string List = "list", Grounds = "grounds", Basis = "basis", DocumentNumber = "documentNumber", Authority = "authority",
        ListedOn = "listedOn", Until = "until", RemovalDocument = "removalDocument";

    public const string Number = "number", Item = "item", Type = "type", Matter = "matter", Text = "text", TextDigest = "textDigest",
        Liability = "liability", AcceptedBy = "acceptedBy", MadeOn = "madeOn", StatusOn = "statusOn", DueOn = "dueOn", Result = "result",
        NotPerformed = "notPerformed", Consequences = "consequences", DeterminedBy = "determinedBy", Disclosure = "disclosure";

    public const string Class = "class", Title = "title", Content = "content", DeclaredOn = "declaredOn", VerifiedOn = "verifiedOn",
        VerifiedBy = "verifiedBy";

    public const string Party = "party", Counterparty = "counterparty", BreachParty = "breachParty", BreachReason = "breachReason";

    /// <summary>Facts of an entry of a list.</summary>
    public static IReadOnlyList<string> Listing { get; } = [List, Grounds, Basis, DocumentNumber, Authority, ListedOn, Until];

    /// <summary>Facts of a commitment (国信用字〔2022〕21号).</summary>
    public static IReadOnlyList<string> Commitment { get; } =
    [
        Number, Item, Type, Matter, Text, Liability, AcceptedBy, MadeOn, StatusOn, DueOn, Result, NotPerformed, Consequences, DeterminedBy,
        Basis, Disclosure,
    ];

    /// <summary>Facts of a declaration.</summary>
    public static IReadOnlyList<string> Declaration { get; } = [Number, Class, Title, Content, DeclaredOn, VerifiedOn, VerifiedBy, Until];

    /// <summary>Facts that a report of a contract may give, with the greatest length of each; none is for a person's number.</summary>
    public static IReadOnlyDictionary<string, int> ContractTerms { get; } = new Dictionary<string, int>
    {
        ["contractNumber"] = 100, ["contractName"] = 200, ["contractType"] = 64, ["projectNumber"] = 100, ["firstAddress"] = 200,
        ["secondAddress"] = 200, ["subjectMatter"] = 200, ["specification"] = 200, ["quantity"] = 200, ["unitPrice"] = 20, ["amount"] = 20,
        ["signedOn"] = 10, ["announcedOn"] = 10, [DueOn] = 10, ["place"] = 200, ["method"] = 64, ["region"] = 100, ["industry"] = 64,
        ["note"] = 500,
    };

    /// <summary>Facts of a contract's performance, as either party's file has it.</summary>
    public static IReadOnlyList<string> Contract { get; } =
        [.. ContractTerms.Keys, Counterparty, Result, StatusOn, BreachReason, Basis];
}
