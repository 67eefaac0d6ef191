using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Api.Subjects;

/// <summary>
/// Grades that other owners give (公共信用综合评价, 纳税信用, 海关信用等级, 信用风险分类), as imported: of each kind and source the latest one
/// that is valid on the date.
/// </summary>
internal static class ExternalGrades
{
    public static IReadOnlyList<ExternalGradeResponse> Of(SubjectView view, string language)
    {
        var kinds = view.Evaluator.Rulebook.Catalogue.Kinds;
        var grades = new List<ExternalGradeResponse>();
        foreach (var record in view.Evaluator.Standings(view.State, view.AsOf))
        {
            if (record.Withdrawn || record.Suspended || record.Date > view.AsOf || record.Until <= view.AsOf
                || !kinds.TryGetValue(record.Kind, out var kind) || kind.Role is not (RecordRole.NationalGrade or RecordRole.ExternalGrade)
                || grades.Any(known => known.Kind == record.Kind && known.Record.Source == record.Record.Source.Value))
                continue;
            grades.Add(new ExternalGradeResponse(
                record.Kind, kind.Title.In(language), kind.Owner?.In(language), record.Level, record.Date, record.Until,
                new RecordName(record.Record.Source.Value, record.Record.Id), record.Disputed));
        }

        return [.. grades.OrderBy(grade => kinds[grade.Kind].Role).ThenBy(grade => grade.Kind, StringComparer.Ordinal)];
    }
}
