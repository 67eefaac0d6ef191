using CreditGrains.Api.Requests;
using CreditGrains.Api.Subjects;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Organisation;

/// <summary>Reads an organisation's whole file; the access is recorded before (<c>SubjectLooks</c>).</summary>
internal sealed class OrganisationReader(CreditEngine engine)
{
    public const int PageSize = 10;

    public static OrganisationHeadModel HeadOf(SubjectView view)
    {
        var description = view.Description;
        var kind = view.Evaluator.Rulebook.Catalogue.Kinds.Values.FirstOrDefault(kind => kind.Role == RecordRole.Registration);
        var status = SearchPages.StatusOf(description, kind);
        return new OrganisationHeadModel(view.Subject.Value, description?.Name, status, status is { En: "active" }, view.AsOf);
    }

    public static ReferenceModel ReferenceOf(SubjectView view)
    {
        var policy = view.Evaluator.Policy;
        var supervision = view.Grade is { } grade ? policy.Supervision.GetValueOrDefault(grade) : null;
        return new ReferenceModel(
            view.Summary.ScoreMilli is { } score ? WireNames.Points(score) : null, view.Grade, Text.Of(policy.Label), policy.Version,
            view.Summary.NextChange, supervision?.InspectionPercent, supervision?.PerYear ?? 0);
    }

    /// <param name="view">The organisation.</param>
    /// <param name="section">Only this section; null for the first records of all.</param>
    /// <param name="page">Which page of the section, from 1.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<FileModel> FileAsync(SubjectView view, ReportSection? section, int page, CancellationToken cancellation)
    {
        var kinds = view.Evaluator.Rulebook.Catalogue.Kinds;
        var records = view.Evaluator.Standings(view.State, view.AsOf);
        var registered = records.FirstOrDefault(record =>
            !record.Withdrawn && kinds.GetValueOrDefault(record.Kind)?.Role == RecordRole.Registration);
        IReadOnlyList<ReportSection> asked = section is null ? ReportSection.OfRecords : [section];

        // Cases and their marks are no entries: they have pages of their own, and the entries carry the marks.
        var bySection = records.Where(record => !CaseKinds.Has(record.Record, record.Kind)).ToLookup(record => SectionOf(record, kinds));

        // Contents of the whole page by one read, as on the public page of an organisation.
        var models = await ReadAsync(
            [
                .. asked.SelectMany(each => bySection[each].Skip((page - 1) * PageSize).Take(PageSize)).Append(registered)
                    .OfType<RecordStatus>().DistinctBy(record => record.Record),
            ],
            view, cancellation);
        var sections = new List<FileSectionModel>();
        foreach (var each in asked)
        {
            var count = bySection[each].Count();
            sections.Add(new FileSectionModel(
                each, [.. bySection[each].Skip((page - 1) * PageSize).Take(PageSize).Select(record => models[record.Record])],
                ((page - 1) * PageSize) + 1, count, page, page * PageSize >= count));
        }

        var registration = registered is null ? null : models[registered.Record];
        return new FileModel(HeadOf(view), ReferenceOf(view), registration?.Fields ?? [], sections, section is not null);
    }

    /// <summary>Certain records, as they stand; those that are not held are left out.</summary>
    public async Task<IReadOnlyDictionary<RecordId, FileRecordModel>> FindAsync(
        SubjectView view, IReadOnlyCollection<RecordId> wanted, CancellationToken cancellation)
    {
        return await ReadAsync(
            [.. view.Evaluator.Standings(view.State, view.AsOf).Where(record => wanted.Contains(record.Record))], view, cancellation);
    }

    /// <summary>The newest records that departments have reported and not withdrawn.</summary>
    public async Task<IReadOnlyList<FileRecordModel>> NewestAsync(SubjectView view, int count, CancellationToken cancellation)
    {
        var newest = view.Evaluator.Standings(view.State, view.AsOf)
            .Where(record => !record.Withdrawn && record.Record.Source != SourceId.Platform).Take(count).ToList();
        var models = await ReadAsync(newest, view, cancellation);
        return [.. newest.Select(record => models[record.Record])];
    }

