using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Cases;

/// <summary>Query parameters of a list of cases.</summary>
internal sealed record CaseFilter(string? State, string? Due, string? Source, string? Subject, string? Limit, string? Cursor)
{
    /// <summary>Cases in force in the place of those to be handled.</summary>
    public bool IsInForce { get; init; }
}

/// <summary>
/// Visibility of cases: to the organisation its own (of a contract to both parties), to a department those in which it takes part, to
/// operators, reviewers and auditors all. Each read is on the subject's access log first (I9). A case that a caller may not see is answered
/// as one that does not exist.
/// </summary>
internal sealed class CaseReading(CreditEngine engine, SubjectCodes codes, Cursors cursors, TimeProvider time)
{
    private const Roles SeesAll = Roles.Operator | Roles.Reviewer | Roles.Auditor;
    private const Roles Platform = Roles.Operator | Roles.Reviewer;

    public CreditEngine Engine => engine;

    public SubjectId ReadSubject(string code) => codes.Read(code, StatusCodes.Status400BadRequest);

    /// <summary>In whose place the caller may act on a subject's cases.</summary>
    /// <exception cref="RequestRefusedException">The organisation is another one than the caller's own.</exception>
    public CaseActor ActorFor(SubjectId subject, HttpContext context)
    {
        var actor = FindActor(subject, context);
        return actor is { IsPlatform: false, IsSubject: false, Source: null }
            ? throw new RequestRefusedException(ErrorCatalogue.Forbidden)
            : actor;
    }

    /// <summary>The same; in nobody's place where the caller only looks.</summary>
    public CaseActor FindActor(SubjectId subject, HttpContext context)
    {
        var caller = Caller.Of(context);
        return new CaseActor(
            caller.IsAny(Platform), IsOwn(caller, subject),
            caller.IsAny(Roles.Source) && caller.Source is { Length: > 0 } own ? own : null);
    }

    /// <summary>The case with its steps, if the caller may see it.</summary>
    /// <exception cref="RequestRefusedException">There is none that he may see.</exception>
    public async Task<StoredCase> RequireAsync(CaseKind kind, string number, HttpContext context)
    {
        if (CaseNumber.Parse(number)?.Kind != kind)
            throw new RequestRefusedException(ErrorCatalogue.UnknownCase);
        var found = await RequireUnrecordedAsync(number, context);
        await RecordAsync(found, context);
        return found;
    }

    /// <summary>A file of a case that the caller may read, by its digest; on the access logs of those whom the case concerns.</summary>
    /// <exception cref="RequestRefusedException">There is no such case or file, or it was destroyed.</exception>
    public Task<ProofContent> RequireProofAsync(string number, string digest, HttpContext context) =>
        RequireProofAsync(number, digest, "proof", AccessPurpose.Of(context, Caller.Of(context)), context);

    /// <summary>The same.</summary>
    /// <param name="number">The case.</param>
    /// <param name="digest">The file.</param>
    /// <param name="operation">Operation on the access log.</param>
    /// <param name="purpose">Purpose on the access log.</param>
    /// <param name="context">The request.</param>
    /// <exception cref="RequestRefusedException">There is no such case or file, or it was destroyed.</exception>
    public async Task<ProofContent> RequireProofAsync(
        string number, string digest, string operation, string purpose, HttpContext context)
    {
        var found = await RequireUnrecordedAsync(number, context);
        if (!IsParty(Caller.Of(context), found))
            throw new RequestRefusedException(ErrorCatalogue.UnknownCase);
        var proof = await engine.Proofs.FindAsync(found, digest, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownProof);
        foreach (var subject in SubjectsOf(found))
        {
            await engine.Access.RecordAsync(
                Caller.Of(context).Actor, purpose, operation, subject, $"{found.Number} {digest}", context.RequestAborted);
        }

        return proof.Content is null ? throw new RequestRefusedException(ErrorCatalogue.ProofDestroyed) : proof;
    }

    private async Task<StoredCase> RequireUnrecordedAsync(string number, HttpContext context) =>
        CaseNumber.Parse(number) is { } parsed && await engine.Cases.FindAsync(parsed, context.RequestAborted) is { } found
        && MaySee(Caller.Of(context), found)
            ? found : throw new RequestRefusedException(ErrorCatalogue.UnknownCase);

