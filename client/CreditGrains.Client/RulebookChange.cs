namespace CreditGrains.Client;

/// <summary>The files of a rulebook by name, as <c>catalogue.yaml</c> or <c>calendar/2026.yaml</c>.</summary>
public sealed record RulebookFiles(IReadOnlyDictionary<string, string> Files, string? Note = null, string? Digest = null);

/// <summary>One change beyond the policy: where, what it means for stored records, and in words.</summary>
public sealed record RulebookChange(string Path, string Effect, string Text);

/// <summary>A stored record that would no longer be valid, and why.</summary>
public sealed record FaultyRecord(string Source, string Id, int Revision, string Kind, string Detail);

/// <summary>Changes that other files would bring, and whether they fit the stored records.</summary>
public sealed record RulebookReview
{
    public required string Digest { get; init; }

    /// <summary><c>compatible</c>, <c>refold</c> or <c>incompatible</c>.</summary>
    public required string Effect { get; init; }

    /// <summary>Whether it may be put in force as things are.</summary>
    public required bool MayApply { get; init; }

    public IReadOnlyList<RulebookChange> Changes { get; init; } = [];

    /// <summary>Changes that only an empty store takes, at a start.</summary>
    public IReadOnlyList<RulebookChange> OnlyEmpty { get; init; } = [];

    /// <summary>How many stored records would no longer be valid.</summary>
    public long FaultyRecords { get; init; }

    public IReadOnlyList<FaultyRecord> FirstFaults { get; init; } = [];

    /// <summary>Why the policy in force, or a scheduled one, does not load with it; null where all do.</summary>
    public string? PolicyMistakes { get; init; }
}

/// <summary>A rulebook that was handed in.</summary>
public sealed record RulebookProposal(
    string Digest, string Author, DateTimeOffset At, string? Note, bool InForce, RulebookReview? Judgement);

/// <summary>Rulebooks that were handed in, and the one in force.</summary>
public sealed record RulebookProposalPage(string InForce, IReadOnlyList<RulebookProposal> Items, string? Next);

/// <summary>A rulebook that has been put in force.</summary>
public sealed record RulebookApplied(
    string Digest, string Rules, string Before, IReadOnlyList<RulebookChange> Changes, string? Run);
