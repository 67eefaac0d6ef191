using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Cases;

/// <summary>Cases: their steps, taken at the subject's owner, and what there is to read of them.</summary>
public sealed class CaseService
{
    private const int MirrorPage = 200;
    private const int MirrorPagesMax = 50;
    private const int RebuildPage = 1000;
    private const int RebuildGentlePage = 200;
    private const int RebuiltTogether = 10;
    private const string MirrorActor = "platform";

    private readonly IStore _store;
    private readonly ICaseOwner _owner;
    private readonly Func<SubjectId, CancellationToken, Task<bool>> _isKnown;
    private readonly Action<CaseNumber, Rejection> _refused;

    /// <param name="store">Has the cases.</param>
    /// <param name="owner">Takes steps.</param>
    /// <param name="isKnown">Whether the platform has records of an organisation.</param>
    /// <param name="refused">Told of each record of a contract that the other party's file has refused, once for each reason.</param>
    internal CaseService(
        IStore store, ICaseOwner owner, Func<SubjectId, CancellationToken, Task<bool>> isKnown,
        Action<CaseNumber, Rejection>? refused = null)
    {
        _refused = refused ?? ((_, _) => { });
        _store = store;
        _owner = owner;
        _isKnown = isKnown;
    }

    /// <summary>Opens a case.</summary>
    /// <exception cref="StoreException">The outcome is not known, or the subject's owner cannot be reached.</exception>
    public async Task<CaseResult> OpenAsync(SubjectId subject, CaseCommand command, string actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Fact(CaseFacts.Party) is { } party && !await _isKnown(new SubjectId(party), cancellation).ConfigureAwait(false))
            return CaseResult.Refused(new Rejection(ErrorCatalogue.UnknownParty, "/party", party));
        var result = await _owner.TakeAsync(subject, null, command, null, actor, cancellation).ConfigureAwait(false);
        return await MirroredAsync(result, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes a later step.</summary>
    /// <exception cref="StoreException">The outcome is not known, or the subject's owner cannot be reached.</exception>
    public async Task<CaseResult> ActAsync(CaseNumber number, CaseCommand command, string actor, CancellationToken cancellation)
    {
        if (await HeadOfAsync(number, cancellation).ConfigureAwait(false) is not { } head)
            return CaseResult.Refused(new Rejection(ErrorCatalogue.UnknownCase, "", number.ToString()));
        return await ActAsync(head.Subject, number, command, null, actor, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes a later step of a case whose organisation the caller has read.</summary>
    /// <exception cref="StoreException">The outcome is not known, or the subject's owner cannot be reached.</exception>
    public Task<CaseResult> ActAsync(
        SubjectId subject, CaseNumber number, CaseCommand command, string actor, CancellationToken cancellation) =>
        ActAsync(subject, number, command, null, actor, cancellation);

    /// <summary>Takes a later step of a case that the caller has read with its steps.</summary>
    /// <exception cref="StoreException">The outcome is not known, or the subject's owner cannot be reached.</exception>
    public Task<CaseResult> ActAsync(StoredCase read, CaseCommand command, string actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(read);
        return ActAsync(read.Subject, read.Number, command, read, actor, cancellation);
    }

    private async Task<CaseResult> ActAsync(
        SubjectId subject, CaseNumber number, CaseCommand command, StoredCase? read, string actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command is { Step: CaseStep.Mirror, Actor.IsPlatform: true }
            && await FindAsync(number, cancellation).ConfigureAwait(false) is { } known)
        {
            // That it was refused is for the platform to say, which has tried.
            command = command with { Outcome = null };
            var written = await WriteMirrorAsync(known, cancellation).ConfigureAwait(false);
            if (written.Rejection is { } refused && known.File.MirrorWanted > known.File.MirrorDone)
            {
                await NoteRefusalAsync(known, refused, cancellation).ConfigureAwait(false);
                return written;
            }
        }

        var result = await _owner.TakeAsync(subject, number, command, read, actor, cancellation).ConfigureAwait(false);
        return command.Step == CaseStep.Mirror ? result : await MirroredAsync(result, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes the other party's record of each contract that lacks it, and notes it with the case: what a node that ended, or an owner that
    /// could not be reached, has left undone. They are the platform's own lines of the due list; one pass takes no more than ten thousand.
    /// </summary>
    /// <returns>How many were made good.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<int> MirrorPendingAsync(CancellationToken cancellation)
    {
        var count = 0;
        (DateOnly Due, CaseNumber Case)? after = null;
        for (var page = 0; page < MirrorPagesMax; page++)
        {
            var query = new DeadlineQuery(CaseKind.Contract, SourceId.Platform.Value, null, null, after, MirrorPage);
            var cases = await ListAsync([CaseKind.Contract], query, cancellation).ConfigureAwait(false);
            foreach (var (row, found) in cases)
            {
                after = (row.Due, row.Case);
                if (found.File.MirrorWanted <= found.File.MirrorDone)
                    continue;
                var made = await MirroredAsync(new CaseResult(found, null, 0), cancellation).ConfigureAwait(false);
                count += made.Case?.File is { } file && file.MirrorWanted <= file.MirrorDone ? 1 : 0;
            }

            if (cases.Count < MirrorPage)
                break;
        }

        return count;
    }

    /// <summary>A case with its steps; null when there is none of that number.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<StoredCase?> FindAsync(CaseNumber number, CancellationToken cancellation) =>
        await _store.Journal.ReadRecordAsync(number.Record, cancellation).ConfigureAwait(false) is { Count: > 0 } entries
            ? StoredCase.Of(entries) : null;

    /// <summary>A case as a step has left it, with its steps.</summary>
    /// <param name="number">The case.</param>
    /// <param name="revision">After that step.</param>
    /// <param name="before">The case with its steps as it was read before the step; null for not at all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<StoredCase> ReadAsync(CaseNumber number, int revision, StoredCase? before, CancellationToken cancellation)
    {
        var first = before?.Number == number && before.Steps.Count == before.Revision && before.Revision <= revision
            ? before.Revision + 1 : 1;
        if (first > revision)
            return before!;
        var entries = await _store.Journal.ReadRevisionsAsync(
            [.. Enumerable.Range(first, revision - first + 1).Select(each => new RecordRevision(number.Record, each))], cancellation)
            .ConfigureAwait(false);
        return StoredCase.Of([.. entries.OrderBy(entry => entry.Revision)], first > 1 ? before : null);
    }

    /// <summary>Digests of all files that any step of a case names; none of a case that there is not.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    internal async Task<IReadOnlySet<string>> ProofsAsync(CaseNumber number, CancellationToken cancellation)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        if (await HeadOfAsync(number, cancellation).ConfigureAwait(false) is not { } head)
            return named;

        // Every revision is looked at: a node of a former build that took a later step has left them out of the newest one.
        var entries = await _store.Journal.ReadRevisionsAsync(
            [.. Enumerable.Range(1, head.Revision).Select(revision => new RecordRevision(number.Record, revision))], cancellation)
            .ConfigureAwait(false);
        foreach (var entry in entries)
            named.UnionWith(StoredCase.Of(entry).File.Proofs.Select(proof => proof.Digest));
        return named;
    }

    /// <summary>
    /// A page of open cases of all kinds, the oldest deadline first: of each kind its own first lines, so that the length of the list does
    /// not matter. That one has expired is no step and stands in no line: asked by state, callers leave out those that
    /// <see cref="CaseFile.StateOn"/> the day are in another one, so that a page may be shorter than the bound and still not the last.
    /// </summary>
    /// <param name="kinds">Which kinds.</param>
    /// <param name="query">The rest of the question; its own kind does not count.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<(DeadlineRow Row, StoredCase Case)>> ListAsync(
        IReadOnlyList<CaseKind> kinds, DeadlineQuery query, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(query);
        if (query.State == CaseState.Expired)
        {
            kinds = [.. kinds.Where(kind => CaseFile.MayExpire(kind, CaseState.Submitted))];
            query = query with { State = null };
        }

        return await ListAsync(kinds, query.Limit, kind => query with { Kind = kind }, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// A page of cases in force, those that end first before the others: what was listed, verified, committed to or repaired and still
    /// holds, though nobody may have to act on it. What has expired is left out, unless it is asked for by that state.
    /// </summary>
    /// <param name="kinds">Which kinds.</param>
    /// <param name="source">Of one source; empty for all.</param>
    /// <param name="state">Only in this state; null for any but expired.</param>
    /// <param name="today">The legal date.</param>
    /// <param name="after">After this line; null from the beginning.</param>
    /// <param name="limit">1 to 201.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<(DeadlineRow Row, StoredCase Case)>> ListInForceAsync(
        IReadOnlyList<CaseKind> kinds, string source, CaseState? state, DateOnly today, (DateOnly Due, CaseNumber Case)? after, int limit,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var isExpired = state == CaseState.Expired;
        return ListAsync(
            [.. kinds.Where(kind => !isExpired || Expires(kind))], limit,
            kind => new DeadlineQuery(
                kind, DeadlineRow.InForce(source), isExpired ? null : state, isExpired ? today : null,
                isExpired || !Expires(kind) || after?.Due > today ? after : (today, new CaseNumber(kind, DateOnly.MaxValue, 0)), limit),
            cancellation);

        // Lines of these kinds are of the day from which they have expired.
        static bool Expires(CaseKind kind) => kind is CaseKind.Listing or CaseKind.Declaration;
    }

    /// <summary>Of each kind its own first lines, and of these the first of all.</summary>
    private async Task<IReadOnlyList<(DeadlineRow Row, StoredCase Case)>> ListAsync(
        IReadOnlyList<CaseKind> kinds, int limit, Func<CaseKind, DeadlineQuery> queryOf, CancellationToken cancellation)
    {
        var found = new List<DeadlineRow>();
        foreach (var kind in kinds)
            found.AddRange(await _store.Deadlines.ListAsync(queryOf(kind), cancellation).ConfigureAwait(false));
        var rows = found.OrderBy(row => row.Due).ThenBy(row => row.Case.ToString(), StringComparer.Ordinal).Take(limit).ToList();
        var cases = await ReadAsync([.. rows.Select(row => (row.Case, row.Revision))], cancellation).ConfigureAwait(false);
        return [.. rows.Select(row => (row, cases[row.Case]))];
    }

    /// <summary>Cases at known revisions, without their steps.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<IReadOnlyDictionary<CaseNumber, StoredCase>> ReadAsync(
        IReadOnlyList<(CaseNumber Number, int Revision)> cases, CancellationToken cancellation) =>
        (await _store.Journal.ReadRevisionsAsync(
            [.. cases.Select(each => new RecordRevision(each.Number.Record, each.Revision))], cancellation).ConfigureAwait(false))
        .Select(StoredCase.Of).ToDictionary(found => found.Number);

    /// <summary>
    /// Applications for repair that run, and cases that have repaired, by record; and until when false materials keep the subject from
    /// applying.
    /// </summary>
    /// <param name="records">All of a subject's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    public async Task<(IReadOnlyDictionary<RecordId, CaseNumber> Running, IReadOnlyDictionary<RecordId, CaseNumber> Repaired,
        DateOnly? BannedUntil)> RepairsAsync(IReadOnlyList<RecordStatus> records, CancellationToken cancellation)
    {
        var running = await OpenCases.ReadAsync(_store, records, CaseKind.Repair, cancellation).ConfigureAwait(false);
        return (
            running.ToDictionary(each => each.Key.Record, each => each.Value),
            await OpenCases.RepairedAsync(_store, records, cancellation).ConfigureAwait(false),
            await OpenCases.BannedUntilAsync(_store, records, cancellation).ConfigureAwait(false));
    }

    /// <summary>Makes the due list anew from the journal, case by case beside the work.</summary>
    /// <returns>How many lines there are.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<int> RebuildDeadlinesAsync(CancellationToken cancellation)
    {
        var count = 0;
        for (var shard = 0; shard < _store.ShardCount; shard++)
            count += await RebuildDeadlinesAsync(shard, null, cancellation).ConfigureAwait(false);
        return count;
    }

    /// <summary>The same of one shard's cases.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="pace">Has each page of the journal, and each handful of cases, for a step; null for no pace.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task<int> RebuildDeadlinesAsync(int shard, IWorkPace? pace, CancellationToken cancellation)
    {
        var numbers = new HashSet<CaseNumber>();
        for (var after = 0L; ;)
        {
            var (from, size) = (after, pace is { IsGentle: true } ? RebuildGentlePage : RebuildPage);
            var page = await StepAsync(() => _store.Journal.ReadShardAsync(shard, from, size, cancellation)).ConfigureAwait(false);
            foreach (var entry in page)
            {
                after = entry.Position;
                if (entry is { Kind: CaseKinds.Case, Revision: 1 } && CaseNumber.Parse(entry.Record.Id) is { } number)
                    numbers.Add(number);
            }

            if (page.Count < size)
                break;
        }

        var count = 0;
        foreach (var some in numbers.Chunk(RebuiltTogether))
        {
            count += await StepAsync(async () =>
            {
                var lines = 0;
                foreach (var number in some)
                    lines += await RebuildDeadlinesAsync(number, cancellation).ConfigureAwait(false);
                return lines;
            }).ConfigureAwait(false);
        }

        return count;

        Task<T> StepAsync<T>(Func<Task<T>> step) => pace is null ? step() : pace.StepAsync(step, cancellation);
    }

    /// <summary>
    /// The lines of one case by its newest step, and once more where a step was taken meanwhile: lines of the step before would stay until
    /// the next one.
    /// </summary>
    private async Task<int> RebuildDeadlinesAsync(CaseNumber number, CancellationToken cancellation)
    {
        while (true)
        {
            if (await HeadOfAsync(number, cancellation).ConfigureAwait(false) is not { } head)
                return 0;
            var step = new RecordRevision(number.Record, head.Revision);
            var entry = (await _store.Journal.ReadRevisionsAsync([step], cancellation).ConfigureAwait(false)).Single();
            var rows = DeadlineRow.Of(entry)!;
            await _store.Deadlines.ReplaceAsync(number, rows, cancellation).ConfigureAwait(false);
            if ((await HeadOfAsync(number, cancellation).ConfigureAwait(false))?.Revision == head.Revision)
                return rows.Count;
        }
    }

    /// <summary>
    /// The same step with the other party's record, where there is one to be written. A fault is not the step's: that has been taken, and
    /// the case says that the record is awaited.
    /// </summary>
    private async Task<CaseResult> MirroredAsync(CaseResult result, CancellationToken cancellation)
    {
        if (result.Case is not { } taken || taken.File.MirrorWanted <= taken.File.MirrorDone)
            return result;
        try
        {
            if ((await WriteMirrorAsync(taken, cancellation).ConfigureAwait(false)).Rejection is { } refused)
                return await NoteRefusalAsync(taken, refused, cancellation).ConfigureAwait(false) ?? result;
            var noted = await _owner.TakeAsync(taken.Subject, taken.Number, MirrorOf(taken), null, MirrorActor, cancellation)
                .ConfigureAwait(false);
            return noted.Rejection is null ? noted : result;
        }
        catch (StoreException)
        {
            return result;
        }
    }

    /// <summary>
    /// Keeps with the case why the other party's file has refused its record, once for each reason; null where that is known, or may have
    /// passed by the next attempt.
    /// </summary>
    private async Task<CaseResult?> NoteRefusalAsync(StoredCase taken, Rejection refused, CancellationToken cancellation)
    {
        if (refused.Error == ErrorCatalogue.CaseChanged || taken.File.MirrorFault == refused.Code || taken.Revision >= CaseFile.StepsMax)
            return null;
        _refused(taken.Number, refused);
        var noted = await _owner.TakeAsync(
            taken.Subject, taken.Number,
            MirrorOf(taken) with
            {
                Outcome = CaseOutcome.Refused, Grounds = refused.Code, IfRevision = taken.Revision,
                Operation = $"{MirrorOf(taken).Operation}-{LettersOf(taken.Revision)}",
            },
            null, MirrorActor, cancellation).ConfigureAwait(false);
        return noted.Rejection is null ? noted : null;
    }

    private Task<CaseResult> WriteMirrorAsync(StoredCase taken, CancellationToken cancellation) => _owner.TakeAsync(
        new SubjectId(taken.File.Fact(CaseFacts.Party) ?? ""), taken.Number, MirrorOf(taken), null, MirrorActor, cancellation);

    /// <summary>Its operation tells which state of the contract is meant, so that two nodes that do the same do it once.</summary>
    private static CaseCommand MirrorOf(StoredCase taken) => new()
    {
        Step = CaseStep.Mirror, Actor = new CaseActor(true, false, null),
        Operation = "mirror-" + LettersOf(taken.File.MirrorWanted),
    };

    /// <summary>A number in letters: digits might be taken for those of a person.</summary>
    private static string LettersOf(int number) => string.Concat(
        number.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(digit => (char)(digit + 49)));

    private async Task<RecordHead?> HeadOfAsync(CaseNumber number, CancellationToken cancellation) =>
        (await _store.Journal.FindHeadsAsync([number.Record], cancellation).ConfigureAwait(false)).SingleOrDefault();
}
