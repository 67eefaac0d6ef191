using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// A measure that is not in force for one reason only: an objection to its cause is open (semantics, sections 7 and 9). It comes into force
/// again when the objection ends without having removed the cause.
/// </summary>
/// <param name="Measure">The entry of the measure list.</param>
/// <param name="Cause">The record that would cause it.</param>
/// <param name="SuspendedBy">The objection; the oldest one where there are several.</param>
/// <param name="From">The cause's date.</param>
/// <param name="Until">First date on which it would end by itself; null when no date is set.</param>
public sealed record SuspendedMeasure(Measure Measure, RecordId Cause, RecordId SuspendedBy, DateOnly? From, DateOnly? Until);
