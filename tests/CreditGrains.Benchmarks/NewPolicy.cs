using System.Globalization;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;

namespace CreditGrains.Benchmarks;

/// <summary>Puts another policy in force, under which every score is another, and recomputes everything.</summary>
public static class NewPolicy
{
    private const string Author = "bench-author";
    private const string Approver = "bench-approver";
    private static int _made;

    /// <summary>Returns when all results are stored.</summary>
    /// <exception cref="InvalidOperationException">The policy was refused, or the run did not finish.</exception>
    public static async Task<RecomputationRun> RecomputeAsync(CreditEngine engine)
    {
        await ActivateAsync(engine);
        await engine.Recomputation.StartAsync(Author, "measurement", default);
        var run = await engine.Recomputation.WaitAsync(default)
            ?? throw new InvalidOperationException("There was no run.");
        return run.State == JobState.Finished && run.Poison.Count == 0
            ? run
            : throw new InvalidOperationException($"The run ended as {run.State}: {run.Error}, {run.Poison.Count} subjects set aside.");
    }

    private static async Task ActivateAsync(CreditEngine engine)
    {
        var number = Interlocked.Increment(ref _made);
        var version = string.Create(CultureInfo.InvariantCulture, $"bench-{DateTime.UtcNow:yyyyMMddHHmmss}-{number}");
        var text = engine.Rulebook.Files["policy.yaml"]
            .Replace($"version: {engine.Rulebook.Policy.Version}", $"version: {version}", StringComparison.Ordinal)
            .Replace(
                string.Create(CultureInfo.InvariantCulture, $"base: {engine.Rulebook.Policy.BaseMilli / 1000}"),
                $"base: {(number % 2 == 0 ? 1000 : 999)}", StringComparison.Ordinal);
        Require((await engine.Policies.DraftAsync(text, Author, null, default)).Rejection);
        Require((await engine.Policies.ApproveAsync(version, Approver, "measurement", null, default))?.Rejection);
        var order = new ActivationCommand { Actor = Author, Reason = "measurement" };
        Require((await engine.Policies.ActivateAsync(version, order, null, null, default))?.Rejection);
        if (engine.Policies.InForce != version)
            throw new InvalidOperationException($"Policy {version} is not in force.");
    }

    private static void Require(Rejection? rejection)
    {
        if (rejection is not null)
            throw new InvalidOperationException($"The policy was refused: {rejection.Code} {rejection.Detail()}");
    }
}
