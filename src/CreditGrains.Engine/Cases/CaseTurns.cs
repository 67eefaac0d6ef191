using System.Security.Cryptography;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Cases;

/// <summary>
/// Steps of cases whose subjects this process owns. Each is one turn of its subject: judged on the subject folded up to the head of its
/// shard, and appended with its effects before the next one is looked at, so that of two decisions at once one succeeds. A shard that has
/// gone to another process meanwhile takes no append; the journal's unique revisions are the last line.
/// </summary>
/// <param name="store">Reads the content of cases and records.</param>
/// <param name="rules">In force.</param>
/// <param name="find">
/// The subject up to the head of its shard: true for the head in the journal, false for the one that this process knows; null when no event
/// of it is known.
/// </param>
/// <param name="commit">Appends events of one subject together, and tells the shard's head.</param>
/// <param name="ended">Told of each deadline that a step has ended.</param>
/// <param name="proofBounds">Most files that a party brings in a day.</param>
/// <param name="time">The clock.</param>
internal sealed class CaseTurns(
    IStore store, RulesInForce rules, Func<SubjectId, bool, CancellationToken, ValueTask<SubjectView?>> find,
    Func<int, IReadOnlyList<RecordEvent>, EventReader, string, CancellationToken, Task<ShardReceipt>> commit,
    Action<CaseClock> ended, ProofOptions proofBounds, TimeProvider time) : ICaseOwner, IDisposable
{
    private const int Locks = 256;
    private const int NumbersTried = 20;
    private const int MirrorRevisionsMax = 50;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Locks).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Draws the digits of a new case's number; tests put in one that repeats itself.</summary>
    internal Func<int> NextSerial { get; set; } = () => RandomNumberGenerator.GetInt32(CaseNumber.SerialsMax);

    public async Task<CaseResult> TakeAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, StoredCase? read, string actor, CancellationToken cancellation)
    {
        var turn = _turns[(uint)ShardMap.KeyOf(subject) % Locks];
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // A step that is taken needs no look at the journal's head: an append of a process that has lost the shard is refused under the
            // lock of its row. A refusal is only said of the subject as the journal has it.
            var isKnown = read is not null && number is not null && command.Step != CaseStep.Mirror;
            if (isKnown && await WithinTurnAsync(subject, number, command, read, actor, false, cancellation).ConfigureAwait(false) is
                { Rejection: null } taken)
                return taken;
            return await WithinTurnAsync(subject, number, command, isKnown ? null : read, actor, true, cancellation).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (var turn in _turns)
            turn.Dispose();
    }

    private async Task<CaseResult> WithinTurnAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, StoredCase? read, string actor, bool isLatest,
        CancellationToken cancellation)
    {
        var now = rules.Now();
        if (await find(subject, isLatest, cancellation).ConfigureAwait(false) is not { Position: > 0 } view)
        {
            return Refused(
                number is not null ? ErrorCatalogue.UnknownCase
                : command.Records.Count > 0 ? ErrorCatalogue.UnknownRecord : ErrorCatalogue.UnknownSubject);
        }

        var records = view.Evaluator.Standings(view.State, now.Today).ToDictionary(record => record.Record);
        if (number is { } mirrored && command.Step == CaseStep.Mirror && !records.ContainsKey(mirrored.Record))
            return await MirrorAsync(subject, mirrored, command, actor, now, cancellation).ConfigureAwait(false);
        return number is { } known
            ? await ActAsync(subject, known, command, read, actor, records, now, cancellation).ConfigureAwait(false)
            : await OpenAsync(subject, command, actor, records, now, cancellation).ConfigureAwait(false);
    }

    private static CaseResult Refused(ErrorDescription error, string pointer = "", string? found = null) =>
        CaseResult.Refused(new Rejection(error, pointer, found));

    private async Task<CaseResult> OpenAsync(
        SubjectId subject, CaseCommand command, string actor, Dictionary<RecordId, RecordStatus> records, RulesSnapshot now,
        CancellationToken cancellation)
    {
        // A contract's record has a natural key, which refuses a second one; a large buyer's open contracts would be thousands to read.
        var isKeyed = command.Kind == CaseKind.Contract && IsKeyed(now.Evaluator.Rulebook);
        var running = isKeyed
            ? [] : await OpenCases.ReadAsync(store, records.Values, command.Kind, cancellation).ConfigureAwait(false);
        if (await RepeatedAsync(subject, command, running, records.Values, cancellation).ConfigureAwait(false) is { } repeated)
            return repeated;
        var targets = await TargetsAsync(command.Records, records, cancellation).ConfigureAwait(false);
        var banned = command.Kind == CaseKind.Repair
            ? await OpenCases.BannedUntilAsync(store, records.Values, cancellation).ConfigureAwait(false) : null;
        var inForce = command.Kind == CaseKind.Listing
            ? await OpenCases.ListedAsync(store, records, now.Today, cancellation).ConfigureAwait(false) : [];
        var uploads = await UploadsAsync(subject, command, cancellation).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var number = new CaseNumber(command.Kind, now.Today, NextSerial());
            var context = new CaseContext(now.Evaluator.Rulebook, now.Today, subject, number, targets, running)
            {
                BannedUntil = banned, InForce = inForce, Uploads = uploads,
            };
            var decision = CaseProcedure.Open(command, context);
            var result = await AppendAsync(subject, number, 1, command, decision, actor, now, cancellation).ConfigureAwait(false);

            // Some other case has the number: its record is another subject's, or has a revision of other content.
            if (result.Rejection is not { } rejection || attempt == NumbersTried
                || (rejection.Error != ErrorCatalogue.SubjectChanged && rejection.Error != ErrorCatalogue.RevisionConflict))
                return result;
        }
    }

    private async Task<CaseResult> ActAsync(
        SubjectId subject, CaseNumber number, CaseCommand command, StoredCase? read, string actor,
        Dictionary<RecordId, RecordStatus> records, RulesSnapshot now, CancellationToken cancellation)
    {
        if (!records.TryGetValue(number.Record, out var standing) || standing.Kind != CaseKinds.Case)
            return Refused(ErrorCatalogue.UnknownCase, "", number.ToString());
        var known = read?.Number == number && read.Revision == standing.Revision ? read : StoredCase.Of(await store.Journal
            .ReadRevisionsAsync([new RecordRevision(number.Record, standing.Revision)], cancellation).ConfigureAwait(false));
        if (known.File.Operations.Contains(command.Operation) || known.Operation == command.Operation)
            return new CaseResult(known, null, known.Position);
        if (command.IfRevision is { } seen && seen != known.Revision)
            return Refused(ErrorCatalogue.CaseChanged);
        if (known.Revision >= CaseFile.StepsMax && CaseProcedure.Repeats(command.Step))
            return Refused(ErrorCatalogue.CaseState, "", $"{CaseFile.StepsMax} steps");
        if (command is { Step: CaseStep.Mirror, Actor.IsPlatform: true } && command.Outcome != CaseOutcome.Refused
            && await MirrorOfAsync(known, now, cancellation).ConfigureAwait(false) is not null)
            return Refused(ErrorCatalogue.CaseState, "", "not yet in the other party's file");
        var targets = await TargetsAsync([.. known.File.Targets], records, cancellation).ConfigureAwait(false);
        var running = command.Step == CaseStep.Review
            ? await OpenCases.ReadAsync(store, records.Values, known.File.Kind, cancellation).ConfigureAwait(false) : [];
        var context = new CaseContext(now.Evaluator.Rulebook, now.Today, subject, number, targets, running)
        {
            Uploads = await UploadsAsync(subject, command, cancellation).ConfigureAwait(false),
        };
        var decision = CaseProcedure.Act(known.File, command, context);
        var result = await AppendAsync(subject, number, known.Revision + 1, command, decision, actor, now, cancellation)
            .ConfigureAwait(false);
        if (result.Case is { } taken)
            TellEnded(known.File.Clocks, taken.File.Clocks);
        return result;
    }

    /// <summary>Deadlines of a case are only ever added, so those of before come first.</summary>
    private void TellEnded(IReadOnlyList<CaseClock> before, IReadOnlyList<CaseClock> after)
    {
        for (var i = 0; i < before.Count; i++)
        {
            if (before[i].Ended is null && after[i].Ended is not null)
                ended(after[i]);
        }
    }

    /// <summary>
    /// The other party's record of a contract, as the newest step of its case wants it. The case is read from the journal and not sent
    /// with the command, so that a command that comes late, or twice, writes what is true by then.
    /// </summary>
    private async Task<CaseResult> MirrorAsync(
        SubjectId subject, CaseNumber number, CaseCommand command, string actor, RulesSnapshot now, CancellationToken cancellation)
    {
        if (await NewestAsync(number, cancellation).ConfigureAwait(false) is not { File.Kind: CaseKind.Contract } known
            || known.File.Fact(CaseFacts.Party) != subject.Value || !command.Actor.IsPlatform)
            return Refused(ErrorCatalogue.UnknownCase, "", number.ToString());
        if (now.Evaluator.Rulebook.Procedures.Contracts is null)
            return Refused(ErrorCatalogue.ProcedureOff, "", CaseNames.Of(CaseKind.Contract));
        if (known.File.MirrorWanted <= known.File.MirrorDone
            || await MirrorOfAsync(known, now, cancellation).ConfigureAwait(false) is not { } mirror)
            return new CaseResult(known, null, 0);
        var (written, fault) = CaseEvents.ReadOne(now.Reader, subject, mirror, now.Today);
        if (written is null)
            return CaseResult.Refused(fault!);
        var receipt = await commit(
            ShardMap.ShardOf(subject, store.ShardCount), [written], now.Reader, actor, cancellation).ConfigureAwait(false);
        if (receipt.Verdicts[0].Rejection is { } refused)
            return CaseResult.Refused(refused);

        // A higher revision by the source has come meanwhile; the next attempt goes on from that.
        return receipt.Verdicts[0].Outcome is FeedOutcome.Accepted or FeedOutcome.Duplicate
            ? new CaseResult(known, null, receipt.Head) : Refused(ErrorCatalogue.CaseChanged);
    }

    /// <summary>Next revision of the other party's record, by those that the journal has; null where it lacks nothing.</summary>
    private async Task<CaseEvent?> MirrorOfAsync(StoredCase known, RulesSnapshot now, CancellationToken cancellation)
    {
        if (CaseProcedure.MirrorRecordOf(known.Number, known.File) is not { } record)
            return null;
        var standing = (await store.Journal.FindHeadsAsync([record], cancellation).ConfigureAwait(false)).SingleOrDefault();
        var head = standing?.Revision ?? 0;

        // The department has used the number for another organisation: what stands there is not the contract's, and the journal refuses it.
        if (standing is { } taken && taken.Subject.Value != known.File.Fact(CaseFacts.Party))
        {
            return CaseProcedure.MirrorOf(known.Number, known.Subject, known.File, now.Evaluator.Rulebook, []) is { } unwritten
                ? unwritten with { Revision = head + 1 } : null;
        }

        var first = Math.Max(1, head - MirrorRevisionsMax + 1);
        var entries = head == 0 ? [] : await store.Journal.ReadRevisionsAsync(
            [.. Enumerable.Range(first, head - first + 1).Select(revision => new RecordRevision(record, revision))], cancellation)
            .ConfigureAwait(false);
        return CaseProcedure.MirrorOf(
            known.Number, known.Subject, known.File, now.Evaluator.Rulebook,
            [.. entries.OrderBy(entry => entry.Revision).Select(entry => (entry.Revision, entry.Payload))]);
    }

    private async Task<StoredCase?> NewestAsync(CaseNumber number, CancellationToken cancellation)
    {
        if ((await store.Journal.FindHeadsAsync([number.Record], cancellation).ConfigureAwait(false)).SingleOrDefault() is not { } head)
            return null;
        var entries = await store.Journal
            .ReadRevisionsAsync([new RecordRevision(number.Record, head.Revision)], cancellation).ConfigureAwait(false);
        return StoredCase.Of(entries.Single());
    }

    private async Task<CaseResult> AppendAsync(
        SubjectId subject, CaseNumber number, int revision, CaseCommand command, CaseDecision decision, string actor, RulesSnapshot now,
        CancellationToken cancellation)
    {
        if (decision.Rejection is { } refused)
            return CaseResult.Refused(refused);
        var (events, fault) = CaseEvents.Read(now.Reader, subject, number, revision, command, decision, now.Today);
        if (fault is not null)
            return CaseResult.Refused(fault);
        if (await NameProofsAsync(subject, number, command, cancellation).ConfigureAwait(false) is { } unnamed)
            return CaseResult.Refused(unnamed);
        var shard = ShardMap.ShardOf(subject, store.ShardCount);
        var receipt = await commit(shard, events, now.Reader, actor, cancellation).ConfigureAwait(false);
        if (receipt.Verdicts.All(verdict => verdict.Outcome is FeedOutcome.Accepted or FeedOutcome.Duplicate))
            return new CaseResult(new StoredCase(number, subject, revision, decision.Next!), null, receipt.Head);

        // Another case has the number.
        if (revision == 1 && receipt.Verdicts[^1].Outcome == FeedOutcome.Stale)
            return Refused(ErrorCatalogue.RevisionConflict);

        // The case's own record comes last; what is wrong with an effect is a matter of the record that it changes.
        if (revision == 1 && receipt.Verdicts[^1].Rejection is { } own && own.Error != ErrorCatalogue.CaseChanged)
            return CaseResult.Refused(own);
        var duplicate = receipt.Verdicts.Select(verdict => verdict.Rejection)
            .FirstOrDefault(rejection => rejection?.Error == ErrorCatalogue.DuplicateRecord);
        if (duplicate is not null && revision == 1 && command.Kind == CaseKind.Contract
            && await HolderAsync(subject, command, events, cancellation).ConfigureAwait(false) is { } held)
            return held;
        return duplicate is null
            ? Refused(ErrorCatalogue.CaseChanged)
            : CaseResult.Refused(duplicate with { Pointer = "/changes" });
    }

    /// <summary>Files that the step may name: its party's own.</summary>
    private async Task<IReadOnlyDictionary<string, UploadedProof>> UploadsAsync(
        SubjectId subject, CaseCommand command, CancellationToken cancellation)
    {
        if (command.Proofs.Count is 0 or > CaseProof.OfStepMax)
            return new Dictionary<string, UploadedProof>();
        var found = await store.Proofs.FindAsync(ProofParty.Of(command.Actor, subject), subject, command.Proofs, cancellation)
            .ConfigureAwait(false);
        return found.ToDictionary(
            upload => upload.Digest, upload => new UploadedProof(upload.Digest, upload.Name, upload.Type, upload.Size));
    }

    /// <summary>
    /// Copies the step's files to its case before it is appended: a step never names a file that is gone. Where the append fails they are
    /// swept after a day (<see cref="ProofService"/>).
    /// </summary>
    private async Task<Rejection?> NameProofsAsync(
        SubjectId subject, CaseNumber number, CaseCommand command, CancellationToken cancellation)
    {
        if (command.Proofs.Count == 0)
            return null;
        var (party, at) = (ProofParty.Of(command.Actor, subject), time.GetUtcNow());
        var bounds = proofBounds.BoundsOf(party, at);
        return await store.Proofs.NameAsync(number, party, subject, command.Proofs, at, bounds, cancellation).ConfigureAwait(false) switch
        {
            ProofNaming.Missing => new Rejection(ErrorCatalogue.UnknownProof, "/proofs"),
            ProofNaming.BeyondBounds => new Rejection(ErrorCatalogue.ProofDayLimit, "/proofs"),
            _ => null,
        };
    }

    private static bool IsKeyed(Rulebook rulebook) =>
        rulebook.Procedures.Contracts is { } form && rulebook.Catalogue.Kinds[form.Kind].Identity is [var field]
        && form.Fields.GetValueOrDefault("contractNumber") == field;

    /// <summary>
    /// The case whose record has the natural key of one that could not be made: opened by the same command, whose answer was lost, or by
    /// another one and still open. Null where the record is of no case, or its case has ended.
    /// </summary>
    private async Task<CaseResult?> HolderAsync(
        SubjectId subject, CaseCommand command, IReadOnlyList<RecordEvent> events, CancellationToken cancellation)
    {
        var keys = events.Where(each => each.NaturalKey != 0).Select(each => new NaturalKey(subject, each.NaturalKey)).ToList();
        foreach (var holder in await store.Journal.FindByNaturalKeyAsync(keys, cancellation).ConfigureAwait(false))
        {
            if (CaseNumber.Parse(holder.Record.Id) is not { Kind: CaseKind.Contract } number
                || await NewestAsync(number, cancellation).ConfigureAwait(false) is not { } known || known.Subject != subject)
                continue;
            var first = (await store.Journal.ReadRevisionsAsync([new RecordRevision(number.Record, 1)], cancellation)
                .ConfigureAwait(false)).Single();
            if (StoredStep.OperationOf(first) == command.Operation)
                return new CaseResult(StoredCase.Of(first), null, first.Position);
            return known.File.IsOpen ? Refused(ErrorCatalogue.CaseOpen, "", number.ToString()) : null;
        }

        return null;
    }

    /// <summary>The same command sent again, after an answer that was lost: the case that it has opened.</summary>
    private async Task<CaseResult?> RepeatedAsync(
        SubjectId subject, CaseCommand command, Dictionary<(CaseKind Kind, RecordId Record), CaseNumber> running,
        IEnumerable<RecordStatus> records, CancellationToken cancellation)
    {
        if ((command.Records is [var target, ..] ? target : CaseProcedure.KeyOf(command, rules.Now().Evaluator.Rulebook)) is not { } wanted)
            return null;
        if (!running.TryGetValue((command.Kind, wanted), out var number)
            && !(command.Step == CaseStep.Synchronise && (await OpenCases.RepairedAsync(store, records, cancellation).ConfigureAwait(false))
                .TryGetValue(wanted, out number)))
            return null;
        var first = (await store.Journal.ReadRevisionsAsync([new RecordRevision(number.Record, 1)], cancellation).ConfigureAwait(false))
            .Single();
        return first.Subject == subject && StoredStep.OperationOf(first) == command.Operation
            ? new CaseResult(StoredCase.Of(first), null, first.Position)
            : null;
    }

    private async Task<Dictionary<RecordId, CaseTarget>> TargetsAsync(
        IReadOnlyList<RecordId> wanted, Dictionary<RecordId, RecordStatus> records, CancellationToken cancellation)
    {
        var found = wanted.Distinct().Take(CaseFile.RecordsMax).Select(records.GetValueOrDefault).OfType<RecordStatus>().ToList();
        var contents = (await store.Journal.ReadRevisionsAsync(
            [.. found.Select(record => new RecordRevision(record.Record, record.Revision))], cancellation).ConfigureAwait(false))
            .ToDictionary(entry => entry.Record, entry => entry.Payload);
        return found.ToDictionary(
            record => record.Record, record => new CaseTarget(record, contents.GetValueOrDefault(record.Record)));
    }
}
