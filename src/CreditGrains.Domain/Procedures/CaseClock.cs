namespace CreditGrains.Domain.Procedures;

/// <summary>One running or ended deadline of a case, fixed under the rulebook of the day on which it began.</summary>
public sealed record CaseClock
{
    /// <summary>A deadline's id in <c>clocks.yaml</c>.</summary>
    public required string Clock { get; init; }

    /// <summary>Party that must act: <c>platform</c>, or a source.</summary>
    public required string Owner { get; init; }

    public required DateOnly From { get; init; }

    /// <summary>The last day on which it is met.</summary>
    public required DateOnly Due { get; init; }

    /// <summary>From this day on its owner is warned: the working day before <see cref="Due"/>.</summary>
    public required DateOnly WarnFrom { get; init; }

    /// <summary>Law and article, from the rulebook.</summary>
    public required string Basis { get; init; }

    /// <summary>The day on which its owner acted, or the case ended; null while it runs.</summary>
    public DateOnly? Ended { get; init; }

    /// <summary>Why it was extended; null when it was not.</summary>
    public string? Extension { get; init; }

    /// <summary>A period that must pass before the next step, rather than a limit that it must keep: it is never overdue.</summary>
    public bool Waits { get; init; }

    /// <summary><c>running</c>, <c>extended</c> (and running), <c>overdue</c> or <c>met</c>, on a day.</summary>
    public string StateOn(DateOnly day) => (Ended, Ended ?? day) switch
    {
        (_, var last) when last > Due => Waits ? "met" : "overdue",
        ({ }, _) => "met",
        _ => Extension is null ? "running" : "extended",
    };
}
