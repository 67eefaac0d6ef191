using System.Globalization;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Rule changes: versions put in force at once or later, rolled back, taken back, recomputed with crashes in the middle.</summary>
internal sealed partial class ModelSimulator
{
    private readonly SimulatedPolicies _policies = new();

    /// <summary>Versions that the model takes to be in force, with their instants, in the order of deciding.</summary>
    private readonly List<(DateTimeOffset At, string Version)> _activations = [];

    /// <summary>Number of runs that a crash interrupted.</summary>
    public int RunsInterrupted { get; private set; }

    /// <summary>Number of runs brought to their end.</summary>
    public int RunsFinished { get; private set; }

    private Rulebook Rules => _rulebook with { Policy = _policies[InForce] };

    /// <summary>Of those that have begun the latest; of the same instant the later decision.</summary>
    private string InForce => _activations.Where(activation => activation.At <= _time.Now).Select((activation, i) => (activation, i))
        .OrderBy(pair => pair.activation.At).ThenBy(pair => pair.i).Last().activation.Version;

    private async Task ActivateAsync()
    {
        var version = _random.Next(3) == 0 ? _activations[_random.Next(_activations.Count)].Version : await ApprovedAsync();
        DateTimeOffset? at = _random.Next(2) == 0 ? _time.Now.AddHours(_random.Next(1, 900)) : null;
        var order = new ActivationCommand { Actor = "director", At = at, Reason = "drawn" };
        var (outcome, lost) = await StepAsync(
            async () => (await _engine.Policies.ActivateAsync(version, order, null, null, CancellationToken.None))!.Value);
        if (outcome.State is null && outcome.Rejection!.Error != ErrorCatalogue.PolicyInForce)
            throw new InvalidOperationException($"activation of {version} is refused: {outcome.Rejection.Detail()}");
        if (lost)
            await ReadTimelineAsync();
        else if (outcome.State is not null)
            _activations.Add((at ?? _time.Now, version));
        await RetryAsync(async () =>
        {
            await _engine.FollowAsync();
            return true;
        });
    }

    /// <summary>Takes back an activation that lies ahead.</summary>
    private async Task CancelAsync()
    {
        var ahead = _activations.Where(activation => activation.At > _time.Now).OrderBy(activation => activation.At).ToList();
        if (ahead.Count == 0)
            return;
        var version = ahead[0].Version;
        var (outcome, lost) = await StepAsync(
            async () => (await _engine.Policies.CancelAsync(version, "director", "drawn", null, CancellationToken.None))!.Value);
        if (outcome.State is null && !lost)
            throw new InvalidOperationException($"cancelling {version} is refused: {outcome.Rejection!.Detail()}");
        if (lost)
            await ReadTimelineAsync();
        else
            _activations.Remove(ahead[0]);
    }

    /// <summary>After a lost answer only the store knows whether the step was taken, once or twice.</summary>
    private async Task ReadTimelineAsync()
    {
        _faultsLeft = 0;
        await _engine.FollowAsync();
        _activations.Clear();
        _activations.AddRange(_engine.Policies.Timeline.Activations.Where(activation => activation.Cancelled is null)
            .OrderBy(activation => activation.Number).Select(activation => (activation.At, activation.Version)));
    }

    private async Task<string> ApprovedAsync()
    {
        var policy = SimulatedProcedures.With(new RandomRules(_random.Next()).Rulebook().Policy);
        var text = _policies.Add(policy with { Version = string.Create(CultureInfo.InvariantCulture, $"p{++_policiesMade}") });
        await StepAsync(() => _engine.Policies.DraftAsync(text, "author", null, CancellationToken.None));
        await StepAsync(async () => (await _engine.Policies.ApproveAsync(text, "approver", "drawn", null, CancellationToken.None))!.Value);
        return text;
    }

    private static async Task<(PolicyOutcome<T> Outcome, bool Lost)> StepAsync<T>(Func<Task<PolicyOutcome<T>>> step)
        where T : class
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return (await step(), attempt > 0);
            }
            catch (StoreException) when (attempt < 50)
            {
            }
        }
    }

    /// <summary>Recomputes to the end, in passing, with faults, or up to a crash somewhere in the middle.</summary>
    private async Task RecomputeAsync()
    {
        switch (_random.Next(4))
        {
            case 0:
                await FinishRunAsync();
                break;
            case 1:
                // Goes on beside what comes next.
                await RetryAsync(EnsureAsync);
                break;
            case 2:
                await RetryAsync(EnsureAsync);
                _faultsLeft = _random.Next(1, 8);
                await _engine.Recomputation.WaitAsync(CancellationToken.None);
                break;
            default:
                await CrashInRunAsync();
                break;
        }
    }

    private async Task CrashInRunAsync()
    {
        _faultsLeft = 0;
        await EnsureAsync();
        await _engine.Recomputation.StartAsync("operator", "drawn", CancellationToken.None);
        var left = _random.Next(1, 6);
        var at = _random.Next(2) == 0 ? FaultPoint.Before : FaultPoint.AfterCommit;
        var dead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Fault = (call, point) =>
        {
            if (dead.Task.IsCompleted)
                return new StoreException("dead");
            if (point != at || call is not ("Subjects.WriteAssessments" or "Jobs.Write") || Interlocked.Decrement(ref left) > 0)
                return null;
            dead.TrySetResult();
            return new StoreException("dies");
        };
        await Task.WhenAny(dead.Task, _engine.Recomputation.WaitAsync(CancellationToken.None));
        if (_engine.Recomputation.Newest!.State == JobState.Running)
            RunsInterrupted++;
        await CrashAsync();
    }

    private async Task FinishRunAsync()
    {
        _faultsLeft = 0;
        await EnsureAsync();
        var run = await _engine.Recomputation.WaitAsync(CancellationToken.None);
        if (run?.State != JobState.Finished || run.Poison.Count > 0)
            throw new InvalidOperationException($"the run should be finished: {run}");
        RunsFinished++;
    }

    private async ValueTask<bool> EnsureAsync()
    {
        await _engine.Recomputation.EnsureAsync(CancellationToken.None);
        return true;
    }
}
