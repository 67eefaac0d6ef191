using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>Result of a search.</summary>
/// <param name="Query">Text as typed.</param>
/// <param name="Region">The region that it was bounded to; empty for none.</param>
/// <param name="Errors">Why nothing could be looked for; empty for none.</param>
/// <param name="Fault">A code that is wrong, and where; null for none.</param>
/// <param name="Unknown">A good code of which nothing is known; null for none.</param>
/// <param name="Matches">One page of organisations, in order of code.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record SearchModel(
    string Query, string Region, IReadOnlyList<FieldError> Errors, CodeFault? Fault, string? Unknown, IReadOnlyList<SearchMatch> Matches,
    string? First, string? Next)
{
    /// <summary>How many organisations of the page bear the same name as another one.</summary>
    public int SameNames => Matches.Count(match => match.IsSameName);
}

/// <summary>One organisation.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">By its registration; null where none is public.</param>
/// <param name="Region">Likewise.</param>
/// <param name="Status">Likewise.</param>
/// <param name="IsSameName">Another one on the page has the same name.</param>
public sealed record SearchMatch(string Code, string? Name, string? Region, Text? Status, bool IsSameName);
