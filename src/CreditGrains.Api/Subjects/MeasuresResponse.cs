using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Api.Subjects;

/// <summary>
/// The measures of one organisation: those in force, and those that an open objection to their cause keeps out of force. One begins with
/// the record that causes it and ends with it, in one position.
/// </summary>
/// <param name="Subject">Normalised code.</param>
/// <param name="AsOf">Legal date.</param>
/// <param name="Policy">Version of the policy whose triggers hold.</param>
/// <param name="Items">
/// Those in force by trigger, then by cause; after them the suspended ones by trigger, then by age of the cause.
/// </param>
/// <param name="Partial">True where of a measure only the oldest causes are named.</param>
/// <param name="Token">Position of the answer.</param>
public sealed record MeasuresResponse(
    string Subject, DateOnly AsOf, string Policy, IReadOnlyList<SubjectMeasureResponse> Items, bool Partial, string Token)
{
    internal static MeasuresResponse Of(SubjectView view, string token, string language)
    {
        var assessment = view.Assess();
        var suspended = view.Evaluator.MeasuresSuspended(view.State, view.AsOf, out var truncated);
        return new MeasuresResponse(
            view.Subject.Value, view.AsOf, assessment.Policy.Version,
            [
                .. assessment.Measures.Select(measure => SubjectMeasureResponse.Of(measure, language)),
                .. suspended.Select(measure => SubjectMeasureResponse.Of(measure, language)),
            ],
            assessment.MeasuresTruncated || truncated, token);
    }
}

/// <summary>A measure of one organisation.</summary>
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
/// <param name="SuspendedBy">The open objection for which it is not in force; null where it is in force.</param>
public sealed record SubjectMeasureResponse(
    string Measure, string Title, string Class, bool Mandatory, string Basis, string Implementer, RecordName? Cause, string? CauseGrade,
    DateOnly? From, DateOnly? Until, RecordName? SuspendedBy)
{
    internal static SubjectMeasureResponse Of(MeasureInForce measure, string language) => Of(
        measure.Measure, language, measure.Cause, measure.CauseGrade, measure.From, measure.Until, null);

    internal static SubjectMeasureResponse Of(SuspendedMeasure measure, string language) => Of(
        measure.Measure, language, measure.Cause, null, measure.From, measure.Until, measure.SuspendedBy);

    private static SubjectMeasureResponse Of(
        Measure measure, string language, RecordId? cause, string? grade, DateOnly? from, DateOnly? until, RecordId? suspendedBy) => new(
        measure.Id, measure.Title.In(language), WireNames.Of(measure.Class), measure.Mandatory, measure.Basis, measure.Implementer,
        NameOf(cause), grade, from, until, NameOf(suspendedBy));

    private static RecordName? NameOf(RecordId? record) => record is { } known ? new RecordName(known.Source.Value, known.Id) : null;
}