    public async Task<CaseResponse> FindAsync(CaseKind kind, string number, HttpContext context)
    {
        var found = await RequireAsync(kind, number, context);
        var (acknowledged, covered) = await engine.CaseAcknowledgements.CountAsync(found, context.RequestAborted);
        return Show(found, context) with { Told = new CaseToldResponse(acknowledged, covered) };
    }

    /// <summary>Result of a step; its content is on the access log when it is shown.</summary>
    /// <param name="result">Outcome of the step.</param>
    /// <param name="context">The request.</param>
    /// <param name="before">The case as it was read before the step; null for not at all.</param>
    /// <exception cref="RequestRefusedException">The step was refused.</exception>
    public async Task<CaseResponse> ShowAsync(CaseResult result, HttpContext context, StoredCase? before = null)
    {
        if (result.Case is not { } taken)
            throw new RequestRefusedException(result.Rejection!);
        await RecordAsync(taken, context);
        return Show(await engine.Cases.ReadAsync(taken.Number, taken.Revision, before, context.RequestAborted), context);
    }

    public Task<Ok<CasePage>> ListAsync(CaseKind kind, CaseFilter filter, HttpContext context) =>
        ListAsync(CaseEndpoints.ListOf(kind), [kind], filter, context);

    /// <summary>Cases of all kinds, or of one, as one queue.</summary>
    public Task<Ok<CasePage>> ListAllAsync(string? kind, CaseFilter filter, HttpContext context)
    {
        CaseKind? one = string.IsNullOrEmpty(kind) ? null
            : CaseNames.Find<CaseKind>(kind) ?? throw Parameters.Refused("kind", string.Join(", ", CaseNames.All<CaseKind>()));
        return ListAsync($"cases/{kind}", one is { } wanted ? [wanted] : CaseProcedure.Kinds, filter, context);
    }

    private async Task<Ok<CasePage>> ListAsync(
        string name, IReadOnlyList<CaseKind> kinds, CaseFilter filter, HttpContext context)
    {
        var caller = Caller.Of(context);
        var size = Parameters.Limit(filter.Limit);
        CaseState? state = string.IsNullOrEmpty(filter.State) ? null
            : CaseNames.Find<CaseState>(filter.State) ?? throw Parameters.Refused("state", string.Join(", ", CaseNames.All<CaseState>()));
        var due = Parameters.Date("due", filter.Due);
        if (!caller.IsAny(SeesAll) && caller.IsAny(Roles.Subject) && caller.Subject is { Length: > 0 } own)
            return await OfSubjectAsync(name, kinds, codes.Read(own), state, size, filter.Cursor, context);
        var source = filter.Source ?? "";
        if (!caller.IsAny(SeesAll))
        {
            if (caller.Source is not { Length: > 0 } mine || (source.Length > 0 && source != mine))
                throw new RequestRefusedException(ErrorCatalogue.Forbidden);
            source = mine;
        }
        else if (!string.IsNullOrEmpty(filter.Subject))
        {
            return await OfSubjectAsync(name, kinds, ReadSubject(filter.Subject), state, size, filter.Cursor, context);
        }

        var list = $"{name}/{source}/{filter.State}/{filter.Due}/{filter.IsInForce}";
        var after = PlaceOf(cursors.Read(list, filter.Cursor));
        var found = filter.IsInForce
            ? await engine.Cases.ListInForceAsync(kinds, source, state, engine.Today, after, size + 1, context.RequestAborted)
            : await engine.Cases.ListAsync(
                kinds, new DeadlineQuery(kinds[0], source, state, due, after, size + 1), context.RequestAborted);
        var items = new List<CaseResponse>(Math.Min(size, found.Count));
        foreach (var (_, each) in found.Take(size))
        {
            if (state is { } wanted && each.File.StateOn(engine.Today) != wanted)
                continue;
            await RecordAsync(each, context);
            items.Add(Show(each, caller, source));
        }

        return TypedResults.Ok(new CasePage(items, found.Count > size ? cursors.Make(list, TextOf(found[size - 1].Row)) : null));
    }

