using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Cases;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Reads cases for pages, by the interface's rule of who may see them; each look is logged first (I9).</summary>
internal sealed class CaseReader(CreditEngine engine, CaseReading reading, OrganisationReader organisations)
{
    private const string Operation = "portal/case";

    /// <summary>A case that the person may see.</summary>
    /// <exception cref="RequestRefusedException">There is none, or it is another's.</exception>
    public async Task<StoredCase> RequireAsync(string number, SubjectLooks looks, HttpContext context)
    {
        if (CaseNumber.Parse(number) is not { } parsed
            || await engine.Cases.FindAsync(parsed, context.RequestAborted) is not { } found
            || !reading.MaySee(Caller.Of(context), found))
            throw new RequestRefusedException(ErrorCatalogue.UnknownCase);
        foreach (var subject in CaseReading.SubjectsOf(found))
            await looks.RecordAsync(subject, Operation, found.Number.ToString());
        return found;
    }

    /// <summary>The case with its records as they stand, and what the person may do.</summary>
    public async Task<CaseModel> ReadAsync(StoredCase found, HttpContext context)
    {
        var file = found.File;
        var caller = Caller.Of(context);
        var view = await engine.Subjects.FindAsync(found.Subject, Consistency.Latest, context.RequestAborted);
        var concerned = file.Made is { } made ? [.. file.Records, made] : file.Records;
        var records = view is null ? new Dictionary<RecordId, FileRecordModel>() : await organisations.FindAsync(
            view, [.. concerned.Select(record => record.Record)], context.RequestAborted);
        var kind = view is null || file.Records.Count == 0 ? null : KindOf(view, file.Records[0].Record);

        // People of the platform are named to officers; the organisation is told in whose place a step was taken.
        var tellsWho = !caller.IsAny(Roles.Subject) || caller.IsAny(AccessRules.CaseDesk.Any);
        return new CaseModel
        {
            Head = HeadOf(found, view, caller),
            ClosedOn = file.ClosedOn,
            FiledBy = RoleOf(CaseNames.Of(file.FiledBy), file),
            Measures = MeasuresOf(file.Measures),
            HearingUntil = CaseChoices.IsHearingAwaited(file, engine.Today) ? file.Running.First(clock => clock.Waits).Due : null,
            MirrorAwaited = file.MirrorDone >= file.MirrorWanted ? null
                : file.MirrorFault is not { } fault ? ContractTexts.MirrorAwaited
                : ContractTexts.MirrorRefused.With(
                    ErrorCatalogue.All.TryGetValue(fault, out var known) ? Text.Of(known.Sentence) : new Text(fault, fault)),
            Heard = file.Kind == CaseKind.Listing ? file.Answer : null,
            Facts = CaseFactWords.Of(file, engine.Rulebook, await NamesAsync(found, context.RequestAborted)),
            Grounds = file is { Kind: CaseKind.Objection, Grounds: { } grounds } ? CaseTexts.Of(CaseTexts.GroundsOf, grounds) : null,
            Statement = file.Statement,
            StatementLabel = StatementLabelOf(file),
            Expected = [.. (file.Expected ?? new Dictionary<string, string>())
                .Select(pair => (LabelOf(kind, pair.Key), ShownValue(kind, pair.Key, pair.Value)))],
            Upheld = file.Upheld,
            Answer = file.Answer,
            Filed = file.Kind switch
            {
                CaseKind.Objection => [CaseFilingTexts.MarkedNow, CaseFilingTexts.NotDoneYet],
                CaseKind.Listing => [CaseFilingTexts.NoticeNext],
                CaseKind.Contract => [file.MirrorDone < file.MirrorWanted ? CaseFilingTexts.ContractInOne : CaseFilingTexts.ContractInBoth],
                CaseKind.Repair when file.Origin is not null => [CaseFilingTexts.SynchronisedNow],
                _ => [CaseFilingTexts.NotDoneYet],
            },
            Outcome = CaseHistory.OutcomeOf(file),
            Reason = file.Reason ?? (file.Records is [var single] ? single.Reason : null),
            DecidedOn = file.DecidedOn ?? file.ClosedOn,
            Order = CaseHistory.OrderOf(found),
            Records = [.. concerned.Select(record => new CaseRecordModel(
                record.Source, record.Id, records.GetValueOrDefault(record.Record),
                record.Outcome is { } decided ? CaseTexts.OutcomeOf(decided) : null, record.Reason))],
            Deadlines = [.. file.Clocks.Select(DeadlineOf)],
            Changes = [.. file.Changes.Select(change => (
                LabelOf(kind, change.Field), WordsOf(kind, change.Field, change.Old), WordsOf(kind, change.Field, change.New)))],
            Effects = CaseHistory.EffectsOf(found),
            Further = [.. FurtherOf(file)],
            Steps = [.. found.Steps.Select((step, place) => new CaseStepModel(
                CaseTexts.Of(CaseTexts.StepsTaken, step.Step), step.At, RoleOf(step.Role, file),
                tellsWho ? step.By : null, step.Note, CaseHistory.DetailOf(found, place)))],
            Proofs = ProofsOf(found, context),
            Choices = [.. ChoicesOf(found, view, context).Select(CaseNames.Of).Select(step => (step, Words: WordsOf(found, step)))
                .Select(each => new CaseChoiceModel(each.step, each.Words.Button, each.Words.Explanation))],
        };
    }

