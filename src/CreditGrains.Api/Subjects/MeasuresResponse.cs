using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;

namespace CreditGrains.Api.Subjects;

/// <summary>
/// The measures in force of one organisation. One begins with the record that causes it and ends with it, in one position.
/// </summary>
/// <param name="Subject">Normalised code.</param>
/// <param name="AsOf">Legal date.</param>
/// <param name="Policy">Version of the policy whose triggers hold.</param>
/// <param name="Items">By trigger, then by cause.</param>
/// <param name="Partial">True where of a measure only the oldest causes are named.</param>
/// <param name="Token">Position of the answer.</param>
public sealed record MeasuresResponse(
    string Subject, DateOnly AsOf, string Policy, IReadOnlyList<MeasureResponse> Items, bool Partial, string Token)
{
    internal static MeasuresResponse Of(SubjectAssessment assessment, string token, string language) => new(
        assessment.Subject.Value, assessment.AsOf, assessment.Policy.Version,
        [.. assessment.Measures.Select(measure => MeasureResponse.Of(measure, language))], assessment.MeasuresTruncated, token);
}
