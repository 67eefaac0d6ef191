using CreditGrains.Api.Requests;
using CreditGrains.Api.Subjects;
using CreditGrains.Engine.Measures;

namespace CreditGrains.Api.Measures;

/// <summary>Every measure in force with its cause, by pages; and what is wrong with the list itself.</summary>
/// <param name="AsOf">Legal date.</param>
/// <param name="Policy">Version of the policy whose triggers hold.</param>
/// <param name="Items">By organisation, then by measure and cause.</param>
/// <param name="Next">Cursor of the next page; null at the end. A page may be empty and still have a next one.</param>
/// <param name="Partial">True where the page ended early, or names of one measure only the oldest causes.</param>
/// <param name="Lapsed">Entries of the list whose basis has ended: nothing brings them into force any more.</param>
/// <param name="WithoutImplementer">Entries that no body applies.</param>
/// <param name="Unpublished">Entries whose publication is still to come: in force on no day before.</param>
/// <param name="Unread">Organisations of this page whose records cannot be evaluated; the operator's log says why.</param>
/// <param name="Token">Position up to which all is seen.</param>
public sealed record MeasureAuditResponse(
    DateOnly AsOf, string Policy, IReadOnlyList<AuditedMeasureResponse> Items, string? Next, bool Partial,
    IReadOnlyList<PublishedMeasure> Lapsed, IReadOnlyList<PublishedMeasure> WithoutImplementer,
    IReadOnlyList<PublishedMeasure> Unpublished, IReadOnlyList<string> Unread, string Token);

/// <summary>A measure in force of one organisation.</summary>
/// <param name="Subject">Normalised code.</param>
/// <param name="Measure">Entry of the list.</param>
/// <param name="Title">Its title.</param>
/// <param name="Class"><c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>.</param>
/// <param name="Mandatory">Whether the implementer must apply it.</param>
/// <param name="Basis">Legal basis.</param>
/// <param name="Implementer">The body that applies it.</param>
/// <param name="Cause">The record that causes it; null where the grade does.</param>
/// <param name="CauseGrade">The grade that causes it; null where a record does.</param>
/// <param name="From">The cause's date.</param>
/// <param name="Until">First date on which it ends by itself.</param>
public sealed record AuditedMeasureResponse(
    string Subject, string Measure, string Title, string Class, bool Mandatory, string Basis, string Implementer, RecordName? Cause,
    string? CauseGrade, DateOnly? From, DateOnly? Until)
{
    internal static AuditedMeasureResponse Of(AuditedMeasure audited, string language)
    {
        var measure = audited.InForce.Measure;
        return new AuditedMeasureResponse(
            audited.Subject.Value, measure.Id, measure.Title.In(language), WireNames.Of(measure.Class), measure.Mandatory, measure.Basis,
            measure.Implementer,
            audited.InForce.Cause is { } cause ? new RecordName(cause.Source.Value, cause.Id) : null, audited.InForce.CauseGrade,
            audited.InForce.From, audited.InForce.Until);
    }
}
