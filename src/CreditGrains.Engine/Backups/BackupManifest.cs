using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Backups;

/// <summary>Contents of a backup; the entry <c>backup.json</c> of its file.</summary>
public sealed record BackupManifest
{
    /// <summary>The newest form of backup files that this program knows.</summary>
    public const int NewestForm = 1;

    /// <summary>Of the file: a program refuses a newer one.</summary>
    public int Form { get; init; } = NewestForm;

    /// <summary><c>sqlite</c> or <c>postgres</c>.</summary>
    public required string Store { get; init; }

    /// <summary>The store's schema version.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The incarnation that was copied, in hexadecimal; a restore begins another one.</summary>
    public required string Incarnation { get; init; }

    /// <summary>The rulebook in use; null where none is kept.</summary>
    public required string? Rulebook { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Events in the journal.</summary>
    public required long Events { get; init; }

    /// <summary>Changes in the outbox.</summary>
    public required long Changes { get; init; }

    /// <summary>Subjects stored.</summary>
    public required long Subjects { get; init; }

    /// <summary>Bytes of the copied data.</summary>
    public long Bytes { get; init; }

    /// <summary>Their SHA-256, in hexadecimal.</summary>
    public string Sha256 { get; init; } = string.Empty;

    /// <summary>Whether another holds the same events, changes and subjects.</summary>
    public bool Holds(BackupManifest other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Events, Changes, Subjects) == (other.Events, other.Changes, other.Subjects);
    }
}

/// <summary>Writes and reads manifests.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
public sealed partial class BackupJson : JsonSerializerContext;
