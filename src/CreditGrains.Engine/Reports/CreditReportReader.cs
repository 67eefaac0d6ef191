using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Reports;

/// <summary>
/// Puts a report together out of what <see cref="Evaluator.PublicRecords"/> lets the public see, and of nothing else; the content of
/// records is read a few at a time, within bounds (I13).
/// </summary>
internal sealed class CreditReportReader(IJournal journal, ReportOptions options)
{
    private const int RecordsReadMax = 20;

    /// <param name="view">The subject, under one policy version (I11).</param>
    /// <param name="number">Number of the report.</param>
    /// <param name="at">Time of the enquiry.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<CreditReport> ReadAsync(SubjectView view, string number, DateTimeOffset at, CancellationToken cancellation)
    {
        var rulebook = view.Evaluator.Rulebook;
        var kinds = rulebook.Catalogue.Kinds;
        var records = view.Evaluator.PublicRecords(view.State, view.AsOf);
        var registered = records.FirstOrDefault(record => kinds[record.Kind].Role == RecordRole.Registration);
        var content = new Content(options.ContentBytesMax);
        var registration = registered is null ? [] : await ReadAsync([registered], view, content, cancellation).ConfigureAwait(false);
        var sections = new List<ReportPart>(ReportSection.All.Count);
        foreach (var section in ReportSection.All)
        {
            if (section == ReportSection.Suggestions)
            {
                sections.Add(SuggestionsOf(records, kinds));
                continue;
            }

            var ofSection = records.Where(record => ReportSection.Of(kinds[record.Kind], record.Severity) == section).ToList();
            var shown = ofSection.Take(options.RecordsPerSectionMax).ToList();
            sections.Add(new ReportPart(
                section, ofSection.Count, await ReadAsync(shown, view, content, cancellation).ConfigureAwait(false), []));
        }

        var time = TimeZoneInfo.ConvertTime(at, rulebook.TimeZone);
        return new CreditReport(
            number, time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)), view.AsOf, options.Issuer,
            new ReportRules(rulebook.Id, rulebook.Title, rulebook.Digest, rulebook.Policy.Id, rulebook.Policy.Version),
            new ReportSubject(
                view.Subject.Value, registered is null ? null : view.Description?.Name, registration.Count == 0 ? null : registration[0]),
            GradeOf(records, kinds), sections);
    }

    private async Task<IReadOnlyList<ReportRecord>> ReadAsync(
        List<PublicRecord> records, SubjectView view, Content content, CancellationToken cancellation)
    {
        var kinds = view.Evaluator.Rulebook.Catalogue.Kinds;
        var read = new List<ReportRecord>(records.Count);
        for (var i = 0; i < records.Count && !content.IsFull; i += RecordsReadMax)
        {
            var few = records.GetRange(i, Math.Min(RecordsReadMax, records.Count - i));
            var found = (await journal.ReadRevisionsAsync(
                [.. few.Select(record => new RecordRevision(record.Record, record.Revision))], cancellation).ConfigureAwait(false))
                .ToDictionary(entry => entry.Record);
            foreach (var record in few)
            {
                if (found.GetValueOrDefault(record.Record) is not { } entry || !content.Takes(entry.Payload.Length))
                    continue;
                var kind = kinds[record.Kind];
                read.Add(new ReportRecord(
                    record.Record.Source.Value, record.Record.Id, kind.Name, kind.Title, record.Date, record.Until, record.PublicUntil,
                    ReportFields.CodeOf(record.Severity), record.Disputed, record.Until <= view.AsOf,
                    ReportFields.Of(kind, entry.Payload)));
            }
        }

        return read;
    }

    /// <summary>Repairs that are possible, with their first days, of published negative records and entries of lists.</summary>
    private ReportPart SuggestionsOf(IReadOnlyList<PublicRecord> records, IReadOnlyDictionary<string, RecordKind> kinds)
    {
        var repairable = records.Where(record => kinds[record.Kind].Role is RecordRole.Negative or RecordRole.List
            && kinds[record.Kind].IsAdverse(record.Level)).ToList();
        var shown = repairable.Take(options.RecordsPerSectionMax).Select(record => new ReportSuggestion(
            record.Record.Source.Value, record.Record.Id, kinds[record.Kind].Title, record.RepairableFrom, record.PublicUntil));
        return new ReportPart(ReportSection.Suggestions, repairable.Count, [], [.. shown]);
    }

    private static ReportGrade? GradeOf(IReadOnlyList<PublicRecord> records, IReadOnlyDictionary<string, RecordKind> kinds)
    {
        var grade = records.FirstOrDefault(record => kinds[record.Kind].Role == RecordRole.NationalGrade && record.Level is not null);
        if (grade is null)
            return null;
        var kind = kinds[grade.Kind];
        return new ReportGrade(
            grade.Level!, kind.Title, kind.Owner ?? LocalisedText.Both(grade.Record.Source.Value, grade.Record.Source.Value), grade.Date);
    }

    /// <summary>How much content a report still takes.</summary>
    private sealed class Content(int bytesMax)
    {
        private long _bytes;

        public bool IsFull { get; private set; }

        /// <summary>Once one does not fit, none after it is shown: what is shown of a section is its newest.</summary>
        public bool Takes(int bytes)
        {
            IsFull = IsFull || _bytes + bytes > bytesMax;
            _bytes += bytes;
            return !IsFull;
        }
    }
}
