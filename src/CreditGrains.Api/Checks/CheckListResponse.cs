namespace CreditGrains.Api.Checks;

/// <summary>A list of checks and how far it is.</summary>
/// <param name="List">Number of the list, <c>CL-</c>, the date, and 80 random bits.</param>
/// <param name="State">
/// <c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>cancelled</c> or <c>failed</c>.
/// </param>
/// <param name="Done">Lines passed.</param>
/// <param name="Total">Lines that name an organisation, or try to.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="AskedAt">When it was asked for.</param>
/// <param name="EndedAt">When it came to its end; null while it is open.</param>
/// <param name="Counts">Counts as of the last durable step.</param>
/// <param name="File">The file; null until the list is finished.</param>
/// <param name="Error">Why it failed.</param>
public sealed record CheckListResponse(
    string List, string State, long Done, long Total, string Purpose, string Matter, string? Stage, DateTimeOffset AskedAt,
    DateTimeOffset? EndedAt, CheckListCounts Counts, CheckListFileResponse? File, string? Error);

/// <summary>Counts as departments report them.</summary>
/// <param name="Checked">Organisations checked (审查数量).</param>
/// <param name="Adverse">Of these, with negative records or entries of lists (失信数量).</param>
/// <param name="Serious">Of these, with serious ones (严重失信数量).</param>
/// <param name="Failed">Lines that could not be asked about; the file names each by its number.</param>
/// <param name="Outcomes">How many of each outcome.</param>
public sealed record CheckListCounts(long Checked, long Adverse, long Serious, long Failed, CheckListOutcomes Outcomes);

/// <summary>How many of each outcome.</summary>
public sealed record CheckListOutcomes(
    long Proceed, [property: System.Text.Json.Serialization.JsonPropertyName("fast-track")] long FastTrack, long Review, long Stop);

/// <summary>The file of a finished list.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Digest">SHA-256 over all of it: <c>sha256:</c> and 64 digits.</param>
/// <param name="Algorithm"><c>ECDSA-P256-SHA256</c> or <c>SM2-SM3</c>; null where it is not signed.</param>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="Keys">Where the public keys are.</param>
public sealed record CheckListFileResponse(long Bytes, string Digest, string? Algorithm, string? KeyId, string Keys);

/// <summary>Lists of the caller or its department; of auditors and operators all.</summary>
/// <param name="Items">The newest first.</param>
public sealed record CheckListPage(IReadOnlyList<CheckListResponse> Items);
