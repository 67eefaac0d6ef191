namespace CreditGrains.Client;

/// <summary>People whom a node has let in since its start.</summary>
/// <param name="Items">By name.</param>
/// <param name="LeftOut">Requests of people for whom the node had no place in memory.</param>
public sealed record PeoplePage(IReadOnlyList<PersonRights> Items, long LeftOut);

/// <summary>A person with its rights.</summary>
/// <param name="Person">As claim <c>sub</c> names it.</param>
/// <param name="By"><c>token</c> or <c>session</c>.</param>
/// <param name="Roles">Roles by name.</param>
/// <param name="Source">The source it reports for; null for none.</param>
/// <param name="Subject">The organisation it speaks for; null for none.</param>
/// <param name="From">When its newest token was issued, or its newest session began.</param>
/// <param name="ValidUntil">When that expires; a session goes on while it is used.</param>
/// <param name="LastSeen">When a page was last asked for, or a token first sent to the node.</param>
/// <param name="Ended">An operator has ended it.</param>
public sealed record PersonRights(
    string Person, string By, IReadOnlyList<string> Roles, string? Source, string? Subject, DateTimeOffset From,
    DateTimeOffset ValidUntil, DateTimeOffset LastSeen, bool Ended);

/// <summary>An end to a person's sessions and tokens.</summary>
/// <param name="Person">The person.</param>
/// <param name="Before">Those that began, or were issued, before this instant.</param>
public sealed record PersonEnded(string Person, DateTimeOffset Before);
