using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Checks;

/// <summary>Derives a check's outcome from the matter's rules.</summary>
internal sealed class CheckService(
    IStore store, ISubjects subjects, RulesInForce rules, RulesArchive archive, SubjectReader reader, IAccessRecorder access,
    CheckCounts counts, EngineOptions options, TimeProvider time) : ICheckService
{
    // How often an entry is looked for that another node of the cluster may be about to write.
    private const int LooksMax = 20;

    private readonly RenderedAnswers _rendered = new((int)BitOperations.RoundUpToPowerOf2((uint)options.RenderedAnswersMax));
    private RulesOf? _last;
    private DueOn? _lastDue;

    // The entry waits for its block: nearly every check goes on later, and would leave a box for the collector.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AskedCheck?> AskAsync(
        CheckRequest request, Consistency consistency, IBufferWriter<byte>? output, CancellationToken cancellation)
    {
        if (await CheckAsync(request, consistency, cancellation).ConfigureAwait(false) is not { } answer
            || CheckRefusals.Of(request, answer.View.Evaluator.Rulebook) is not null)
            return null;
        var entry = Write(request, answer, output);
        await access.RecordAsync(entry, cancellation).ConfigureAwait(false);
        return new AskedCheck(answer, entry.Reference!);
    }

    public Rejection? WhyRefused(CheckRequest request) => CheckRefusals.Of(request, rules.Now().Evaluator.Rulebook);

    public ValueTask<CheckAnswer?> CheckAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation) =>
        EngineTraces.IsOn ? TraceAsync(request, consistency, cancellation) : FindAsync(request, consistency, cancellation);

    public async Task<AccessEntry?> FindReceiptAsync(string number, CancellationToken cancellation)
    {
        if (!CheckNumber.IsOne(number))
            return null;
        if (await store.AccessLog.FindCheckAsync(number, cancellation).ConfigureAwait(false) is { } found)
            return found;

        // Asked a moment ago, it may still wait to be written.
        await access.FlushAsync(cancellation).ConfigureAwait(false);
        for (var looks = store.Nodes is null || !CheckNumber.IsRecent(number, rules.Now().Today) ? 1 : LooksMax; ; looks--)
        {
            if (await store.AccessLog.FindCheckAsync(number, cancellation).ConfigureAwait(false) is { } written)
                return written;
            if (looks <= 1)
                return null;
            await Task.Delay(TimeSpan.FromMilliseconds(2 * options.AccessAgeMsMax), time, cancellation).ConfigureAwait(false);
        }
    }

    public async Task<ReplayedCheck> ReplayAsync(AccessEntry entry, IBufferWriter<byte> output, CancellationToken cancellation)
    {
        var receipt = entry.Receipt ?? throw new ArgumentException("The entry holds no receipt.", nameof(entry));
        if (await AnswerAgainAsync(entry, cancellation).ConfigureAwait(false) is not { } answer)
            return new ReplayedCheck(receipt.Digest, null);
        var token = Token.Text(receipt.Incarnation, entry.At, answer.View.Shard, receipt.Position);
        var replayed = CheckAnswerWriter.Write(
            answer, receipt.Form, entry.Reference!, token, receipt.Language, null, output);
        return new ReplayedCheck(receipt.Digest, replayed);
    }

    public async Task<CheckAnswer?> AnswerAgainAsync(AccessEntry entry, CancellationToken cancellation)
    {
        var receipt = entry.Receipt ?? throw new ArgumentException("The entry holds no receipt.", nameof(entry));
        var evaluator = await archive.FindAsync(receipt.Rules, cancellation).ConfigureAwait(false);
        if (evaluator is null || receipt.Form is < CheckAnswerWriter.FirstForm or > CheckAnswerWriter.Form)
            return null;
        var state = receipt.Position == 0
            ? PackedRecords.Empty
            : (await reader.RefoldPastAsync(evaluator, entry.Subject, receipt.Position).ConfigureAwait(false)).State;
        var shard = ShardMap.ShardOf(entry.Subject, store.ShardCount);
        var view = new SubjectView(
            entry.Subject, shard, receipt.Position, state, evaluator, receipt.AsOf, evaluator.Summarise(state, receipt.AsOf));
        return Answer(view, receipt.Matter, receipt.Stage);
    }

    /// <summary>The answer from a view: pure. Null when there is no such matter.</summary>
    internal static CheckAnswer? Answer(SubjectView view, string matterId, string? stage) =>
        view.Evaluator.Decide(matterId, stage, view.Summary, out var matter) is { } rule
            ? new CheckAnswer(view, matter!, stage, rule)
            : null;

    /// <summary>Numbers the answer and writes it; the entry that goes to the access log before it leaves.</summary>
    private AccessEntry Write(CheckRequest request, CheckAnswer answer, IBufferWriter<byte>? output)
    {
        var view = answer.View;
        var at = time.GetUtcNow();
        var number = CheckNumber.New(view.AsOf);
        var token = output is null ? "" : Token.Text(store.Incarnation, at, view.Shard, view.Position);
        var digest = CheckAnswerWriter.Write(
            answer, CheckAnswerWriter.Form, number, token, request.Language, _rendered, output);
        counts.Answered(view.AsOf, request.Department, answer.Matter.Id, answer.Outcome);
        return new AccessEntry(0, at, request.Actor, request.Purpose, "check", request.Subject, number)
        {
            Receipt = new AnswerReceipt(
                CheckAnswerWriter.Form, request.Language, answer.Matter.Id, request.Stage, request.Department, view.AsOf, store.Incarnation,
                view.Position, ReferenceTo(view.Evaluator), digest),
            Pending = view.Evaluator.HasMandatoryMeasure(answer.Matter.Id, view.Summary) ? PendingOf(request, answer, number) : null,
        };
    }

    /// <summary>Feedback that the answer asks for: on each mandatory measure, by the rulebook's clock; null where it has none.</summary>
    private List<PendingFeedback>? PendingOf(CheckRequest request, CheckAnswer answer, string number)
    {
        var view = answer.View;
        if (DueOf(view.Evaluator.Rulebook, view.AsOf) is not { } due)
            return null;
        var measures = answer.Measures().Where(each => each.Measure.Mandatory).Select(each => each.Measure.Id)
            .Distinct(StringComparer.Ordinal).ToList();
        counts.FedBack(view.AsOf, request.Department, answer.Matter.Id, CheckFigures.Due, measures.Count);
        return measures.ConvertAll(measure => new PendingFeedback
        {
            Check = number,
            Measure = measure,
            Owner = PendingFeedback.OwnerOf(request.Department, request.Actor),
            Subject = view.Subject,
            Matter = answer.Matter.Id,
            Stage = request.Stage,
            AskedOn = view.AsOf,
            Due = due,
        });
    }

    private DateOnly? DueOf(Rulebook rulebook, DateOnly on)
    {
        var last = _lastDue;
        if (last is null || !ReferenceEquals(last.Rulebook, rulebook) || last.On != on)
            _lastDue = last = new DueOn(rulebook, on, Count());
        return last.Due;

        DateOnly? Count()
        {
            if (CaseClocks.Find(rulebook, FeedbackService.Clock, on) is not { } clock)
                return null;
            try
            {
                return rulebook.Calendar.AddWorkingDays(on, clock.WorkingDays);
            }
            catch (CalendarYearMissingException)
            {
                // Workdays of that year are not known, and not guessed: feedback is asked for without a last day.
                return DateOnly.MaxValue;
            }
        }
    }

    /// <summary>All checks name the same few rules: made once as long as they stay in force.</summary>
    private RulesReference ReferenceTo(Evaluator evaluator)
    {
        var last = _last;
        if (last is null || !ReferenceEquals(last.Evaluator, evaluator))
            _last = last = new RulesOf(evaluator, RulesReference.Of(evaluator));
        return last.Reference;
    }

    private async ValueTask<CheckAnswer?> TraceAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation)
    {
        using var span = EngineTraces.Begin("check");
        span?.SetTag("creditgrains.matter", request.Matter);
        return await FindAsync(request, consistency, cancellation).ConfigureAwait(false);
    }

    private ValueTask<CheckAnswer?> FindAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation)
    {
        var found = subjects.FindAsync(request.Subject, consistency, cancellation);
        return found.IsCompletedSuccessfully
            ? ValueTask.FromResult(Answer(found.Result ?? Unknown(request), request.Matter, request.Stage))
            : AwaitAsync(found, request);
    }

    private async ValueTask<CheckAnswer?> AwaitAsync(ValueTask<SubjectView?> found, CheckRequest request) =>
        Answer(await found.ConfigureAwait(false) ?? Unknown(request), request.Matter, request.Stage);

    private SubjectView Unknown(CheckRequest request)
    {
        var now = rules.Now();
        return new SubjectView(
            request.Subject, ShardMap.ShardOf(request.Subject, store.ShardCount), 0, PackedRecords.Empty, now.Evaluator, now.Today,
            now.Evaluator.Summarise(PackedRecords.Empty, now.Today));
    }

    private sealed record DueOn(Rulebook Rulebook, DateOnly On, DateOnly? Due);

    private sealed record RulesOf(Evaluator Evaluator, RulesReference Reference);
}
