using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>One subject in memory. Everything but <see cref="View"/> and <see cref="Used"/> belongs to its shard's gate.</summary>
internal sealed class WarmSubject(SubjectView view, ToldPublicity publicity)
{
    private volatile SubjectView _view = view;

    /// <summary>Readers take it without a lock.</summary>
    public SubjectView View
    {
        get => _view;
        set => _view = value;
    }

    /// <summary>Held for subjects with very many records only.</summary>
    public IncrementalAssessment? Incremental { get; set; }

    /// <summary>Position of the stored row; -1 when there is none.</summary>
    public long StoredPosition { get; set; } = -1;

    /// <summary>Position of the stored state; at most <see cref="StoredPosition"/>.</summary>
    public long StoredStatePosition { get; set; }

    /// <summary>Events since the stored state.</summary>
    public int EventsSinceState { get; set; }

    /// <summary>The stored state was folded under other rules, or is damaged: it must be replaced before it is trusted again.</summary>
    public bool StoredStateUnusable { get; set; }

    /// <summary>Grade of the stored row; null for none, also when there is no row.</summary>
    public string? StoredGrade { get; set; }

    /// <summary>Measures and lists of the stored row: the outbox has been told how they came about.</summary>
    public SubjectEffects StoredEffects { get; set; } = SubjectEffects.None;

    /// <summary>Publicity that the outbox has been told, or is to be by <see cref="Untold"/>.</summary>
    public ToldPublicity Publicity { get; set; } = publicity;

    /// <summary>The last row that was on its way to the store, and of which it is not known that it is there; else null.</summary>
    public SentPublicity? Sent { get; set; }

    /// <summary>Records, steps of cases and publicity of which the outbox has not been told; null for none.</summary>
    public List<UntoldChange>? Untold { get; set; }

    public bool Dirty { get; set; }

    /// <summary>
    /// A write of unknown outcome: what is said here of the stored row must be read again before anything is written or told.
    /// </summary>
    public bool IsStoredUnknown { get; set; }

    /// <summary>Asked for since the last look of the eviction hand.</summary>
    public bool Used { get; set; }

    /// <summary>Swaps in a view of the same position under a later date or newer rules; loses against any other change.</summary>
    public void Refresh(SubjectView from, SubjectView to) => Interlocked.CompareExchange(ref _view, to, from);
}

/// <summary>A change on its way to the outbox.</summary>
/// <param name="Position">Of the event that it is told with: a stored row of this position has told it.</param>
/// <param name="By">
/// Where it came about by date or by other rules before that event, and a row was on its way that tells it too: that row.
/// </param>
/// <param name="Change">The change.</param>
internal readonly record struct UntoldChange(long Position, SentPublicity? By, SubjectChange Change);
