using System.Globalization;
using System.Security.Cryptography;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Cases;

/// <summary>
/// Cases of all kinds: resources with verbs. The endpoint's rule says which roles may take a step; that the organisation takes it for
/// itself and a department for its own records is looked at here, and everything else by the procedure.
/// </summary>
internal static class CaseEndpoints
{
    private const int TextCharsMax = 4000;
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/cases", (
            string? kind, string? state, string? due, string? owner, string? show, string? subject, string? limit, string? cursor,
            string? purpose, HttpContext context, CaseReading reading) => reading.ListAllAsync(
                kind, new CaseFilter(state, due, owner, subject, limit, cursor) { IsInForce = IsInForce(show) }, context))
            .Require(AccessRules.CaseRead).Within(capacities => capacities.Lists).WithTags("cases")
            .WithSummary("What is due: open cases of all kinds, the oldest deadline first, by owner (platform, or a source); with "
                + "show=in-force those in force, the ones that end first before the others.");
        ProofEndpoints.Map(routes);
        foreach (var kind in CaseProcedure.Kinds)
            Map(routes, kind);
    }

    private static bool IsInForce(string? show) =>
        show is null or "" ? false : show == "in-force" ? true : throw Parameters.Refused("show", "in-force");

    private static void Map(IEndpointRouteBuilder routes, CaseKind kind)
    {
        var list = ListOf(kind);
        var group = routes.MapGroup("/v1").WithTags(list);
        group.MapGet($"/{list}", (
            string? state, string? due, string? source, string? subject, string? limit, string? cursor, string? purpose,
            HttpContext context, CaseReading reading) => reading.ListAsync(
                kind, new CaseFilter(state, due, source, subject, limit, cursor), context))
            .Require(AccessRules.CaseRead).Within(capacities => capacities.Lists)
            .WithSummary("Open cases, the oldest deadline first; the organisation sees all of its own, the newest first.");
        group.MapGet($"/{list}/{{case}}", async (string @case, string? purpose, HttpContext context, CaseReading reading) =>
            TypedResults.Ok(await reading.FindAsync(kind, @case, context)))
            .Require(AccessRules.CaseRead).WithSummary("A case with its steps, deadlines and effects.");
        var (open, body, summary) = OpeningOf(kind);
        group.MapPost($"/{list}", open).Require(AccessRules.CaseOf(FirstBy(kind))).AsCommand()
            .WithMetadata(new AcceptsBody(body, Json)).WithSummary(summary);
        foreach (var steps in CaseProcedure.TableOf(kind).Where(line => line.From.Count > 0).GroupBy(transition => transition.Step))
        {
            var by = steps.Aggregate(CaseRoles.None, (roles, transition) => roles | transition.By);
            group.MapPost($"/{list}/{{case}}:{CaseNames.Of(steps.Key)}", (string @case, HttpContext context, CaseReading reading) =>
                StepAsync(kind, steps.Key, @case, context, reading))
                .Require(AccessRules.CaseOf(by)).AsCommand()
                .WithMetadata(new AcceptsBody(typeof(CaseStepBody), Json))
                .WithSummary($"Takes the step '{CaseNames.Of(steps.Key)}'; docs/procedures.md says when.");
        }
    }

    /// <summary>Parties that may open a case of a kind, in whichever way.</summary>
    private static CaseRoles FirstBy(CaseKind kind) => CaseProcedure.TableOf(kind).Where(line => line.From.Count == 0)
        .Aggregate(CaseRoles.None, (roles, line) => roles | line.By);

    private static (Func<HttpContext, CaseReading, Task<Created<CaseResponse>>> Open, Type Body, string Summary) OpeningOf(CaseKind kind) =>
        kind switch
        {
            CaseKind.Objection => (ObjectAsync, typeof(ObjectionBody), "Objects to a record, which is marked as disputed at once."),
            CaseKind.Repair => (
                ApplyAsync, typeof(RepairBody), "Applies for the repair of records; each is decided by the body that reported it."),
            CaseKind.Listing => (
                ProposeAsync, typeof(ListingBody), "Proposes to put an organisation on a list; notice and hearing come before a decision."),
            CaseKind.Commitment => (SignAsync, typeof(CommitmentBody), "Signs a commitment of the catalogue with the text that was shown."),
            CaseKind.Declaration => (
                DeclareAsync, typeof(DeclarationBody), "Declares something of the organisation itself, which counts once it is verified."),
            CaseKind.Contract => (
                ReportAsync, typeof(ContractBody), "Reports a contract of two organisations, which stands in both files."),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    public static string ListOf(CaseKind kind) => CaseProcedure.CollectionOf(kind);

    private static async Task<Created<CaseResponse>> ObjectAsync(HttpContext context, CaseReading reading)
    {
        var body = await JsonBody.ReadAsync<ObjectionBody>(context);
        if (body.Expected is { Count: > 100 })
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/expected", "at most 100 fields");
        return await OpenAsync(body.Subject, Command(CaseStep.Submit, context) with
        {
            Kind = CaseKind.Objection,
            Records = [RecordOf(body.Record, "/record")],
            Grounds = body.Grounds,
            Statement = Text(body.Statement, "/statement"),
            Expected = body.Expected,
            Declaration = body.Declaration,
            Proofs = body.Proofs ?? [],
        }, context, reading);
    }

    private static async Task<Created<CaseResponse>> ApplyAsync(HttpContext context, CaseReading reading)
    {
        var body = await JsonBody.ReadAsync<RepairBody>(context);
        if (body.Records.Count > CaseFile.RecordsMax)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/records", $"at most {CaseFile.RecordsMax}");
        var origin = body.Origin;
        return await OpenAsync(body.Subject, Command(origin is null ? CaseStep.Submit : CaseStep.Synchronise, context) with
        {
            Kind = CaseKind.Repair,
            Route = body.Route,
            Ruling = body.Ruling,
            Origin = origin is null ? null : new CaseOrigin(origin.Site, origin.Number, origin.RepairedOn),
            Records = [.. body.Records.Select((record, place) => RecordOf(record, $"/records/{place}"))],
            Statement = Text(body.Statement, "/statement"),
            Declaration = body.Declaration,
            Proofs = body.Proofs ?? [],
        }, context, reading);
    }

    private static async Task<Created<CaseResponse>> ProposeAsync(HttpContext context, CaseReading reading)
    {
        var body = await JsonBody.ReadAsync<ListingBody>(context);
        return await OpenAsync(body.Subject, Command(CaseStep.Submit, context) with
        {
            Kind = CaseKind.Listing, Grounds = body.Grounds, Statement = Text(body.Statement, "/statement"),
            Facts = Bounded(KindOpening.FactsOf(body)), Proofs = body.Proofs ?? [],
        }, context, reading);
    }

    private static async Task<Created<CaseResponse>> SignAsync(HttpContext context, CaseReading reading)
    {
        var body = await JsonBody.ReadAsync<CommitmentBody>(context);
        return await OpenAsync(body.Subject, Command(CaseStep.Submit, context) with
        {
            Kind = CaseKind.Commitment, Facts = Bounded(KindOpening.FactsOf(body)), Proofs = body.Proofs ?? [],
        }, context, reading);
    }

    private static async Task<Created<CaseResponse>> DeclareAsync(HttpContext context, CaseReading reading)
    {
        var body = await JsonBody.ReadAsync<DeclarationBody>(context);
        return await OpenAsync(body.Subject, Command(CaseStep.Submit, context) with
        {
            Kind = CaseKind.Declaration, Declaration = body.Declaration, Facts = Bounded(KindOpening.FactsOf(body)),
            Proofs = body.Proofs ?? [],
        }, context, reading);
    }

    private static async Task<Created<CaseResponse>> ReportAsync(HttpContext context, CaseReading reading)
    {
        var body = await JsonBody.ReadAsync<ContractBody>(context);
        return await OpenAsync(body.Subject, Command(CaseStep.Submit, context) with
        {
            Kind = CaseKind.Contract, Facts = Bounded(KindOpening.FactsOf(body, reading.ReadSubject(body.Party).Value)),
            Proofs = body.Proofs ?? [],
        }, context, reading);
    }

    private static Dictionary<string, string> Bounded(Dictionary<string, string> facts)
    {
        foreach (var (name, value) in facts)
            Text(value, "/" + name);
        return facts;
    }

    private static async Task<Created<CaseResponse>> OpenAsync(
        string subjectCode, CaseCommand command, HttpContext context, CaseReading reading)
    {
        var subject = reading.ReadSubject(subjectCode);
        var actor = reading.ActorFor(subject, context);
        var result = await reading.Engine.Cases.OpenAsync(
            subject, command with { Actor = actor }, Caller.Of(context).Actor, context.RequestAborted);
        var response = await reading.ShowAsync(result, context);
        return TypedResults.Created($"/v1/{ListOf(command.Kind)}/{response.Case}", response);
    }

    private static async Task<Ok<CaseResponse>> StepAsync(
        CaseKind kind, CaseStep step, string number, HttpContext context, CaseReading reading)
    {
        var body = await JsonBody.ReadAsync<CaseStepBody>(context);
        var found = await reading.RequireAsync(kind, number, context);
        var outcome = OutcomeOf(body.Outcome, "/outcome") ?? OutcomeOf(body.Result, "/result")
            ?? (step == CaseStep.Breach ? CaseOutcome.Breached : null);
        if (body.Measures is { Count: > 100 })
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/measures", "at most 100");
        var command = Command(step, context) with
        {
            Actor = reading.ActorFor(found.Subject, context),
            Records = body.Record is { } record ? [RecordOf(record, "/record")] : [],
            Upheld = body.Upheld,
            Outcome = outcome,
            Changes = [.. (body.Changes ?? []).Select(change => new CaseChange(change.Field, change.Old, change.New))],
            Reason = Text(body.Reason, "/reason"),
            Statement = Text(body.Statement, "/statement"),
            Measures = body.Measures,
            Proofs = body.Proofs ?? [],
            Facts = Bounded(KindOpening.FactsOf(body, body.Party is { } party ? reading.ReadSubject(party).Value : null)),
        };
        var result = await reading.Engine.Cases.ActAsync(found, command, Caller.Of(context).Actor, context.RequestAborted);
        return TypedResults.Ok(await reading.ShowAsync(result, context, found));
    }

    private static CaseOutcome? OutcomeOf(string? name, string pointer) => name is null ? null : CaseNames.Find<CaseOutcome>(name)
        ?? throw new RequestRefusedException(ErrorCatalogue.NotInCodeList, pointer, string.Join(", ", CaseNames.All<CaseOutcome>()));

    private static CaseCommand Command(CaseStep step, HttpContext context) => new()
    {
        Step = step, Actor = new CaseActor(false, false, null), Operation = OperationOf(context), IfRevision = RevisionOf(context),
    };

    /// <summary>The revision that the caller has seen: header <c>If-Match</c>, as <c>ETag</c> gave it; null for any.</summary>
    private static int? RevisionOf(HttpContext context)
    {
        if (context.Request.Headers.IfMatch is not [{ } tag] || tag == "*")
            return null;
        return tag is ['"', .. var number, '"'] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision : throw new RequestRefusedException(ErrorCatalogue.PreconditionFailed);
    }

    /// <summary>Letters only, so that no run of digits in it is taken for a number of a person.</summary>
    private static string OperationOf(HttpContext context)
    {
        var hex = CommandOperation.Of(context)?.Id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return string.Create(hex.Length, hex, static (letters, digits) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = (char)('a' + int.Parse(digits.AsSpan(i, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        });
    }

    private static RecordId RecordOf(CaseRecordBody record, string pointer)
    {
        if (record.Source.Length is 0 or > 64)
            throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, pointer + "/source", "1 to 64 characters");
        return record.Id.Length is 0 or > 256
            ? throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, pointer + "/id", "1 to 128 characters")
            : new RecordId(new SourceId(record.Source), record.Id);
    }

    private static string? Text(string? text, string pointer)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return text.Length <= TextCharsMax
            ? text : throw new RequestRefusedException(ErrorCatalogue.TooLong, pointer, $"at most {TextCharsMax} characters");
    }
}