    /// <summary>All cases of one organisation, the newest first, closed ones too.</summary>
    private async Task<Ok<CasePage>> OfSubjectAsync(
        string name, IReadOnlyList<CaseKind> kinds, SubjectId subject, CaseState? state, int size, string? cursor, HttpContext context)
    {
        var list = $"{name}/of/{subject}/{state}";
        var before = cursors.Read(list, cursor);
        if (await engine.Subjects.FindAsync(subject, Parameters.Consistency(context), context.RequestAborted) is not { } view)
            return TypedResults.Ok(new CasePage([], null));
        var numbers = NumbersOf(view, kinds, before, MayBe);
        var items = new List<CaseResponse>(Math.Min(size, numbers.Count));
        string? next = null;
        for (var i = 0; i < numbers.Count && next is null; i += size)
        {
            foreach (var found in await ReadOfAsync(subject, [.. numbers.Skip(i).Take(size)], context.RequestAborted))
            {
                // Today's state of a case is known from its file alone: that it has expired is no step.
                if (state is { } wanted && found.File.StateOn(engine.Today) != wanted)
                    continue;
                if (items.Count == size)
                {
                    next = cursors.Make(list, AgeOf(CaseNumber.Parse(items[^1].Case)!.Value));
                    break;
                }

                await RecordAsync(found, context);
                items.Add(Show(found, Caller.Of(context)));
            }
        }

        return TypedResults.Ok(new CasePage(items, next));

        bool MayBe(string? level) => state is not { } wanted || level == CaseNames.Of(wanted)
            || (wanted == CaseState.Expired && level is not null && CaseNames.Find<CaseState>(level) is { } stored
                && kinds.Any(kind => CaseFile.MayExpire(kind, stored)));
    }

    /// <summary>
    /// Numbers of an organisation's own cases, and (revision 0) of contracts that may name it as the other party; the newest first.
    /// </summary>
    /// <param name="view">The organisation.</param>
    /// <param name="kinds">Kinds wanted.</param>
    /// <param name="before">Only those that come after this place (<see cref="AgeOf"/>); null for all.</param>
    /// <param name="mayBe">Whether a case whose record has this level is wanted; null for all.</param>
    public static List<(CaseNumber Number, int Revision)> NumbersOf(
        SubjectView view, IReadOnlyList<CaseKind> kinds, string? before, Func<string?, bool>? mayBe = null) =>
        [.. view.Evaluator.Standings(view.State, view.AsOf)
            .Where(record => record.Kind != CaseKinds.Case || mayBe?.Invoke(record.Level) != false)
            .Select(record => record.Kind == CaseKinds.Case
                ? (Number: CaseNumber.Parse(record.Record.Id), record.Revision)
                : (Number: CaseProcedure.MirroredBy(record.Record), Revision: 0))
            .Where(each => each.Number is { } number && kinds.Contains(number.Kind)
                && (before is null || string.CompareOrdinal(AgeOf(number), before) < 0))
            .Select(each => (Number: each.Number!.Value, each.Revision))
            .OrderByDescending(each => AgeOf(each.Number), StringComparer.Ordinal)];

    /// <summary>The cases of these numbers, in their order; a contract that does not name the organisation is left out.</summary>
    public async Task<IReadOnlyList<StoredCase>> ReadOfAsync(
        SubjectId subject, List<(CaseNumber Number, int Revision)> numbers, CancellationToken cancellation)
    {
        var own = await engine.Cases.ReadAsync([.. numbers.Where(each => each.Revision > 0)], cancellation);
        var found = new List<StoredCase>(numbers.Count);
        foreach (var (number, revision) in numbers)
        {
            if (revision > 0)
                found.Add(own[number]);
            else if (await engine.Cases.FindAsync(number, cancellation) is { } other && other.File.Fact(CaseFacts.Party) == subject.Value)
                found.Add(other with { Steps = [] });
        }

        return found;
    }

    /// <summary>The organisations that a case tells of: of a contract both parties.</summary>
    public static IEnumerable<SubjectId> SubjectsOf(StoredCase found) => found.File.Fact(CaseFacts.Party) is { } party
        ? [found.Subject, new SubjectId(party)] : [found.Subject];

