using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Policies;

/// <summary>Result of a step: the new state and the event that led to it, or the reason of its refusal.</summary>
public readonly record struct PolicyOutcome<T>
    where T : class
{
    private PolicyOutcome(T? state, PolicyEvent? @event, Rejection? rejection) => (State, Event, Rejection) = (state, @event, rejection);

    /// <summary>The new state; null when refused.</summary>
    public T? State { get; }

    /// <summary>Event to be journaled; null when refused.</summary>
    public PolicyEvent? Event { get; }

    /// <summary>Why it is refused; null when it is not.</summary>
    public Rejection? Rejection { get; }

    internal static PolicyOutcome<T> Accepted(T state, PolicyEvent step) => new(state, step, null);

    internal static PolicyOutcome<T> Refused(ErrorDescription error, string pointer = "", string? found = null) =>
        new(null, null, new Rejection(error, pointer, found));
}

/// <summary>Outcomes that the judging of a step does not know of.</summary>
public static class PolicyOutcome
{
    /// <summary>A step that is not taken because something else stands against it.</summary>
    public static PolicyOutcome<T> Refused<T>(ErrorDescription error)
        where T : class => PolicyOutcome<T>.Refused(error);
}