    /// <summary>
    /// Names of a contract's parties, by code. Each of them is registered, which is public; the look at both is recorded before.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(StoredCase found, CancellationToken cancellation)
    {
        var names = new Dictionary<string, string>();
        if (found.File.Kind != CaseKind.Contract)
            return names;
        foreach (var subject in CaseReading.SubjectsOf(found))
        {
            if ((await engine.Subjects.FindAsync(subject, Consistency.Any, cancellation))?.Description?.Name is { } name)
                names[subject.Value] = name;
        }

        return names;
    }

    /// <summary>Files of a case; to be opened, and read by name, by its parties alone, as over the interface.</summary>
    public IReadOnlyList<CaseProofModel> ProofsOf(StoredCase found, HttpContext context)
    {
        var caller = Caller.Of(context);
        var mayOpen = caller.IsAny(AccessRules.ProofRead.Any) && reading.IsParty(caller, found);
        return [.. found.File.Proofs.Select((proof, place) => new CaseProofModel(
            mayOpen ? new Text(proof.Name, proof.Name) : ProofTexts.Numbered.With(place + 1), mayOpen ? null : proof.Digest,
            ProofTexts.Of(proof.Type, proof.Size), CaseTexts.Of(CaseTexts.StepsTaken, CaseNames.Of(proof.Step)), proof.On,
            RoleOf(CaseNames.Of(proof.Role), found.File),
            mayOpen ? PortalPaths.Case(found.Number.ToString(), $"proofs/{proof.Digest}") : null))];
    }

    /// <summary>The steps of a case that the person may take now, of an organisation as it stands.</summary>
    public IReadOnlyList<CaseStep> ChoicesOf(StoredCase found, SubjectView? view, HttpContext context)
    {
        var isMadeGone = found.File.Made is { } made && StatusOf(view, made.Record) is not { Withdrawn: false };
        return CaseChoices.Of(found.File, isMadeGone, ActorOf(found.Subject, context), engine.Rulebook, engine.Today);
    }

    /// <summary>Words of a step of a case as it stands.</summary>
    public (Text Button, Text Explanation, Text Done) WordsOf(StoredCase found, string step) =>
        CaseStepTexts.Of(found.File.Kind, found.File.StateOn(engine.Today), step);

    /// <summary>In whose place the person acts on a case; in nobody's where it only looks.</summary>
    public CaseActor ActorOf(SubjectId subject, HttpContext context) => reading.FindActor(subject, context);

    public CaseHeadModel HeadOf(StoredCase found, SubjectView? view, Caller caller)
    {
        var (state, colour) = CaseTexts.Of(CaseTexts.States, CaseNames.Of(found.File.StateOn(engine.Today)));
        var above = caller.IsAny(AccessRules.CaseDesk.Any) ? PortalPaths.Cases
            : caller.IsAny(Roles.Source) && caller.Source is { Length: > 0 } source ? PortalPaths.Source(source, "cases")
            : PortalPaths.Organisation(found.Subject.Value, "cases");
        return new CaseHeadModel(
            found.Number.ToString(), CaseTexts.KindOf(found.File.Kind), state, colour, found.Subject.Value, view?.Description?.Name,
            found.File.OpenedOn, above);
    }

    /// <summary>A line of a list.</summary>
    /// <param name="found">The case.</param>
    /// <param name="source">The source that owns the shown deadline; null for the earliest of all.</param>
    /// <param name="name">Of the organisation, where the list shows it.</param>
    public CaseRowModel RowOf(StoredCase found, string? source, string? name)
    {
        var file = found.File;
        var (state, colour) = CaseTexts.Of(CaseTexts.States, CaseNames.Of(file.StateOn(engine.Today)));
        var clock = file.FirstDue(source ?? "");
        return new CaseRowModel(
            found.Number.ToString(), CaseTexts.KindOf(file.Kind), found.Subject.Value, name, state, colour, file.OpenedOn,
            CaseHistory.OutcomeOf(file), clock is null ? null : DeadlineOf(clock))
        {
            About = CaseFactWords.TitleOf(file, engine.Rulebook), DueOn = file.Fact(CaseFacts.DueOn),
            Own = source is { Length: > 0 } && file.FirstOwn(source) is { } own && own != clock ? DeadlineOf(own) : null,
            HoldsUntil = file.Until, RemovableFrom = CaseChoices.PossibleFrom(file, CaseStep.Remove, engine.Rulebook, engine.Today),
        };
    }