    /// <summary>Whether the caller is a party of the case, or looks after all.</summary>
    public bool MaySee(Caller caller, StoredCase found) => caller.IsAny(Roles.Auditor) || IsParty(caller, found);

    /// <summary>Whether the caller is a party of the case, or decides on cases: such may open its files, and nobody else.</summary>
    public bool IsParty(Caller caller, StoredCase found) =>
        caller.IsAny(Platform) || IsOwn(caller, found.Subject)
        || (caller.IsAny(Roles.Source) && found.File.Sources.Contains(caller.Source))
        || (found.File.Fact(CaseFacts.Party) is { } party && IsOwn(caller, new SubjectId(party)));

    /// <summary>The case as the caller may read it: files are named to those who may open them.</summary>
    private StoredCase ShownTo(Caller caller, StoredCase found) =>
        MayOpenFiles(caller, found) ? found : found with { File = found.File.WithoutProofNames() };

    private bool MayOpenFiles(Caller caller, StoredCase found) => caller.IsAny(AccessRules.ProofRead.Any) && IsParty(caller, found);

    /// <summary>
    /// Whether the caller may read the names of files in a revision of a case; true of other records, and of withdrawals.
    /// </summary>
    public bool MayReadFileNames(Caller caller, JournalEntry entry) =>
        !caller.IsAny(Roles.Auditor) || entry.Kind != CaseKinds.Case || entry.Payload.IsEmpty
        || CaseNumber.Parse(entry.Record.Id) is not { } number
        || MayOpenFiles(caller, new StoredCase(number, entry.Subject, entry.Revision, CaseFile.OfPayload(entry.Payload.Span)));

    /// <summary>Whether the caller may read what was written in a step of a case, or in a mark; true of other records.</summary>
    public bool MayReadWritten(Caller caller, JournalEntry entry) =>
        !CaseKinds.Has(entry.Record, entry.Kind) || caller.IsAny(SeesAll) || IsOwn(caller, entry.Subject)
        || (entry.Kind == CaseKinds.Case && !entry.Payload.IsEmpty && caller.IsAny(Roles.Source)
            && CaseFile.OfPayload(entry.Payload.Span).Sources.Contains(caller.Source));

    private bool IsOwn(Caller caller, SubjectId subject) =>
        caller.IsAny(Roles.Subject) && caller.Subject is { Length: > 0 } own && codes.TryRead(own, out var mine) && mine == subject;

    private async ValueTask RecordAsync(StoredCase found, HttpContext context)
    {
        var caller = Caller.Of(context);
        foreach (var subject in SubjectsOf(found))
        {
            await engine.Access.RecordAsync(
                caller.Actor, AccessPurpose.Of(context, caller), "case", subject, found.Number.ToString(), context.RequestAborted);
        }
    }

    /// <summary>With the tag by which a step can be bound to what was shown.</summary>
    private CaseResponse Show(StoredCase found, HttpContext context)
    {
        context.Response.Headers.ETag = $"\"{found.Revision}\"";
        return Show(found, Caller.Of(context));
    }

    /// <param name="found">The case.</param>
    /// <param name="caller">To whom it is shown.</param>
    /// <param name="owner">Of whose deadlines the first is told; empty for all.</param>
    private CaseResponse Show(StoredCase found, Caller caller, string owner = "")
    {
        var shard = ShardMap.ShardOf(found.Subject, engine.Store.ShardCount);
        return CaseResponse.Of(
            ShownTo(caller, found), engine.Today, Token.Text(engine.Store.Incarnation, time.GetUtcNow(), shard, found.Position), owner);
    }

    /// <summary>A case's number with the letters of its kind last, so that the order of all kinds together is that of days.</summary>
    public static string AgeOf(CaseNumber number) => number.ToString() is var text ? text[3..] + text[..2] : "";

    private static string TextOf(DeadlineRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Due.DayNumber}|{row.Case}");

    private static (DateOnly Due, CaseNumber Case)? PlaceOf(string? text) =>
        text?.Split('|') is [var day, var number] && CaseNumber.Parse(number) is { } known
            ? (DateOnly.FromDayNumber(int.Parse(day, CultureInfo.InvariantCulture)), known) : null;
}
