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

    private async Task<Dictionary<RecordId, JournalEntry>> EntriesAsync(
        IReadOnlyCollection<PublicRecord> records, CancellationToken cancellation) => records.Count == 0
        ? []
        : (await engine.Store.Journal.ReadRevisionsAsync(
            [.. records.Select(record => new RecordRevision(record.Record, record.Revision))], cancellation))
            .ToDictionary(entry => entry.Record);

    private static PublicRecordModel Of(PublicRecord record, JournalEntry entry, Rulebook rulebook, DateOnly asOf)
    {
        var kind = rulebook.Catalogue.Kinds[record.Kind];
        return new PublicRecordModel(
            Text.Of(kind.Title), record.Record.Source.Value, record.Record.Id, record.Date, record.Until, record.PublicUntil,
            FieldTexts.Of(record.Severity), record.Disputed, record.Until <= asOf, FieldTexts.Of(kind, entry.Payload, rulebook.Procedures));
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
        var bySection = records.ToLookup(record => ReportSection.Of(kinds[record.Kind], record.Severity));
        IReadOnlyList<ReportSection> asked = section is null ? ReportSection.OfRecords : [section];

        // Contents of the whole page by one read: one a record made a page of many take as many times longer (`credit bench page`).
        var entries = await EntriesAsync(
            [
                .. asked.SelectMany(each => bySection[each].Skip((page - 1) * PageSize).Take(PageSize)).Append(registered)
                    .OfType<PublicRecord>().DistinctBy(record => record.Record),
            ],
            cancellation);
        var registration = registered is not null && entries.TryGetValue(registered.Record, out var first)
            ? Of(registered, first, rulebook, view.AsOf) : null;
        var sections = new List<PublicSectionModel>();
        foreach (var each in asked)
        {
            var count = bySection[each].Count();
            var shown = new List<PublicRecordModel>();
            foreach (var record in bySection[each].Skip((page - 1) * PageSize).Take(PageSize))
            {
                if (entries.TryGetValue(record.Record, out var entry))
                    shown.Add(Of(record, entry, rulebook, view.AsOf));
            }

            sections.Add(new PublicSectionModel(each, shown, ((page - 1) * PageSize) + 1, count, page, page * PageSize >= count));
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
