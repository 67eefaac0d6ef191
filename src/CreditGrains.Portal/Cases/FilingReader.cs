using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Reads what the pages show on which a case is filed.</summary>
internal sealed class FilingReader(CreditEngine engine, OrganisationReader organisations, SubjectCodes codes)
{
    public const int RecordsShown = 50;
    private const string Operation = "portal/case-filing";

    /// <summary>The organisation, its look recorded.</summary>
    /// <exception cref="RequestRefusedException">The code is none, or nothing is known of it.</exception>
    public async Task<SubjectView> OpenAsync(string id, SubjectLooks looks, CancellationToken cancellation)
    {
        if (!codes.TryRead(id, out var subject))
            throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
        await looks.RecordAsync(subject, Operation);
        return await engine.Subjects.FindAsync(subject, Consistency.Latest, cancellation) is { Position: > 0 } view
            ? view : throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
    }

    public async Task<FilingModel> ReadAsync(
        SubjectView view, RecordFiling filing, string page, FilingAnswers answers, IReadOnlyList<FieldError> errors, PortalForm? form,
        HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var (isObjection, pages) = (filing.IsObjection, filing.Pages);
        var caller = Caller.Of(context);

        // A department files about its own records; the platform may about all, where it is let to the page.
        var own = filing.IsOfDepartment && !caller.IsAny(AccessRules.CaseDesk.Any) ? caller.Source ?? "" : null;
        var all = view.Evaluator.Standings(view.State, view.AsOf);
        var listed = all.Where(record => !record.Withdrawn && record.Record.Source != SourceId.Platform
            && (own is null || record.Record.Source.Value == own)
            && (isObjection || Repairability.IsRepairable(view.Evaluator.Rulebook, record))).ToList();
        var chosen = answers.Records.Select(RecordKey.Parse).OfType<RecordId>().ToHashSet();

        // The chosen ones come first, so that a link to a record beyond the newest finds it on the page.
        var shown = listed.OrderByDescending(record => chosen.Contains(record.Record)).Take(RecordsShown).ToList();
        var held = await organisations.FindAsync(view, [.. shown.Select(record => record.Record)], cancellation);
        var (running, bannedUntil) = isObjection ? (await RunningAsync(all, CaseKind.Objection, cancellation), null)
            : await RepairsAsync(all, filing, view.AsOf, cancellation);
        var first = chosen.Count == 0 ? (RecordId?)null : chosen.First();
        var kind = first is { } record ? CaseReader.KindOf(view, record) : null;
        return new FilingModel
        {
            Head = OrganisationReader.HeadOf(view),
            Title = filing.Title,
            Action = filing.PathOf(view.Subject.Value),
            Above = AboveOf(view, filing, caller),
            PlanPath = filing == RecordFiling.Repair && bannedUntil is null
                ? RecordFiling.Restructuring.PathOf(view.Subject.Value) : null,
            Inputs = [.. InputsOf(filing, answers, view.AsOf).Where(input => page == FilingPage.Check || input.Page == page)
                .Select(input => input.Input)],
            Pages = pages,
            IsOfDepartment = filing.IsOfDepartment,
            IsObjection = isObjection,
            Page = page,
            Before = FilingPage.Before(pages, page),
            Answers = answers,
            BannedUntil = bannedUntil,
            Choices = [.. shown.Select(each => ChoiceOf(each, held[each.Record], filing, running, bannedUntil, view.AsOf))],
            IsCut = listed.Count > shown.Count,
            Chosen = isObjection && first is { } one ? held.GetValueOrDefault(one) : null,
            Fields = isObjection && page == FilingPage.Expected && kind is not null && first is { } wanted
                && held.TryGetValue(wanted, out var now)
                ? FieldsOf(RecordField.Of(kind, await PayloadAsync(wanted, now.Revision, cancellation), null, null), answers, form)
                : [],
            Expected = answers.Expected.GroupBy(pair => pair.Key).ToDictionary(
                pair => pair.Key, pair => (CaseReader.LabelOf(kind, pair.Key), CaseReader.ShownValue(kind, pair.Key, pair.First().Value))),
            Errors = errors,
        };
    }

