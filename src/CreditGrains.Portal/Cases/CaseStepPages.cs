using System.Globalization;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// Each step of a case on a page of its own. The form carries the case's revision: of two people who act at once the second one is told,
/// and keeps what was typed.
/// </summary>
internal static class CaseStepPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var lines = CaseChoices.Kinds.SelectMany(kind => CaseProcedure.TableOf(kind))
            .Where(line => line.From.Count > 0).GroupBy(line => line.Step);
        foreach (var step in lines)
        {
            var rule = AccessRules.CaseOf(step.Aggregate(CaseRoles.None, (roles, line) => roles | line.By));
            var path = $"{CasePages.Case}/{CaseNames.Of(step.Key)}";
            routes.GetPage(path, (
                string @case, HttpContext context, CreditEngine engine, CaseReader reader, OrganisationReader organisations,
                ProofForms proofs, SubjectLooks looks) => AskAsync(step.Key, @case, context, engine, reader, organisations, proofs, looks))
                .ForWithPurpose(rule).Within(capacities => capacities.Lists);
            var form = routes.PostForm(path, (
                string @case, HttpContext context, CreditEngine engine, CaseReader reader, OrganisationReader organisations,
                ProofForms proofs, SubjectLooks looks) => TakeAsync(step.Key, @case, context, engine, reader, organisations, proofs, looks))
                .ForWithPurpose(rule).Within(capacities => capacities.Lists);
            if (CaseProof.MayComeWith(step.Key))
                ProofForms.Accept(form);
        }
    }

    private static async Task<IResult> AskAsync(
        CaseStep step, string number, HttpContext context, CreditEngine engine, CaseReader reader, OrganisationReader organisations,
        ProofForms proofs, SubjectLooks looks)
    {
        var found = await reader.RequireAsync(number, looks, context);
        return await PageAsync(step, found, null, [], false, context, engine, reader, organisations, proofs);
    }

    private static async Task<IResult> TakeAsync(
        CaseStep step, string number, HttpContext context, CreditEngine engine, CaseReader reader, OrganisationReader organisations,
        ProofForms proofs, SubjectLooks looks)
    {
        var found = await reader.RequireAsync(number, looks, context);
        var view = await engine.Subjects.FindAsync(found.Subject, Consistency.Latest, context.RequestAborted);
        var takesFiles = CaseProof.MayComeWith(step) && reader.ChoicesOf(found, view, context).Contains(step);
        var sent = CaseProof.MayComeWith(step) ? await proofs.ReadAsync(found.Subject, takesFiles, context)
            : new ProofForm(await PortalForm.ReadAsync(context), [], [], StatusCodes.Status422UnprocessableEntity);
        var form = sent.Form;
        if (sent.IsAboutFiles)
        {
            List<FieldError> ofFiles = form.IsFresh ? [.. sent.Errors] : [FieldError.Stale, .. sent.Errors];
            return await PageAsync(step, found, sent, ofFiles, false, context, engine, reader, organisations, proofs);
        }

        var outcomes = OutcomesOf(step, found.File, view, engine);
        var errors = ErrorsOf(step, found, form, outcomes, engine);
        errors.AddRange(sent.Errors);
        var isMeanwhile = false;
        var kind = view is null || found.File.Records.Count == 0 ? null : CaseReader.KindOf(view, found.File.Records[0].Record);
        var changes = step == CaseStep.Decide && form["outcome"] is "corrected" or "supplemented" ? ChangesOf(form, kind) : [];
        if (changes.Count == 0 && form["outcome"] is "corrected" or "supplemented" && kind is not null)
            errors.Insert(0, new FieldError($"new-{kind.Fields[0].Name}", CaseStepTexts.ChangesMissing));
        if (!form.IsFresh)
            errors.Insert(0, FieldError.Stale);
        if (errors.Count == 0)
        {
            var result = await engine.Cases.ActAsync(
                found.Number,
                new CaseCommand
                {
                    Step = step,
                    Actor = reader.ActorOf(found.Subject, context),
                    Operation = CaseOperation.Of(form),
                    IfRevision = int.TryParse(form["revision"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0,
                    Records = RecordKey.Parse(form["record"]) is { } record ? [record] : [],
                    Outcome = CaseNames.Find<CaseOutcome>(form["outcome"]),
                    Upheld = form["upheld"] switch { "yes" => true, "no" => false, _ => null },
                    Changes = changes,
                    Reason = form["reason"] is { Length: > 0 } reason ? reason : null,
                    Statement = form["statement"] is { Length: > 0 } statement ? statement : null,
                    Facts = FactsOf(step, found, form, engine),
                    Proofs = sent.Digests,
                },
                Caller.Of(context).Actor, context.RequestAborted);
            if (result.Rejection is not { } refused)
                return Pages.SeeOther(PortalPaths.Case(number) + $"?done={CaseNames.Of(step)}");
            found = await reader.RequireAsync(number, looks, context);
            errors.Add(ErrorOf(refused, step, found, outcomes, changes, engine));
            isMeanwhile = refused.Error == ErrorCatalogue.CaseChanged;
        }

        return await PageAsync(step, found, sent, errors, isMeanwhile, context, engine, reader, organisations, proofs);
    }

    private static async Task<IResult> PageAsync(
        CaseStep step, StoredCase found, ProofForm? sent, List<FieldError> errors, bool isMeanwhile, HttpContext context,
        CreditEngine engine, CaseReader reader, OrganisationReader organisations, ProofForms proofs)
    {
        var form = sent?.Form;
        var view = await engine.Subjects.FindAsync(found.Subject, Consistency.Latest, context.RequestAborted);
        var isPossible = reader.ChoicesOf(found, view, context).Contains(step);
        ProofFieldModel? uploads = null;
        if (isPossible && CaseProof.MayComeWith(step))
        {
            (uploads, var gone) = await proofs.FindAsync(found.Subject, sent?.Digests ?? [], context);
            if (gone is not null && !errors.Exists(error => error.Field == ProofForms.FileField))
                errors.Add(gone);
        }

        if (!isPossible && errors.Count == 0)
            errors.Add(new FieldError("", ImpossibleOf(step, found, engine)));

        // A form that was filled in before the year's end is not taken away: only one that is opened is refused for its deadlines.
        if (isPossible && form is null && DeadlineFault.Of(found.File, step, engine) is { } lacking)
            (isPossible, errors) = (false, [.. errors, new FieldError("", lacking)]);
        var file = found.File;
        var wanted = file.Records.Select(record => record.Record).ToList();
        var held = view is null ? new Dictionary<RecordId, FileRecordModel>()
            : await organisations.FindAsync(view, wanted, context.RequestAborted);
        var kind = view is null || wanted.Count == 0 ? null : CaseReader.KindOf(view, wanted[0]);
        var decides = step == CaseStep.Decide;
        var outcomes = OutcomesOf(step, file, view, engine);
        var words = reader.WordsOf(found, CaseNames.Of(step));
        var names = await reader.NamesAsync(found, context.RequestAborted);
        var own = Caller.Of(context).Source;
        List<RecordId> left = decides && file.Kind == CaseKind.Repair
            ? [.. file.Records.Where(record => record.Outcome is null && record.Source == own).Select(record => record.Record)] : [];
        var model = new StepFormModel
        {
            Head = reader.HeadOf(found, view, Caller.Of(context)),
            Step = CaseNames.Of(step),
            Title = words.Button,
            Explanation = words.Explanation,
            Revision = found.Revision,
            Operation = form is null || isMeanwhile ? CaseOperation.New() : CaseOperation.Of(form),
            IsPossible = isPossible,
            Errors = errors,
            Asks = step == CaseStep.Hear ? (ListingTexts.Heard, ListingTexts.HeardHint)
                : AsksStatement(step) ? (CaseStepTexts.StatementTitle, CaseFilingTexts.RepairStatementHint) : null,
            Measures = step == CaseStep.Notify && file.Fact(CaseFacts.List) is { } list
                && engine.Rulebook.Procedures.Lists.TryGetValue(list, out var rules)
                ? reader.MeasuresOf(rules.MeasuresOn(engine.Rulebook, engine.Today)) : [],
            NeedsReason = CaseProcedure.NeedsReason(file.Kind, step),
            Reason = form?["reason"] ?? "",
            Statement = form?["statement"] ?? (step == CaseStep.Complete ? file.Statement ?? "" : ""),
            Upheld = form?["upheld"] ?? "",
            Outcome = form?["outcome"] ?? "",
            Outcomes = [.. outcomes.Select(outcome => (outcome, CaseTexts.Of(CaseTexts.Outcomes, outcome)))],
            NotBefore = isPossible ? NotBeforeOf(step, file, engine) : null,
            Facts = [.. StepFields.Of(found, step, engine.Today, names).Select(field => (field, form?[field.Name] ?? ""))],
            Records = [.. left.Select(record => (RecordKey.Of(record), LabelOf(record, held)))],
            Record = form?["record"] ?? "",
            Fields = kind is not null && held.ContainsKey(wanted[0]) && outcomes.Contains(CaseNames.Of(CaseOutcome.Corrected))
                ? RecordField.Of(kind, await PayloadAsync(wanted[0], held, engine, context), isMeanwhile ? null : form, file.Expected)
                : [],
            Uploads = uploads,
            Proofs = reader.ProofsOf(found, context),
            Summary = SummaryOf(step, found, kind, names, engine),
            Held = [.. held.Where(each => left.Count == 0 || left.Contains(each.Key)).Select(each => each.Value)],
        };
        return Pages.Page<CaseStepPage>(model, isPossible
            ? errors.Count == 0 ? StatusCodes.Status200OK : sent?.Status ?? StatusCodes.Status422UnprocessableEntity
            : StatusCodes.Status409Conflict);
    }

    /// <summary>Steps in which a party states its case, rather than gives a reason.</summary>
    private static bool AsksStatement(CaseStep step) => step is CaseStep.Complete or CaseStep.Hear;

    private static async Task<ReadOnlyMemory<byte>> PayloadAsync(
        RecordId record, IReadOnlyDictionary<RecordId, FileRecordModel> held, CreditEngine engine, HttpContext context) =>
        (await engine.Store.Journal.ReadRevisionsAsync(
            [new RecordRevision(record, held[record].Revision)], context.RequestAborted)).SingleOrDefault()?.Payload ?? default;

    private static Text LabelOf(RecordId record, IReadOnlyDictionary<RecordId, FileRecordModel> held) =>
        held.TryGetValue(record, out var known) ? new Text($"{known.Kind.Zh} {record.Id}", $"{known.Kind.En} {record.Id}")
            : new Text(record.Id, record.Id);

    private static List<string> OutcomesOf(CaseStep step, CaseFile file, SubjectView? view, CreditEngine engine) =>
        [.. StepFields.OutcomesOf(file, step, engine.Today, view).Select(CaseNames.Of)];

    /// <summary>Why a step cannot be taken, and from when it can where the case tells.</summary>
    private static Text ImpossibleOf(CaseStep step, StoredCase found, CreditEngine engine)
    {
        if (step == CaseStep.Return && found.File.WasReturned)
            return CaseStepTexts.ReturnedBefore;
        var state = CaseTexts.Of(CaseTexts.States, CaseNames.Of(found.File.StateOn(engine.Today))).Label;
        return CaseChoices.PossibleFrom(found.File, step, engine.Rulebook, engine.Today) is { } from
            ? CaseStepTexts.ImpossibleBefore.With(state, $"{from:yyyy-MM-dd}") : CaseStepTexts.Impossible.With(state);
    }

    /// <summary>Outcomes that are not offered yet, with their first day; null for none.</summary>
    private static Text? NotBeforeOf(CaseStep step, CaseFile file, CreditEngine engine) =>
        (step, CaseChoices.AllOutcomesFrom(file, step, engine.Today)) switch
        {
            (CaseStep.Assess, { } from) => CaseStepTexts.BreachFrom.With($"{from:yyyy-MM-dd}"),
            (CaseStep.Decide, { } from) => ListingTexts.ListedFrom.With($"{from:yyyy-MM-dd}"),
            _ => null,
        };

    private static Dictionary<string, string> FactsOf(CaseStep step, StoredCase found, PortalForm form, CreditEngine engine)
    {
        var facts = new Dictionary<string, string>();
        foreach (var field in StepFields.Of(found, step, engine.Today))
        {
            if (form[field.Name] is { Length: > 0 } typed)
                facts[field.Fact] = typed;
        }

        return facts;
    }

    private static List<(Text, Text)> SummaryOf(
        CaseStep step, StoredCase found, Domain.Rulebooks.RecordKind? kind, IReadOnlyDictionary<string, string> names,
        CreditEngine engine)
    {
        var file = found.File;
        var summary = new List<(Text, Text)>(CaseFactWords.Of(file, engine.Rulebook, names));
        if (file is { Kind: CaseKind.Objection, Grounds: { } grounds })
            summary.Add((CaseTexts.Grounds, CaseTexts.Of(CaseTexts.GroundsOf, grounds)));
        if (file.Ruling is { } ruling)
            summary.Add((CaseTexts.Ruling, new Text(ruling, ruling)));
        if (file.Statement is { } statement)
            summary.Add((CaseReader.StatementLabelOf(file), new Text(statement, statement)));
        foreach (var (field, value) in file.Expected ?? new Dictionary<string, string>())
            summary.Add((CaseTexts.ShouldBe.With(CaseReader.LabelOf(kind, field)), CaseReader.ShownValue(kind, field, value)));
        if (file is { Kind: CaseKind.Listing, Answer: { } heard })
            summary.Add((ListingTexts.Heard, new Text(heard, heard)));
        else if (file.Answer is { } answer)
        {
            var verdict = file.Upheld == true ? CaseTexts.Upheld : CaseTexts.NotUpheld;
            summary.Add((CaseTexts.Answer, new Text($"{verdict.Zh}：{answer}", $"{verdict.En}: {answer}")));
        }

        // Why it was returned is what the applicant answers to, and a review to the decision.
        if (file.State == CaseState.Returned && found.Steps.LastOrDefault(each => each.Step == "return")?.Note is { } note)
            summary.Add((CaseTexts.StepsTaken["return"], new Text(note, note)));
        if (CaseHistory.OutcomeOf(file) is { } outcome)
            summary.Add((CaseTexts.Outcome, outcome));
        if (file.Reason is { } reason)
            summary.Add((CaseTexts.OutcomeReason, new Text(reason, reason)));
        if (step == CaseStep.Ban && engine.Rulebook.Clocks.Repair.Ban is { } ban)
        {
            var again = $"{engine.Today.AddYears(ban.Years):yyyy-MM-dd} ({ban.Basis})";
            summary.Add((CaseTexts.BanUntil, new Text(again, again)));
        }

        return summary;
    }

    private static List<FieldError> ErrorsOf(
        CaseStep step, StoredCase found, PortalForm form, List<string> outcomes, CreditEngine engine)
    {
        var errors = new List<FieldError>();
        if (step == CaseStep.Answer && form["upheld"] is not ("yes" or "no"))
            errors.Add(new FieldError("upheld-yes", CaseStepTexts.UpheldMissing));
        if (step == CaseStep.Decide && found.File.Kind == CaseKind.Repair && RecordKey.Parse(form["record"]) is null)
            errors.Add(new FieldError("record-0", CaseStepTexts.RecordMissing));
        if (outcomes.Count > 0 && !outcomes.Contains(form["outcome"]))
            errors.Add(new FieldError($"outcome-{outcomes[0]}", CaseStepTexts.OutcomeMissing));
        foreach (var field in StepFields.Of(found, step, engine.Today))
            RequireFact(errors, field, form, engine);
        var needsReason = CaseProcedure.NeedsReason(found.File.Kind, step);
        if (AsksStatement(step))
            CaseText.Require(errors, form, "statement", CaseStepTexts.StatementMissing, engine);
        else
            CaseText.Require(errors, form, "reason", needsReason ? CaseStepTexts.ReasonMissing : null, engine);
        return errors;
    }

    private static void RequireFact(List<FieldError> errors, StepField field, PortalForm form, CreditEngine engine)
    {
        var typed = form[field.Name];
        if (typed.Length == 0)
        {
            if (field.IsRequired || field.RequiredFor.Contains(form["outcome"]))
                errors.Add(new FieldError(field.Id, CaseStepTexts.FactMissing.With(field.Label)));
        }
        else if (field.Type == "date" && !DateOnly.TryParseExact(typed, "yyyy-MM-dd", out _))
        {
            errors.Add(new FieldError(field.Id, FormTexts.DateWrong));
        }
        else if (typed.Length > field.MaxLength)
        {
            errors.Add(new FieldError(field.Id, CaseStepTexts.FactTooLong.With(field.Label, field.MaxLength)));
        }
        else if (CaseText.FaultOf(typed, engine) is { } fault)
        {
            errors.Add(new FieldError(field.Id, fault));
        }
    }

    /// <summary>
    /// Fields whose value was changed in the form; the values that they had go along, so that a record that has changed is seen.
    /// </summary>
    private static List<CaseChange> ChangesOf(PortalForm form, Domain.Rulebooks.RecordKind? kind)
    {
        var changes = new List<CaseChange>();
        foreach (var field in kind?.Fields ?? [])
        {
            JsonElement? old = ReadOld(form[$"old:{field.Name}"]);
            var typed = form[$"new:{field.Name}"];
            if (typed != RecordField.Typed(old).ReplaceLineEndings("\n").Trim())
                changes.Add(new CaseChange(field.Name, old, RecordField.ValueOf(field, typed)));
        }

        return changes;
    }

    private static JsonElement? ReadOld(string raw)
    {
        try
        {
            return raw.Length == 0 ? null : JsonDocument.Parse(raw).RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A refusal of the procedure as a mistake of the form, at the field that its pointer names.</summary>
    private static FieldError ErrorOf(
        Rejection refused, CaseStep step, StoredCase found, List<string> outcomes, List<CaseChange> changes, CreditEngine engine)
    {
        if (refused.Error == ErrorCatalogue.CaseChanged && found.Steps is [.., var last])
        {
            var at = TimeZoneInfo.ConvertTime(last.At, engine.Rulebook.TimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            return new FieldError("", CaseStepTexts.Meanwhile.With(CaseTexts.Of(CaseTexts.StepsTaken, last.Step), at));
        }

        var words = new Text(refused.Detail("zh"), refused.Detail("en"));
        var parts = refused.Pointer.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var field = parts switch
        {
            ["changes", var place, ..] when int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
                && i < changes.Count => $"new-{changes[i].Field}",
            ["changes", ..] => changes.Count > 0 ? $"new-{changes[0].Field}" : "",
            ["outcome" or "result"] => $"outcome-{outcomes.FirstOrDefault()}",
            ["record"] => "record-0",
            ["reason" or "statement"] => parts[0],
            ["proofs", ..] => ProofForms.FileField,
            [var fact] when StepFields.Of(found, step, engine.Today).Any(known => known.Fact == fact) => StepField.IdOf(fact),
            _ => "",
        };
        return new FieldError(field, words);
    }
}