    public static ExplanationModel ExplanationOf(SubjectView view, string language)
    {
        var parts = new List<(Text, IReadOnlyList<ExplanationSentence>)>();
        var lines = AssessmentInWords.LinesOf(view, language);
        foreach (var (part, heading) in new[]
        {
            (ExplanationPart.Result, OrganisationTexts.ResultHeading), (ExplanationPart.Records, OrganisationTexts.RecordsHeading),
            (ExplanationPart.Measures, OrganisationTexts.MeasuresHeading), (ExplanationPart.Changes, OrganisationTexts.ChangesHeading),
        })
        {
            var sentences = new List<(string Text, List<string> Details)>();
            foreach (var line in lines.Where(line => line.Part == part))
            {
                if (line.Text.StartsWith("  ", StringComparison.Ordinal) && sentences.Count > 0)
                    sentences[^1].Details.Add(line.Text.Trim());
                else
                    sentences.Add((line.Text.Trim(), []));
            }

            parts.Add((heading, [.. sentences.Select(sentence => new ExplanationSentence(sentence.Text, sentence.Details))]));
        }

        return new ExplanationModel(HeadOf(view), ReferenceOf(view), parts);
    }

    public static MeasuresModel MeasuresOf(SubjectView view)
    {
        var assessment = view.Assess();
        var suspended = view.Evaluator.MeasuresSuspended(view.State, view.AsOf, out var truncated);
        return new MeasuresModel(
            HeadOf(view), [.. assessment.Measures.Select(Of)], [.. suspended.Select(Of)], assessment.MeasuresTruncated || truncated);
    }

    private static SubjectMeasureModel Of(MeasureInForce inForce) => Of(
        inForce.Measure, inForce.Cause is { } record ? CauseOf(record) : OrganisationTexts.CauseGrade.With(inForce.CauseGrade),
        inForce.From, inForce.Until, null);

    private static SubjectMeasureModel Of(SuspendedMeasure suspended) => Of(
        suspended.Measure, CauseOf(suspended.Cause), suspended.From, suspended.Until,
        OrganisationTexts.SuspendedByObjection.With(suspended.SuspendedBy.Id));

    private static Text CauseOf(RecordId record) => OrganisationTexts.CauseRecord.With(record.Source.Value, record.Id);

    private static SubjectMeasureModel Of(Measure measure, Text cause, DateOnly? from, DateOnly? until, Text? suspendedBy)
    {
        var (title, colour) = measure.Class switch
        {
            MeasureClass.Restraint => (RuleTexts.Restraints, "red"),
            MeasureClass.Incentive => (RuleTexts.Incentives, "green"),
            MeasureClass.Supervision => (RuleTexts.Supervision, "blue"),
            _ => (RuleTexts.Notices, "grey"),
        };
        return new SubjectMeasureModel(
            Text.Of(measure.Title), title, colour, measure.Mandatory, Text.Of(measure.Content), measure.Basis, measure.Implementer, cause,
            from, until, suspendedBy);
    }

    /// <summary>An event of the journal as the timeline shows it.</summary>
    public TimelineEventModel Of(JournalEntry entry) => new(
        entry.ReceivedAt,
        entry.Op == EventOp.Withdraw ? OrganisationTexts.WithdrawnEvent
            : entry is { Kind: CaseKinds.Case, IsDestroyed: false } ? OrganisationTexts.StepOfCase.With(
                CaseTexts.Of(CaseTexts.StepsTaken, StoredStep.NameOf(entry)))
            : entry.Revision == 1 ? OrganisationTexts.First : OrganisationTexts.Corrected.With(entry.Revision),
        KindOf(entry.Kind), entry.Kind == CaseKinds.Case ? null : entry.Date,
        entry.Record.Source.Value, entry.Record.Id, entry.IsDestroyed);

