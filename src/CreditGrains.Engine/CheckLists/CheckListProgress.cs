using System.Text.Json.Serialization;

namespace CreditGrains.Engine.CheckLists;

/// <summary>How far a list of checks is: where it goes on, what it has come to, and the file so far.</summary>
public sealed record CheckListProgress
{
    /// <summary>The piece of lines that comes next.</summary>
    public int Piece { get; init; }

    /// <summary>Where in it, in bytes.</summary>
    public int Offset { get; init; }

    /// <summary>Lines passed, empty ones included: the number of the last one.</summary>
    public long Line { get; init; }

    /// <summary>Lines that name an organisation, or try to, passed.</summary>
    public long Done { get; init; }

    /// <summary>Checks by outcome: proceed, fast-track, review, stop.</summary>
    public IReadOnlyList<long> Outcomes { get; init; } = [0, 0, 0, 0];

    /// <summary>Organisations with negative records or entries of lists (失信数量).</summary>
    public long Adverse { get; init; }

    /// <summary>Of these, with serious ones (严重失信数量).</summary>
    public long Serious { get; init; }

    /// <summary>Lines that could not be asked about; the file names each.</summary>
    public long Failed { get; init; }

    /// <summary>Lengths of the file's pieces, in bytes.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [];

    /// <summary>SHA-256 of the file in hex; null until it is finished.</summary>
    public string? Digest { get; init; }

    /// <summary>ECDSA P-256 over that digest, in DER; null until it is finished, or where this process signs nothing.</summary>
    public byte[]? Signature { get; init; }

    /// <summary>The key that signed it.</summary>
    public string? KeyId { get; init; }

    /// <summary>Organisations checked (审查数量).</summary>
    [JsonIgnore]
    public long Checked => Outcomes.Sum();

    /// <summary>Length of the file so far, in bytes.</summary>
    [JsonIgnore]
    public long Length => Lengths.Sum(length => (long)length);
}
