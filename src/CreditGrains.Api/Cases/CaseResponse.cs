using System.Text.Json;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Engine.Cases;

namespace CreditGrains.Api.Cases;

/// <summary>A case: what it is about, where it stands, what was done and what it has come to.</summary>
public sealed record CaseResponse
{
    /// <summary>Its number, for instance <c>YY-20261129-000001</c>.</summary>
    public required string Case { get; init; }

    /// <summary><c>objection</c>, <c>repair</c>, <c>listing</c>, <c>commitment</c>, <c>declaration</c> or <c>contract</c>.</summary>
    public required string Kind { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<CaseRecordResponse> Records { get; init; }

    public required string State { get; init; }

    public required DateOnly OpenedOn { get; init; }

    public required DateOnly? ClosedOn { get; init; }

    public required string? Grounds { get; init; }

    public required string? Statement { get; init; }

    public required IReadOnlyDictionary<string, string>? Expected { get; init; }

    /// <summary>Of a repair: <c>bankruptcy</c>; null for the usual way.</summary>
    public required string? Route { get; init; }

    /// <summary>Of a bankruptcy: the number of the court's ruling.</summary>
    public required string? Ruling { get; init; }

    /// <summary>Of a repair that another site has made.</summary>
    public required CaseOriginBody? Origin { get; init; }

    /// <summary>After false materials: the first day on which the organisation may apply again.</summary>
    public required DateOnly? BanUntil { get; init; }

    /// <summary>Law and article of the ban.</summary>
    public required string? BanBasis { get; init; }

    /// <summary>Whether the source says that the objection is right; null before it has answered.</summary>
    public required bool? Upheld { get; init; }

    /// <summary>The source's reasons.</summary>
    public required string? Answer { get; init; }

    /// <summary>In the order in which they were taken; empty in lists.</summary>
    public required IReadOnlyList<CaseStepResponse> Steps { get; init; }

    public required IReadOnlyList<CaseDeadlineResponse> Deadlines { get; init; }

    /// <summary>The running deadline that comes first: in a list of one owner, of that owner's; null where none runs.</summary>
    public required CaseDueResponse? Due { get; init; }

    /// <summary>How far its result has reached the readers of changes; null in lists and in answers to steps.</summary>
    public CaseToldResponse? Told { get; init; }

    /// <summary>The last decision; null before the first, and while a rejection is reviewed.</summary>
    public required string? Outcome { get; init; }

    /// <summary>Of that decision.</summary>
    public required string? Reason { get; init; }

    /// <summary>Day of that decision; null where there is none, or a former build has made it.</summary>
    public DateOnly? DecidedOn { get; init; }

    /// <summary>Field-level old and new values of a correction.</summary>
    public required IReadOnlyList<CaseChangeResponse> Changes { get; init; }

    public required IReadOnlyList<CaseEffectResponse> Effects { get; init; }

    /// <summary>The department that acts, beside the sources of the records; null for none.</summary>
    public required string? Body { get; init; }

    /// <summary>
    /// Facts of a listing, commitment, declaration or contract by name: what was asked for, and what the steps have found
    /// (docs/rulebook.md has the names).
    /// </summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Measures that a notice before a listing names.</summary>
    public required IReadOnlyList<string> Measures { get; init; }

    /// <summary>The record that the case has made; null for none.</summary>
    public required CaseRecordBody? Made { get; init; }

    /// <summary>First day on which that record no longer holds; null for none.</summary>
    public required DateOnly? Until { get; init; }

    /// <summary>Of a contract: whether the other party's file has its record; null for other kinds.</summary>
    public required bool? Mirrored { get; init; }

    /// <summary>Files that its steps have brought, in their order.</summary>
    public required IReadOnlyList<CaseProofResponse> Proofs { get; init; }

    /// <summary>Of a contract: code of the error for which the other party's file has refused its record; null where it has not.</summary>
    public required string? MirrorFault { get; init; }

    /// <summary>Reads with it reflect the case's last step.</summary>
    public required string Token { get; init; }

    internal static CaseResponse Of(StoredCase found, DateOnly today, string token, string owner = "")
    {
        var file = found.File;
        return new CaseResponse
        {
            Case = found.Number.ToString(),
            Kind = CaseNames.Of(file.Kind),
            Subject = found.Subject.Value,
            Records = [.. file.Records.Select(record => new CaseRecordResponse(
                record.Source, record.Id, record.Outcome is { } decided ? CaseNames.Of(decided) : null, record.Reason))],
            State = CaseNames.Of(file.StateOn(today)),
            OpenedOn = file.OpenedOn,
            ClosedOn = file.ClosedOn,
            Grounds = file.Grounds,
            Statement = file.Statement,
            Expected = file.Expected,
            Route = file.Route,
            Ruling = file.Ruling,
            Origin = file.Origin is { } origin ? new CaseOriginBody(origin.Site, origin.Number, origin.RepairedOn) : null,
            BanUntil = file.BanUntil,
            BanBasis = file.BanBasis,
            Upheld = file.Upheld,
            Answer = file.Answer,
            Steps = [.. found.Steps.Select(step => new CaseStepResponse(
                step.Step, step.State, step.On, step.At, step.By, step.Role, step.Note))],
            Deadlines = [.. file.Clocks.Select(clock => new CaseDeadlineResponse(
                clock.Clock, clock.From, clock.Due, clock.WarnFrom, clock.Basis, clock.Owner, clock.StateOn(today), clock.Ended,
                clock.Extension))],
            Due = file.IsOpen && file.FirstDue(owner) is { } first
                ? new CaseDueResponse(first.Clock, first.Owner, first.Due, first.StateOn(today), today >= first.WarnFrom) : null,
            Outcome = file.LastOutcome is { } outcome ? CaseNames.Of(outcome) : null,
            Reason = file.Reason,
            DecidedOn = file.DecidedOn,
            Changes = [.. file.Changes.Select(change => new CaseChangeResponse(change.Field, change.Old, change.New))],
            Effects = [.. file.Effects.Select(effect => new CaseEffectResponse(
                effect.Effect, new CaseRecordBody(effect.Source, effect.Id), effect.On, effect.Revision, effect.NextRevision))],
            Body = file.Body,
            Facts = file.Facts,
            Measures = file.Measures,
            Made = file.Made is { } made ? new CaseRecordBody(made.Source, made.Id) : null,
            Until = file.Until,
            Mirrored = file.Kind == CaseKind.Contract ? file.MirrorDone >= file.MirrorWanted : null,
            Proofs = [.. file.Proofs.Select(proof => new CaseProofResponse(
                proof.Digest, proof.Name, ProofFile.MediaTypeOf(proof.Type), proof.Size, CaseNames.Of(proof.Step), proof.On,
                CaseNames.Of(proof.Role)))],
            MirrorFault = file.MirrorFault,
            Token = token,
        };
    }
}

/// <summary>A record of a case.</summary>
/// <param name="Source">Its source, which decides on its repair.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Outcome">Decision of that body; null before it.</param>
/// <param name="Reason">Why.</param>
public sealed record CaseRecordResponse(string Source, string Id, string? Outcome, string? Reason);

/// <summary>A step.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">The state after it.</param>
/// <param name="On">The legal date.</param>
/// <param name="At">When it was received.</param>
/// <param name="By">Actor.</param>
/// <param name="Role"><c>subject</c>, <c>source</c> or <c>platform</c>.</param>
/// <param name="Note">The reason given.</param>
public sealed record CaseStepResponse(
    string Step, string State, DateOnly On, DateTimeOffset At, string By, string Role, string? Note);

/// <summary>A deadline.</summary>
/// <param name="Clock">Its name in <c>clocks.yaml</c>.</param>
/// <param name="From">The day on which it began, which does not count.</param>
/// <param name="Due">The last day on which it is met.</param>
/// <param name="WarnFrom">From this day on its owner is warned.</param>
/// <param name="Basis">Law and article.</param>
/// <param name="Owner"><c>platform</c>, <c>subject</c> (the organisation), or a source.</param>
/// <param name="State"><c>running</c>, <c>extended</c>, <c>overdue</c> or <c>met</c>.</param>
/// <param name="EndedOn">The day on which its owner acted; null while it runs.</param>
/// <param name="Extension">Why it was extended.</param>
public sealed record CaseDeadlineResponse(
    string Clock, DateOnly From, DateOnly Due, DateOnly WarnFrom, string Basis, string Owner, string State, DateOnly? EndedOn,
    string? Extension);

/// <summary>Result to every reader: subscriptions that cover the organisation, and were there before the last step.</summary>
/// <param name="Acknowledged">How many of them have acknowledged every change of the organisation that they want.</param>
/// <param name="Of">How many there are; at most 100.</param>
public sealed record CaseToldResponse(int Acknowledged, int Of);

/// <summary>The deadline that a case is looked at by.</summary>
/// <param name="Clock">Its name in <c>clocks.yaml</c>.</param>
/// <param name="Owner"><c>platform</c>, or a source.</param>
/// <param name="On">The last day on which it is met.</param>
/// <param name="State"><c>running</c>, <c>extended</c> or <c>overdue</c>.</param>
/// <param name="Warned">Whether its owner is warned: the last day is the next working day, or nearer.</param>
public sealed record CaseDueResponse(string Clock, string Owner, DateOnly On, string State, bool Warned);

/// <summary>A file of a proof (证明材料).</summary>
/// <param name="Digest"><c>sha256:</c> and 64 hexadecimal digits: its name at <c>/v1/cases/{case}/proofs/{digest}</c>.</param>
/// <param name="Name">As it was given; of those who may not open the file, such as auditors, its number in the case.</param>
/// <param name="Type"><c>application/pdf</c>, <c>image/png</c> or <c>image/jpeg</c>, by its content.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Step">The step that brought it.</param>
/// <param name="On">Legal date of that step.</param>
/// <param name="Role"><c>subject</c>, <c>source</c> or <c>platform</c>.</param>
public sealed record CaseProofResponse(string Digest, string Name, string Type, int Size, string Step, DateOnly On, string Role);

/// <summary>A field's old and new value; null for none.</summary>
public sealed record CaseChangeResponse(string Field, JsonElement? Old, JsonElement? New);

/// <summary>An effect on a record.</summary>
/// <param name="Effect">
/// <c>disputed</c>, <c>cleared</c>, <c>suspended</c>, <c>resumed</c>, <c>corrected</c>, <c>withdrawn</c>, <c>publicity-ended</c>,
/// <c>repaired</c>, <c>plan-begun</c>, <c>plan-failed</c>, <c>recorded</c>, <c>listed</c>, <c>removed</c>, <c>revoked</c> or
/// <c>mirrored</c>.
/// </param>
/// <param name="Record">The record.</param>
/// <param name="On">Since when.</param>
/// <param name="Revision">The revision of the record that the platform made; null for none.</param>
/// <param name="NextRevision">The least revision that the source's next report of it must carry.</param>
public sealed record CaseEffectResponse(string Effect, CaseRecordBody Record, DateOnly On, int? Revision, int? NextRevision);

/// <summary>Cases; a work queue has the oldest deadline first.</summary>
public sealed record CasePage(IReadOnlyList<CaseResponse> Items, string? Next);
