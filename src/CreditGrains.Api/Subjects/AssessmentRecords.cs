using System.Globalization;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Subjects;

/// <summary>The records behind one indicator, page by page: the assessment itself names a bounded number of them (I13).</summary>
internal static class AssessmentRecords
{
    private const int Undated = -1;

    public static async Task<Ok<ContributionsPage>> PageAsync(
        string id, string? indicator, string? asOf, string? knownAt, string? policy, string? limit, string? cursor, string? consistency,
        string? purpose, HttpContext context, SubjectReading reading, CreditEngine engine, Cursors cursors)
    {
        var subject = await reading.BeginAsync(id, "assessment-records", context);
        if (string.IsNullOrEmpty(indicator))
            throw Parameters.Refused("indicator", "an indicator of the policy");
        var date = Parameters.Date("asOf", asOf);
        var size = Parameters.Limit(limit);
        var list = $"assessment/{subject.Value}\n{indicator}\n{policy}";
        var after = PlaceOf(cursors.Read(list, cursor));
        var view = await SubjectEndpoints.ViewAsync(subject, date, knownAt, policy, context, reading, engine);
        var result = view.Evaluator.AssessIndicator(view.State, view.AsOf, indicator, after, size + 1)
            ?? throw Parameters.Refused("indicator", "an indicator of the policy");
        var page = result.Records.Take(size).ToList();
        return TypedResults.Ok(new ContributionsPage(
            subject.Value, view.AsOf, new PolicyName(view.Evaluator.Policy.Id, view.Evaluator.Policy.Version), indicator,
            WireNames.Points(result.SumMilli), result.RecordsTotal, [.. page.Select(ContributionResponse.Of)],
            result.Records.Count > size ? cursors.Make(list, TextOf(page[^1])) : null, reading.TokenOf(view)));
    }

    private static string TextOf(RecordContribution record) => string.Create(
        CultureInfo.InvariantCulture, $"{record.Date?.DayNumber ?? Undated}\n{record.Record.Source.Value}\n{record.Record.Id}");

    private static (DateOnly? Date, RecordId Record)? PlaceOf(string? text)
    {
        if (text?.Split('\n', 3) is not [var day, var source, var id])
            return null;
        var number = int.Parse(day, CultureInfo.InvariantCulture);
        return (number == Undated ? null : DateOnly.FromDayNumber(number), new RecordId(new SourceId(source), id));
    }
}
