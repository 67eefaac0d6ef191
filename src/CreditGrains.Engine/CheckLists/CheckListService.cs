using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.CheckLists;

/// <summary>
/// Lists of up to a million checks as jobs: each answer has its number, access entry and receipt, and the file with all of them is signed.
/// Steps are durable: a list whose process is gone goes on elsewhere behind the last of them, and lines behind it are asked again. Beside
/// checks that are asked one by one a list gives way as a recomputation does (<see cref="AdaptiveThrottle"/>).
/// </summary>
public sealed class CheckListService : IAsyncDisposable
{
    /// <summary>Lists kept with their files.</summary>
    public const int KeptMax = 30;

    /// <summary>Lists that wait or run on one node.</summary>
    public const int OpenMax = 8;

    /// <summary>Of these for one person.</summary>
    public const int OpenPerActorMax = 2;

    // Lines between two looks at whether the file has enough for a step.
    private const int BlockLines = 1000;

    private const int AttemptsMax = 8;

    /// <summary>
    /// Most checks of a slice beside others. A slice keeps a processor from them as long as it takes: with 32 that is as long as the
    /// slowest of a hundred of theirs takes on an idle node.
    /// </summary>
    private const int GentleSlice = 8;

    /// <summary>
    /// Below this many milliseconds a check is not slow beside a list. Checks of an idle node take a third of one at their 99th percentile;
    /// beside a bound of two milliseconds a list would make that six times as long.
    /// </summary>
    private const double CheckNotSlowMs = 0.25;
    private const string SeriousLevel = "serious";

    private static readonly JobKind<CheckListRun> ListKind = new(
        "check-list", CheckListJson.Default.CheckListRun, KeptMax, OpenMax, OpenPerActorMax,
        static run => new() { ["list"] = run.Id, ["matter"] = run.Matter, ["purpose"] = run.Purpose });

    private readonly IJobStore _store;
    private readonly ICheckService _checks;
    private readonly CheckLatency _latency;
    private readonly RulesInForce _rules;
    private readonly IIdentifierExceptions _exceptions;
    private readonly IContentSigner? _signer;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;

    internal CheckListService(
        IStore store, ICheckService checks, CheckLatency latency, RulesInForce rules, IIdentifierExceptions exceptions,
        EngineOptions options, TimeProvider time, StoreFaultLog faults, ILogger log)
    {
        _store = store.Jobs;
        _checks = checks;
        _latency = latency;
        _rules = rules;
        _exceptions = exceptions;
        _signer = options.Reports.Signer;
        _options = options;
        _time = time;
        Jobs = new JobRunner<CheckListRun>(ListKind, store.Jobs, options, time, faults, log, MakeAsync);
    }

    /// <summary>Bytes after which a step is made durable: a block more stays below the bound of a piece.</summary>
    internal int StepBytes { get; set; } = 3 * 1024 * 1024;

    /// <summary>Of the list that is being made, or was made last on this node; null before the first.</summary>
    internal AdaptiveThrottle? Throttle { get; private set; }

    /// <summary>How they stand, and what may be done to them.</summary>
    public JobRunner<CheckListRun> Jobs { get; }

