namespace CreditGrains.Engine.CheckLists;

/// <summary>A list of organisations to check in one matter.</summary>
/// <param name="Purpose">For what; goes to the access log of each.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow; null for none.</param>
/// <param name="Language">Of the file: <c>zh</c> or <c>en</c>.</param>
/// <param name="HasByteOrderMark">Whether the file begins with the mark of UTF-8, by which spreadsheets know Chinese.</param>
/// <param name="Actor">Caller.</param>
/// <param name="Department">The caller's department, where the credentials name it.</param>
public sealed record CheckListCommand(
    string Purpose, string Matter, string? Stage, string Language, bool HasByteOrderMark, string Actor, string? Department)
{
    /// <summary>The caller's roles, by which a matter may keep it out.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Id of the list: one that is there already was made by this very command, and is its answer. Null for a new one.</summary>
    public string? Id { get; init; }
}