    /// <summary>The same: address and words.</summary>
    public IReadOnlyList<(string Path, Text Label)> StepsOf(StoredCase found, SubjectView? view, HttpContext context) =>
        [.. ChoicesOf(found, view, context).Select(CaseNames.Of)
            .Select(step => (PortalPaths.Case(found.Number.ToString(), step), WordsOf(found, step).Button))];

    public static Text LabelOf(RecordKind? kind, string field) =>
        kind?.Fields.FirstOrDefault(known => known.Name == field)?.Title is { } title ? Text.Of(title) : new Text(field, field);

    /// <summary>A record as it stands; null where it is not held.</summary>
    public static RecordStatus? StatusOf(SubjectView? view, RecordId record) =>
        view?.Evaluator.Standings(view.State, view.AsOf).FirstOrDefault(known => known.Record == record);

    /// <summary>The kind of a record; null where it is not known.</summary>
    public static RecordKind? KindOf(SubjectView view, RecordId record) => KindOf(view, StatusOf(view, record));

    /// <summary>The same of a record as it stands.</summary>
    public static RecordKind? KindOf(SubjectView? view, RecordStatus? status) =>
        status is null ? null : view?.Evaluator.Rulebook.Catalogue.Kinds.GetValueOrDefault(status.Kind);

    private IEnumerable<(Text Label, string Value)> FurtherOf(CaseFile file)
    {
        if (file.Ruling is { } ruling)
            yield return (CaseTexts.Ruling, ruling);
        if (file.Origin is { } origin)
            yield return (CaseTexts.Origin, $"{origin.Site}, {origin.Number}, {origin.RepairedOn:yyyy-MM-dd}");
        if (file.State == CaseState.Listed && CaseChoices.RemovableFrom(file, engine.Rulebook) is { } removable)
            yield return (ListingTexts.RemovableFrom, $"{removable:yyyy-MM-dd}");
        if (file.BanUntil is { } until)
            yield return (CaseTexts.BanUntil, $"{until:yyyy-MM-dd} ({file.BanBasis})");
    }

    /// <summary>Measures by their ids; one that the rulebook does not know any more is left out.</summary>
    public IReadOnlyList<CaseMeasureModel> MeasuresOf(IReadOnlyList<string> measures) =>
        [.. measures.Select(id => engine.Rulebook.Measures.GetValueOrDefault(id)).OfType<Measure>().Select(measure =>
            new CaseMeasureModel(Text.Of(measure.Title), Text.Of(measure.Content), measure.Basis))];

    /// <summary>In whose place: a department that alone acts for its side is named.</summary>
    private Text RoleOf(string role, CaseFile file) => role == CaseNames.Of(CaseRoles.Source) && file.Body is { } body
        ? OwnerOf(body) : CaseTexts.Of(CaseTexts.Roles, role);

    private CaseDeadlineModel DeadlineOf(CaseClock clock)
    {
        var state = clock.StateOn(engine.Today);
        if (state == "overdue" && clock.Ended is not null)
            state = "missed";
        else if (clock.Waits)
            state = clock.Ended is null && engine.Today > clock.Due ? "passed" : state;
        else if (clock.Ended is null && state != "overdue" && engine.Today >= clock.WarnFrom)
            state = "warned";
        var (label, colour) = CaseTexts.Of(CaseTexts.ClockStates, state);
        var title = CaseClocks.Find(engine.Rulebook, clock.Clock, clock.From)?.Title;
        return new CaseDeadlineModel(
            title is null ? CaseTexts.Of(CaseTexts.DatedClocks, clock.Clock) : Text.Of(title), OwnerOf(clock.Owner), clock.From, clock.Due,
            clock.Ended, label, colour, clock.Basis, clock.Extension);
    }

    private Text OwnerOf(string owner) =>
        CaseTexts.Roles.GetValueOrDefault(owner) ?? CaseFactWords.BodyOf(owner, engine.Rulebook.Procedures);

    /// <summary>A value as people read it.</summary>
    private static Text WordsOf(RecordKind? kind, string field, JsonElement? value)
    {
        if (value is not { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } given)
            return CaseTexts.Empty;
        if (kind is not null)
        {
            var content = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, JsonElement> { [field] = given });
            if (FieldTexts.Of(kind, content) is [var (_, words)])
                return words;
        }

        var text = given.ValueKind == JsonValueKind.String ? given.GetString()! : given.GetRawText();
        return new Text(text, text);
    }

    /// <summary>An applicant's text for a field: a code in words, else as it was written.</summary>
    public static Text ShownValue(RecordKind? kind, string field, string value) =>
        kind?.Fields.FirstOrDefault(known => known.Name == field) is { Type: FieldType.Code } known && known.Of.Contains(value)
            ? FieldTexts.Code(known, value) : new Text(value, value);

    /// <summary>Heading of a statement: of a list entry the facts of the department, else what the applicant says.</summary>
    public static Text StatementLabelOf(CaseFile file) => file.Kind == CaseKind.Listing ? ListingTexts.Facts : CaseTexts.Statement;
}