    /// <summary>
    /// Asks for one, or finds the one that this command has made. Null while too many wait or run, here or of this person.
    /// </summary>
    /// <param name="command">Question of all of them.</param>
    /// <param name="lines">The organisations.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<CheckListRun?> BeginAsync(CheckListCommand command, CheckListLines lines, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(lines);
        if (await MadeAsync(command, cancellation).ConfigureAwait(false) is { } made)
            return made;
        if (Jobs.OpenOf(command.Actor) >= OpenPerActorMax)
            return null;
        var pieces = lines.Finish();
        var begun = await Jobs.BeginAsync(
            new CheckListRun
            {
                Id = command.Id ?? CheckNumber.NewList(_rules.Now().Today),
                Actor = command.Actor,
                AskedAt = default,
                Purpose = command.Purpose,
                Matter = command.Matter,
                Roles = command.Roles,
                Stage = command.Stage,
                Language = command.Language,
                HasByteOrderMark = command.HasByteOrderMark,
                Department = command.Department,
                InputPieces = pieces.Count,
                Subjects = lines.Subjects,
            },
            MakeAsync, cancellation, pieces).ConfigureAwait(false);
        return begun ?? await MadeAsync(command, cancellation).ConfigureAwait(false);
    }

    private async Task<CheckListRun?> MadeAsync(CheckListCommand command, CancellationToken cancellation) =>
        command.Id is { } id && await Jobs.FindAsync(id, cancellation).ConfigureAwait(false) is { } made && made.Actor == command.Actor
            ? made : null;

    /// <summary>The file of a finished list, to be read from any place on.</summary>
    public CheckListResultStream ResultOf(CheckListRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new CheckListResultStream(run.Progress.Lengths, (piece, cancellation) => _store.ResultAsync(
            ListKind.Name, run.Id, run.InputPieces + piece, cancellation));
    }

    /// <summary>Takes over lists whose process is gone.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal Task FollowAsync(CancellationToken cancellation) => Jobs.FollowAsync(cancellation);

    public ValueTask DisposeAsync() => Jobs.DisposeAsync();

    private async Task<JobOutcome> MakeAsync(JobHold<CheckListRun> hold, CancellationToken stop)
    {
        var run = hold.Stored;
        var progress = run.Progress;
        var file = new CheckListFile(run.Language);
        using var throttle = new AdaptiveThrottle(_options.Recomputation, _latency, _time, CheckNotSlowMs);
        Throttle = throttle;
        if (hold.Cursor is null)
            file.Begin(run.HasByteOrderMark);
        while (progress.Piece < run.InputPieces)
        {
            var lines = CheckListLines.Open(await PieceAsync(run, progress.Piece, stop).ConfigureAwait(false));
            while (progress.Offset < lines.Length)
            {
                progress = await AskBlockAsync(hold, throttle, lines, progress, file, stop).ConfigureAwait(false);
                hold.Report(progress.Done, run.Subjects);
                if (file.Length >= StepBytes)
                    progress = await StepAsync(hold, progress, file, stop).ConfigureAwait(false);
            }

            progress = progress with { Piece = progress.Piece + 1, Offset = 0 };
        }

        if (file.Length > 0)
            progress = await StepAsync(hold, progress, file, stop).ConfigureAwait(false);
        if (progress.Digest is null)
            await SignAsync(hold, progress, stop).ConfigureAwait(false);
        return JobOutcome.Finished([]);
    }

    private static async Task<CheckListProgress> StepAsync(
        JobHold<CheckListRun> hold, CheckListProgress progress, CheckListFile file, CancellationToken stop)
    {
        var piece = file.Take();
        progress = progress with { Lengths = [.. progress.Lengths, piece.Length] };
        await hold.StepAsync(TextOf(progress), [piece], stop).ConfigureAwait(false);
        return progress;
    }

    /// <summary>Reads the file back piece by piece: the digest is of what is stored.</summary>
    private async Task SignAsync(JobHold<CheckListRun> hold, CheckListProgress progress, CancellationToken stop)
    {
        var run = hold.Stored;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var signer = _signer?.Current;
        using var signature = signer?.Begin();
        for (var piece = 0; piece < progress.Lengths.Count; piece++)
        {
            var bytes = await PieceAsync(run, run.InputPieces + piece, stop).ConfigureAwait(false);
            hash.AppendData(bytes);
            signature?.Append(bytes);
        }

        var digest = hash.GetHashAndReset();
        await hold.StepAsync(
            TextOf(progress with
            {
                Digest = Convert.ToHexStringLower(digest), Signature = signature?.Sign(), KeyId = signer?.KeyId,
            }),
            [], stop).ConfigureAwait(false);
    }

    private async Task<CheckListProgress> AskBlockAsync(
        JobHold<CheckListRun> hold, AdaptiveThrottle throttle, byte[] lines, CheckListProgress progress, CheckListFile file,
        CancellationToken stop)
    {
        var block = new List<(long Line, string Id)>(BlockLines);
        var (offset, line) = (progress.Offset, progress.Line);
        while (offset < lines.Length && block.Count < BlockLines)
        {
            var length = lines.AsSpan(offset).IndexOf((byte)'\n');
            line++;
            if (length > 0)
                block.Add((line, Encoding.UTF8.GetString(lines, offset, length)));
            offset += length + 1;
        }

        var outcomes = progress.Outcomes.ToArray();
        var (adverse, serious, failed) = (progress.Adverse, progress.Serious, progress.Failed);
        for (int first = 0, slice; first < block.Count; first += slice)
        {
            slice = throttle.IsAsked ? Math.Min(GentleSlice, _options.CheckListSlice) : _options.CheckListSlice;

            // A slice may rest for a second: an operator's pause is not to wait for a whole block of them.
            await hold.GoOnAsync(stop).ConfigureAwait(false);
            var sent = block.GetRange(first, Math.Min(slice, block.Count - first));

            // A slice waits for the access log most of its time: on a busy machine without checks it would rest for nobody.
            var all = throttle.IsAsked
                ? await throttle.StepAsync(() => AskSliceAsync(hold.Stored, sent, stop), stop).ConfigureAwait(false)
                : await AskSliceAsync(hold.Stored, sent, stop).ConfigureAwait(false);
            for (var i = 0; i < all.Length; i++)
            {
                var asked = all[i];
                if (asked.Rejection is { } rejection)
                {
                    failed++;
                    file.Failed(block[first + i].Line, rejection);
                    continue;
                }

                var answer = asked.Check!.Value.Answer;
                var (isAdverse, isSerious, national) = RecordsOf(answer);
                outcomes[(int)answer.Outcome]++;
                adverse += isAdverse ? 1 : 0;
                serious += isSerious ? 1 : 0;
                file.Answer(block[first + i].Line, asked.Check.Value, isAdverse, isSerious, national);
            }
        }

        return progress with
        {
            Offset = offset, Line = line, Done = progress.Done + block.Count, Outcomes = outcomes, Adverse = adverse, Serious = serious,
            Failed = failed,
        };
    }

    /// <summary>Asks side by side: in a cluster each goes to its organisation's owner.</summary>
    private Task<Asked[]> AskSliceAsync(CheckListRun run, List<(long Line, string Id)> slice, CancellationToken stop)
    {
        var asking = new Task<Asked>[slice.Count];
        for (var i = 0; i < asking.Length; i++)
            asking[i] = AskAsync(run, slice[i].Id, stop).AsTask();
        return Task.WhenAll(asking);
    }

    private static (bool IsAdverse, bool IsSerious, string? NationalGrade) RecordsOf(CheckAnswer answer)
    {
        var (isAdverse, isSerious, national) = (false, false, (string?)null);
        foreach (var record in answer.ShownRecords())
        {
            if (record.Role == RecordRole.NationalGrade)
                national ??= record.Level;
            if (record.Role is not (RecordRole.List or RecordRole.Negative))
                continue;
            isAdverse = true;
            isSerious |= record.Severity == Severity.Serious || record.Level == SeriousLevel;
        }

        return (isAdverse, isSerious, national);
    }

    private async ValueTask<Asked> AskAsync(CheckListRun run, string id, CancellationToken stop)
    {
        if (_rules.Now().Evaluator.Rulebook.Scheme.Parse(id, _exceptions, out var subject) is { } wrong)
            return new Asked(null, wrong);
        var request = new CheckRequest(subject, run.Purpose, run.Matter, run.Stage, run.Actor)
        {
            Language = run.Language, Department = run.Department, Roles = run.Roles ?? [],
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _checks.AskAsync(request, Consistency.Any, null, stop).ConfigureAwait(false) is { } asked
                    ? new Asked(asked, null)
                    : new Asked(null, _checks.WhyRefused(request) ?? new Rejection(ErrorCatalogue.UnknownMatter, ""));
            }
            catch (StoreException) when (attempt < AttemptsMax)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_options.RetryPauseMsMax), _time, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task<byte[]> PieceAsync(CheckListRun run, int piece, CancellationToken stop) =>
        await _store.ResultAsync(ListKind.Name, run.Id, piece, stop).ConfigureAwait(false)
        ?? throw new OperationCanceledException("The list has been removed.");

    private static string TextOf(CheckListProgress progress) =>
        JsonSerializer.Serialize(progress, CheckListJson.Default.CheckListProgress);

    private readonly record struct Asked(AskedCheck? Check, Rejection? Rejection);
}