    /// <summary>A kind that the rulebook does not know any more is other information.</summary>
    private static ReportSection? SectionOf(RecordStatus record, IReadOnlyDictionary<string, RecordKind> kinds) =>
        kinds.TryGetValue(record.Kind, out var kind) ? ReportSection.Of(kind, record.Severity) : ReportSection.OfRecords[^1];

    private async Task<Dictionary<RecordId, FileRecordModel>> ReadAsync(
        List<RecordStatus> records, SubjectView view, CancellationToken cancellation)
    {
        if (records.Count == 0)
            return [];
        var wanted = records.Select(record => new RecordRevision(record.Record, record.Revision))
            .Concat(records.Where(record => record is { Withdrawn: true, Revision: > 1 })
                .Select(record => new RecordRevision(record.Record, record.Revision - 1)));
        var found = (await engine.Store.Journal.ReadRevisionsAsync([.. wanted], cancellation)).ToLookup(entry => entry.Record);
        return records.ToDictionary(
            record => record.Record,
            record => Of(
                record, found[record.Record].FirstOrDefault(entry => entry.Revision == record.Revision),
                found[record.Record].FirstOrDefault(entry => entry.Revision < record.Revision), view));
    }

    /// <summary>Of an entry that was withdrawn, what it is told apart by: numbers and dates, and nothing of what it said.</summary>
    private static RecordKind Outline(RecordKind kind) => kind with
    {
        Fields =
        [
            .. kind.Fields.Where(field => field.Type == FieldType.Date
                || (field.Type == FieldType.Text && field.Name.EndsWith("Number", StringComparison.Ordinal))),
        ],
    };

    private FileRecordModel Of(RecordStatus record, JournalEntry? entry, JournalEntry? before, SubjectView view)
    {
        var marks = new List<(Text, string)>();
        if (FieldTexts.Of(record.Severity) is { } severity)
            marks.Add((severity, severity == SubjectTexts.Serious ? "red" : "grey"));
        marks.Add(record.IsPublic ? (OrganisationTexts.Published, "blue") : (OrganisationTexts.NotPublished, "grey"));
        if (record.Withdrawn)
            marks.Add((OrganisationTexts.Withdrawn, "yellow"));
        if (record.Suspended)
            marks.Add((OrganisationTexts.Suspended, "orange"));
        else if (record.Disputed)
            marks.Add((SubjectTexts.Disputed, "orange"));
        if (record.IsUnderPlan)
            marks.Add((OrganisationTexts.UnderPlan, "purple"));
        else if (record.Repaired)
            marks.Add((OrganisationTexts.Repaired, "green"));
        if (record.Until <= view.AsOf)
            marks.Add((SubjectTexts.Over, "grey"));
        var kind = view.Evaluator.Rulebook.Catalogue.Kinds.GetValueOrDefault(record.Kind);

        // The words of a case are on the page of the case, for those who may read it.
        if (kind is not null && CaseKinds.Has(record.Record, record.Kind))
            kind = kind with { Fields = [.. kind.Fields.Where(field => !CaseKinds.Written.Contains(field.Name))] };
        var repairable = record.Withdrawn || record.Repaired ? null : record.RepairableFrom;
        var rules = view.Evaluator.Rulebook.Procedures;
        return new FileRecordModel(
            KindOf(record.Kind), record.Record.Source.Value, record.Record.Id, record.Revision, marks,
            kind is null ? []
                : record.Withdrawn ? before is null ? [] : FieldTexts.Of(Outline(kind), before.Payload, rules)
                : entry is null ? [] : FieldTexts.Of(kind, entry.Payload, rules),
            record.Date, record.IsPublic, record.PublicUntil, repairable, repairable <= view.AsOf, entry?.ReceivedAt)
        {
            MayBeObjectedTo = !record.Withdrawn && record.Record.Source != SourceId.Platform,
            MayBeRepaired = record is { Withdrawn: false, Repaired: false }
                && Repairability.IsRepairable(view.Evaluator.Rulebook, record),
        };
    }

    private Text KindOf(string kind) =>
        engine.Rulebook.Catalogue.Kinds.TryGetValue(kind, out var known) ? Text.Of(known.Title) : new Text(kind, kind);
}
