using System.Text.Json.Serialization;

namespace CreditGrains.Client;

/// <summary>A list of up to a million checks in one matter.</summary>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Purpose">For what; goes to the access log of each.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="HasByteOrderMark">Whether the file begins with the mark of UTF-8, by which spreadsheets know Chinese.</param>
/// <param name="Language">Of the file: <c>zh</c> or <c>en</c>; null for the client's.</param>
public sealed record CheckListQuestion(
    string Matter, string Purpose = "approval", string? Stage = null, bool HasByteOrderMark = false, string? Language = null);

/// <summary>A list of checks and how far it is.</summary>
/// <param name="List">Its number, <c>CL-…</c>.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Done">Lines passed.</param>
/// <param name="Total">Lines that name an organisation, or try to.</param>
/// <param name="Matter">Its matter.</param>
/// <param name="Counts">Counts as of the last durable step.</param>
/// <param name="File">The file; null until the list is finished.</param>
/// <param name="Error">Why it failed.</param>
public sealed record CheckList(
    string List, string State, long Done, long Total, string Matter, CheckListCounts Counts, CheckListFile? File, string? Error)
{
    /// <summary>Whether it waits or runs.</summary>
    public bool IsOpen => State is "queued" or "running" or "paused";
}

/// <summary>Counts as departments report them.</summary>
/// <param name="Checked">Organisations checked (审查数量).</param>
/// <param name="Adverse">With negative records or entries of lists (失信数量).</param>
/// <param name="Serious">With serious ones (严重失信数量).</param>
/// <param name="Failed">Lines that could not be asked about; the file names each.</param>
/// <param name="Outcomes">How many of each outcome.</param>
public sealed record CheckListCounts(long Checked, long Adverse, long Serious, long Failed, CheckListOutcomes Outcomes);

/// <summary>How many of each outcome.</summary>
public sealed record CheckListOutcomes(
    long Proceed, [property: JsonPropertyName("fast-track")] long FastTrack, long Review, long Stop);

/// <summary>The file of a finished list.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Digest"><c>sha256:</c> and 64 digits.</param>
/// <param name="KeyId">The key that signed it; null where it is not signed.</param>
public sealed record CheckListFile(long Bytes, string Digest, string? KeyId);

/// <summary>Lists of checks.</summary>
/// <param name="Items">The newest first.</param>
public sealed record CheckListPage(IReadOnlyList<CheckList> Items);
