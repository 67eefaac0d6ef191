using System.Globalization;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Entries of lists: of serious dishonesty, of lesser attention by any body, and of commendation.</summary>
internal sealed partial class ModelSimulator
{
    private CaseCommand ListingDrawn()
    {
        var list = Rarely(20) ? "nothing" : Pick("serious", "attention", "commendation");
        var source = list switch
        {
            _ when Rarely(15) => Pick([.. Sources, "ZZ"]),
            "serious" => "SCJG",
            "commendation" => "FY",
            _ => Pick(Sources),
        };
        var facts = new Dictionary<string, string> { [CaseFacts.List] = list };
        var grounds = Rarely(20) ? "whim" : Pick("fraud", "harm");
        if (Rarely(2))
            facts[CaseFacts.Basis] = Rarely(10) ? "第九条" : grounds == "harm" ? "第三条" : Pick("第一条", "第二条");
        if (Rarely(3))
        {
            facts[CaseFacts.Authority] = Rarely(8) ? "nobody" : Rarely(8) ? Pick(Sources)
                : Rarely(2) ? source : SimulatedProcedures.Organs.GetValueOrDefault(source, source);
        }

        return Command(CaseStep.Submit, Rarely(20) ? Organisation : Rarely(20) ? Platform : Department(source)) with
        {
            Kind = CaseKind.Listing, Grounds = grounds, Facts = facts, Statement = "经过",
        };
    }

    /// <summary>A department by its id or its organ's code; null for none.</summary>
    private static string? BodyOf(string? named) => SimulatedProcedures.Organs
        .Where(organ => organ.Key == named || organ.Value == named).Select(organ => organ.Key).FirstOrDefault();

    private string? RefusalOfListing(CaseCommand command, string subject)
    {
        if (!_rulebook.Procedures.Lists.TryGetValue(command.Fact(CaseFacts.List)!, out var list))
            return "unknown-list-type";
        if (BodyOf(command.Fact(CaseFacts.Authority) ?? command.Actor.Source) is not { } body)
            return "unknown-body";
        if (body != command.Actor.Source || !(list.DecidedBy?.Contains(body) ?? true))
            return "not-the-deciding-body";
        if (!list.Grounds.TryGetValue(command.Grounds!, out var grounds))
            return "unknown-grounds";
        if (command.Fact(CaseFacts.Basis) is { } basis && !grounds.Basis.Contains(basis))
            return "unknown-grounds";
        return _cases.Values.Any(each => each.Kind == CaseKind.Listing && each.Subject == subject && each.Key == KeyOf(command)
            && each.Facts["grounds"] == command.Grounds && IsListed(each)) ? "already-listed" : null;
    }

    private void BeginListing(NaiveCase model, CaseCommand command)
    {
        var list = _rulebook.Procedures.Lists[command.Fact(CaseFacts.List)!];
        model.Body = command.Actor.Source;
        model.Facts["list"] = command.Fact(CaseFacts.List)!;
        model.Facts["basis"] = command.Fact(CaseFacts.Basis) ?? list.Grounds[command.Grounds!].Basis[0];
        model.Facts["grounds"] = command.Grounds!;
        model.Facts["reason"] = command.Grounds == "fraud" ? "欺诈" : "危害";
    }

    private CaseCommand ListingStepDrawn(NaiveCase model, CaseCommand command)
    {
        var facts = new Dictionary<string, string>();
        switch (command.Step)
        {
            case CaseStep.Notify when Rarely(2):
                var published = Published(model).ToList();
                return command with
                {
                    Measures = Rarely(6) ? [.. published, "nothing"] : Rarely(6) ? [.. published.Skip(1)] : published,
                };
            case CaseStep.Hear:
                return command with { Statement = Rarely(3) ? null : "申辩" };
            case CaseStep.Decide:
                if (!Rarely(15))
                    facts[CaseFacts.DocumentNumber] = Number();
                if (Rarely(3))
                    facts[CaseFacts.Until] = Text(Today.AddDays(Rarely(8) ? 0 : Rarely(8) ? 400 : _random.Next(1, 60)));
                return command with
                {
                    Facts = facts,
                    Outcome = Rarely(20) ? CaseOutcome.Granted : Rarely(4) ? CaseOutcome.Dropped : CaseOutcome.Listed,
                };
            case CaseStep.Remove:
                return command with { Facts = new Dictionary<string, string> { [CaseFacts.DocumentNumber] = "移出" } };
            default:
                return command;
        }
    }

    /// <summary>Measures of a list that may be named on the day: published by then, with a basis that has not lapsed.</summary>
    private IEnumerable<string> Published(NaiveCase model) => _rulebook.Procedures.Lists[model.Facts["list"]].Measures.Where(id =>
        _rulebook.Measures.TryGetValue(id, out var measure) && !(measure.PublishedOn > Today) && !(measure.ValidUntil < Today));

