using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>Reads what the public may see of an organisation, and nothing else (<see cref="Evaluator.PublicRecords"/>).</summary>
internal sealed class PublicReader(CreditEngine engine)
{
    public const int PageSize = 10;

    /// <summary>The public records of a subject as it stands today.</summary>
    public static IReadOnlyList<PublicRecord> RecordsOf(SubjectView view) => view.Evaluator.PublicRecords(view.State, view.AsOf);

    /// <summary>A record with its content; null where its revision is not in the journal.</summary>
    public async Task<PublicRecordModel?> ReadAsync(
        PublicRecord record, Rulebook rulebook, DateOnly asOf, CancellationToken cancellation)
    {
        var kind = rulebook.Catalogue.Kinds[record.Kind];
        var revisions = await engine.Store.Journal.ReadRevisionsAsync(
            [new RecordRevision(record.Record, record.Revision)], cancellation);
        if (revisions.SingleOrDefault() is not { } entry)
            return null;
        return new PublicRecordModel(
            Text.Of(kind.Title), record.Record.Source.Value, record.Record.Id, record.Date, record.Until, record.PublicUntil,
            FieldTexts.Of(record.Severity), record.Disputed, record.Until <= asOf, FieldTexts.Of(kind, entry.Payload));
    }

    /// <summary>The page of a subject.</summary>
    /// <param name="view">The subject.</param>
    /// <param name="section">Only this section; null for the first records of all.</param>
    /// <param name="page">Which page of the section, from 1.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<SubjectModel> SubjectAsync(SubjectView view, ReportSection? section, int page, CancellationToken cancellation)
    {
        var rulebook = view.Evaluator.Rulebook;
        var kinds = rulebook.Catalogue.Kinds;
        var records = RecordsOf(view);
        var registered = records.FirstOrDefault(record => kinds[record.Kind].Role == RecordRole.Registration);
        var registration = registered is null ? null : await ReadAsync(registered, rulebook, view.AsOf, cancellation);
        var sections = new List<PublicSectionModel>();
        foreach (var each in section is null ? ReportSection.OfRecords : [section])
        {
            var ofSection = records.Where(record => ReportSection.Of(kinds[record.Kind], record.Severity) == each).ToList();
            var shown = new List<PublicRecordModel>();
            foreach (var record in ofSection.Skip((page - 1) * PageSize).Take(PageSize))
            {
                if (await ReadAsync(record, rulebook, view.AsOf, cancellation) is { } read)
                    shown.Add(read);
            }

            sections.Add(new PublicSectionModel(
                each, shown, ((page - 1) * PageSize) + 1, ofSection.Count, page, page * PageSize >= ofSection.Count));
        }

        return new SubjectModel(
            view.Subject.Value, registered is null ? null : view.Description?.Name, registration,
            registered is null ? null : SearchPages.StatusOf(view.Description, kinds[registered.Kind]), view.AsOf, GradeOf(records, kinds),
            sections, section is not null);
    }

    private static PublicGradeModel? GradeOf(IEnumerable<PublicRecord> records, IReadOnlyDictionary<string, RecordKind> kinds)
    {
        var grade = records.FirstOrDefault(record => kinds[record.Kind].Role == RecordRole.NationalGrade && record.Level is not null);
        if (grade is null)
            return null;
        var kind = kinds[grade.Kind];
        var owner = kind.Owner is { } named ? Text.Of(named) : new Text(grade.Record.Source.Value, grade.Record.Source.Value);
        return new PublicGradeModel(grade.Level!, owner, Text.Of(kind.Title), grade.Date);
    }
}
