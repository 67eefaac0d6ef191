using System.Runtime.CompilerServices;
using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>Derives a check's outcome from the matter's rules.</summary>
internal sealed class CheckService(ISubjects subjects, RulesInForce rules, IAccessRecorder access, int shardCount) : ICheckService
{
    // The entry waits for its block: nearly every check goes on later, and would leave a box for the collector.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<AskedCheck?> AskAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation)
    {
        if (await CheckAsync(request, consistency, cancellation).ConfigureAwait(false) is not { } answer)
            return null;
        var number = CheckNumber.New(answer.View.AsOf);
        await access.RecordAsync(request.Actor, request.Purpose, "check", request.Subject, number, cancellation).ConfigureAwait(false);
        return new AskedCheck(answer, number);
    }

    public ValueTask<CheckAnswer?> CheckAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation) =>
        EngineTraces.IsOn ? TraceAsync(request, consistency, cancellation) : FindAsync(request, consistency, cancellation);

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
            ? ValueTask.FromResult(Answer(found.Result ?? Unknown(request), request.Matter))
            : AwaitAsync(found, request);
    }

    /// <summary>The answer from a view: pure. Null when there is no such matter.</summary>
    internal static CheckAnswer? Answer(SubjectView view, string matterId) =>
        view.Evaluator.Decide(matterId, view.Summary, out var matter) is { } rule
            ? new CheckAnswer(view, matter!, rule)
            : null;

    private async ValueTask<CheckAnswer?> AwaitAsync(ValueTask<SubjectView?> found, CheckRequest request) =>
        Answer(await found.ConfigureAwait(false) ?? Unknown(request), request.Matter);

    private SubjectView Unknown(CheckRequest request)
    {
        var now = rules.Now();
        return new SubjectView(
            request.Subject, ShardMap.ShardOf(request.Subject, shardCount), 0, PackedRecords.Empty, now.Evaluator, now.Today,
            now.Evaluator.Summarise(PackedRecords.Empty, now.Today));
    }
}