    private string? RefusalOfListing(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        var list = _rulebook.Procedures.Lists[model.Facts["list"]];
        switch (command.Step)
        {
            case CaseStep.Notify when command.Measures is { } named:
                return named.Contains("nothing") ? "measure-not-published" : Published(model).Except(named).Any() ? "required" : null;
            case CaseStep.Hear:
                return command.Statement is null && command.Reason is null ? "required" : null;
            case CaseStep.Decide when command.Outcome == CaseOutcome.Listed:
                if (model.Running.Any(clock => clock.Clock == "listing-hearing" && Today <= clock.Due))
                    return "hearing-awaited";
                if (command.Fact(CaseFacts.DocumentNumber) is null)
                    return "required";
                return EndOfEntry(list, command) is not { } until ? "out-of-range"
                    : Unwritable(new RecordId(new SourceId(model.Body!), number.ToString()), 1, list.Entry.Kind, model.Subject,
                        EntryOf(model, command, until));
            case CaseStep.Remove:
                // The last day of a commendation is written down: it cannot lie before its first.
                var listed = DateOfFact(model, "listedOn");
                if (Today < listed.AddMonths(list.MonthsMin) || (Today == listed && model.Facts["list"] == "commendation"))
                    return "removal-too-early";
                if (IsGone(model.Made))
                    return "record-withdrawn";
                return FactsOf(model.Made!.Value).Until <= Today ? "case-state"
                    : Unwritable(model.Made.Value, _heads[model.Made.Value].Revision + 1, list.Entry.Kind, model.Subject,
                        Ended(model.Made.Value, "until"));
            default:
                return null;
        }
    }

    /// <summary>Null for a day that is not after today, or beyond the longest term.</summary>
    private DateOnly? EndOfEntry(ListRules list, CaseCommand command)
    {
        var last = Today.AddMonths(list.MonthsMax);
        if (command.Fact(CaseFacts.Until) is not { } text)
            return last;
        var until = DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return until > Today && until <= last ? until : null;
    }

    private JsonObject EntryOf(NaiveCase model, CaseCommand command, DateOnly until)
    {
        var document = command.Fact(CaseFacts.DocumentNumber);
        return model.Facts["list"] == "commendation"
            ? new JsonObject
            {
                ["name"] = "典型", ["documentNumber"] = document, ["awardedOn"] = Text(Today), ["until"] = Text(until.AddDays(-1)),
            }
            : new JsonObject
            {
                ["gravity"] = model.Facts["list"], ["documentNumber"] = document, ["basis"] = model.Facts["basis"],
                ["reason"] = model.Facts["reason"], ["listedOn"] = Text(Today), ["until"] = Text(until),
            };
    }

    private void ApplyToListing(CaseNumber number, NaiveCase model, CaseCommand command)
    {
        var list = _rulebook.Procedures.Lists[model.Facts["list"]];
        switch (command.Step)
        {
            case CaseStep.Notify:
                model.State = CaseState.Notified;
                Start(model, "listing-hearing", model.Body!, waits: true);
                Start(model, "listing-decide", model.Body!);
                break;
            case CaseStep.Hear:
                model.State = CaseState.Heard;
                break;
            case CaseStep.Decide when command.Outcome == CaseOutcome.Dropped:
                model.State = CaseState.Closed;
                End(model);
                break;
            case CaseStep.Decide:
                var until = EndOfEntry(list, command)!.Value;
                model.Made = new RecordId(new SourceId(model.Body!), number.ToString());
                Made(model.Made.Value, 1, list.Entry.Kind, model.Subject, EntryOf(model, command, until));
                (model.State, model.Until, model.Facts["listedOn"]) = (CaseState.Listed, until, Text(Today));
                End(model);
                break;
            case CaseStep.Remove:
                Revised(model.Made!.Value, Ended(model.Made.Value, "until"));
                (model.State, model.Until) = (CaseState.Removed, Today);
                break;
            case CaseStep.Revoke:
                if (!IsGone(model.Made))
                    Revised(model.Made!.Value, null);
                model.State = CaseState.Revoked;
                break;
        }
    }

    /// <summary>Whether its entry is there, has not ended by another revision, and is not repaired for good.</summary>
    private bool IsListed(NaiveCase model) => model.StateOn(Today) == CaseState.Listed && !IsGone(model.Made)
        && !(FactsOf(model.Made!.Value).Until <= Today) && !IsRepairedForGood(model.Made.Value, model.Subject);

    private static DateOnly DateOfFact(NaiveCase model, string fact) =>
        DateOnly.ParseExact(model.Facts[fact], "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