    /// <summary>Mistakes of what was answered on a page.</summary>
    public List<FieldError> ErrorsOf(string page, bool isObjection, FilingAnswers answers, FilingModel model, PortalForm form)
    {
        var errors = new List<FieldError>();
        switch (page)
        {
            case FilingPage.Record when answers.Records.Count == 0 || !answers.Records.All(key =>
                model.Choices.Any(choice => choice.Key == key && choice.IsPossible)):
                errors.Add(new FieldError("record-0", isObjection ? CaseFilingTexts.RecordMissing : CaseFilingTexts.RecordsMissing));
                break;
            case FilingPage.Record when answers.Records.Count > (isObjection ? 1 : CaseFile.RecordsMax):
                errors.Add(new FieldError("record-0", CaseFilingTexts.TooMany.With(CaseFile.RecordsMax)));
                break;
            case FilingPage.Grounds when !CaseNames.Grounds.Contains(answers.Grounds):
                errors.Add(new FieldError($"grounds-{CaseNames.Grounds[0]}", CaseFilingTexts.GroundsMissing));
                break;
            case FilingPage.Statement:
                CaseText.Require(errors, form, "statement", CaseFilingTexts.StatementMissing, engine);
                break;
            case FilingPage.Expected:
                foreach (var (field, value) in answers.Expected)
                {
                    if (CaseText.FaultOf(value, engine) is { } fault)
                        errors.Add(new FieldError($"new-{field}", fault));
                }

                break;
            case FilingPage.Ruling or FilingPage.Origin or FilingPage.Check:
                foreach (var input in model.Inputs)
                {
                    if (input.FaultOf(text => CaseText.FaultOf(text, engine)) is { } fault)
                        errors.Add(new FieldError(input.ErrorField, fault));
                }

                break;
            case FilingPage.Declaration when !answers.IsDeclared:
                errors.Add(new FieldError("declared", CaseFilingTexts.DeclarationMissing));
                break;
        }

        return errors;
    }

    private static IReadOnlyList<Crumb> AboveOf(SubjectView view, RecordFiling filing, Caller caller)
    {
        var head = OrganisationReader.HeadOf(view);
        if (!filing.IsOfDepartment)
        {
            return
            [
                Crumb.Home, new(PortalPaths.Organisation(head.Code), head.Title),
                new(PortalPaths.Organisation(head.Code, "cases"), CaseTexts.Cases),
            ];
        }

        var desk = caller.IsAny(AccessRules.CaseDesk.Any) ? PortalPaths.Cases : PortalPaths.Source(caller.Source ?? "", "cases");
        return [Crumb.Home, new(desk, CaseTexts.Desk)];
    }

    /// <summary>Inputs of the pages that ask for more than records and words, each with its page.</summary>
    private static IEnumerable<(string Page, FormInput Input)> InputsOf(RecordFiling filing, FilingAnswers answers, DateOnly today)
    {
        if (filing.Pages.Contains(FilingPage.Ruling))
        {
            yield return (FilingPage.Ruling, new FormInput("ruling", FormInputKind.Line, CaseFilingTexts.RulingQuestion)
            {
                Hint = CaseFilingTexts.RulingHint, Missing = CaseFilingTexts.RulingMissing, CharsMax = 100, Value = answers.Ruling,
            });
        }

        if (!filing.Pages.Contains(FilingPage.Origin))
            yield break;
        foreach (var (name, kind, label, charsMax) in new[]
        {
            ("site", FormInputKind.Line, CaseFilingTexts.OriginSite, 200),
            ("number", FormInputKind.Line, CaseFilingTexts.OriginNumber, 100),
            ("repairedOn", FormInputKind.Date, CaseFilingTexts.OriginDate, 10),
        })
        {
            yield return (FilingPage.Origin, new FormInput(name, kind, label)
            {
                Missing = CaseStepTexts.FactMissing.With(label), CharsMax = charsMax, Value = answers.Origin.GetValueOrDefault(name) ?? "",
                Rule = name == "repairedOn" ? typed => IsLater(typed, today) ? CaseFilingTexts.OriginInFuture : null : null,
            });
        }
    }

