using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Watchlists;

/// <summary>
/// A watchlist (关注名单) of a department or a person: organisations, by code or by region, industry and grade, and which of their changes
/// are wanted. A control document.
/// </summary>
public sealed record Watchlist
{
    /// <summary>Its place and a random part.</summary>
    public required string Id { get; init; }

    /// <summary>1 to 100 characters; empty once it is deleted.</summary>
    public string Name { get; init; } = "";

    /// <summary>The department; of a caller whose credentials name none the caller behind <c>@</c>.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Caller who made it: the reader of delivered digests in the access log.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Purpose of the readings of its digests.</summary>
    public string Purpose { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The command that made it; null where it had no name.</summary>
    public string? Operation { get; init; }

    /// <summary>Types of CloudEvents, or <c>*</c> for all; none for <see cref="ChangeTypes.Usual"/>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Codes, at most <see cref="WatchlistService.SubjectsMax"/>; none where <see cref="Filter"/> says which.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Null where the codes are named.</summary>
    public WatchlistFilter? Filter { get; init; }

    /// <summary>Whether a digest is made of each day; else changes are read as they come.</summary>
    public bool IsDaily { get; init; }

    /// <summary>Subscription whose receiver is sent the digests; null for none.</summary>
    public string? Subscription { get; init; }

    /// <summary>Whether it is gone; what is left says only that its place is free.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Of the document; 0 before it is stored.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    internal static Watchlist Of(ControlDocument document) =>
        (JsonSerializer.Deserialize(document.Content, WatchlistJson.Default.Watchlist)
            ?? throw new InvalidDataException("This is not a watchlist.")) with { Version = document.Version };

    internal string ToJson() => JsonSerializer.Serialize(this, WatchlistJson.Default.Watchlist);
}

/// <summary>Organisations by what is stored of them. Each part that names something must hold; at least one does.</summary>
/// <param name="Regions">Regions, or their beginnings.</param>
/// <param name="Industries">Industries, or their beginnings.</param>
/// <param name="Grades">Grades: the stored one, and of a change of grade also the one that was left.</param>
public sealed record WatchlistFilter(IReadOnlyList<string> Regions, IReadOnlyList<string> Industries, IReadOnlyList<string> Grades);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Watchlist))]
[JsonSerializable(typeof(WatchlistDigestDocument))]
[JsonSerializable(typeof(WatchlistDigestPlace))]
internal sealed partial class WatchlistJson : JsonSerializerContext;