    private static bool IsLater(string typed, DateOnly today) =>
        string.CompareOrdinal(typed, today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) > 0;

    /// <summary>Inputs begin empty: only what should be otherwise is filled in.</summary>
    private static List<RecordField> FieldsOf(IReadOnlyList<RecordField> fields, FilingAnswers answers, PortalForm? form) =>
        [.. fields.Select(field => field with
        {
            Value = answers.Expected.FirstOrDefault(pair => pair.Key == field.Name).Value ?? form?[$"new:{field.Name}"] ?? "",
            Options = field.Options is { } options ? [("", CaseFilingTexts.LeaveIt), .. options.Skip(1)] : null,
        })];

    private static FilingChoice ChoiceOf(
        RecordStatus record, FileRecordModel held, RecordFiling filing, IReadOnlyDictionary<RecordId, CaseNumber> running,
        DateOnly? bannedUntil, DateOnly today)
    {
        var why = running.TryGetValue(record.Record, out var number) ? CaseFilingTexts.Running.With(number.ToString())
            : filing.IsObjection ? null
            : record.IsUnderPlan ? OrganisationTexts.UnderPlan
            : record.Repaired ? CaseFilingTexts.Repaired
            : bannedUntil is { } until && !(record.RepairableFrom > until) ? CaseFilingTexts.BarredUntil.With($"{until:yyyy-MM-dd}")
            : filing.Route is null && record.RepairableFrom is { } from && today < from
                ? CaseFilingTexts.TooEarly.With($"{from:yyyy-MM-dd}") : null;
        var title = new Text($"{held.Kind.Zh} {record.Record.Id}", $"{held.Kind.En} {record.Record.Id}");
        var begin = record.Date is { } date ? $"{date:yyyy-MM-dd}, {record.Record.Source}" : record.Record.Source.Value;
        var end = why ?? (filing.IsObjection ? null : CaseFilingTexts.PossibleNow);
        return new FilingChoice(
            RecordKey.Of(record.Record), title,
            end is null ? new Text(begin, begin) : new Text($"{begin}。{end.Zh}", $"{begin}. {end.En}"), why is null);
    }

    /// <summary>
    /// Repairs that run, and until when false materials keep the organisation from applying; a repair made elsewhere is taken over anyway.
    /// </summary>
    private async Task<(IReadOnlyDictionary<RecordId, CaseNumber> Running, DateOnly? BannedUntil)> RepairsAsync(
        IReadOnlyList<RecordStatus> all, RecordFiling filing, DateOnly today, CancellationToken cancellation)
    {
        var repairs = await engine.Cases.RepairsAsync(all, cancellation);
        return (repairs.Running, filing.Step == CaseStep.Submit && today < repairs.BannedUntil ? repairs.BannedUntil : null);
    }

    private async Task<IReadOnlyDictionary<RecordId, CaseNumber>> RunningAsync(
        IReadOnlyList<RecordStatus> all, CaseKind kind, CancellationToken cancellation)
    {
        var open = all.Where(record => record is { Kind: CaseKinds.Case, Until: null, Withdrawn: false })
            .Select(record => (Number: CaseNumber.Parse(record.Record.Id), record.Revision))
            .Where(each => each.Number?.Kind == kind).Select(each => (each.Number!.Value, each.Revision)).ToList();
        return (await engine.Cases.ReadAsync(open, cancellation)).Values
            .SelectMany(found => found.File.Records.Where(record => record.Outcome is null).Select(record => (record.Record, found.Number)))
            .ToDictionary(each => each.Record, each => each.Number);
    }

    private async Task<ReadOnlyMemory<byte>> PayloadAsync(RecordId record, int revision, CancellationToken cancellation) =>
        (await engine.Store.Journal.ReadRevisionsAsync([new RecordRevision(record, revision)], cancellation)).SingleOrDefault()?.Payload
            ?? default;
}
