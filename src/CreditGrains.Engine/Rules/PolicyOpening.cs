using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Rules;

/// <summary>Opening of a store by the engine: the policy in the rulebook's folder is compared with the stored versions.</summary>
internal static partial class PolicyOpening
{
    private const int AttemptsMax = 8;

    /// <summary>
    /// On a store without a timeline the folder's policy is the first in force. Otherwise the store wins: a version it does not know waits
    /// as a draft.
    /// </summary>
    /// <exception cref="RulebookRefusedException">A stored version has another text, or the one in force does not load.</exception>
    public static async Task<RulesInForce> OpenAsync(
        IStore store, PolicyRepository repository, FactsReaders readers, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(store, repository, readers, time, log, cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another node opens the store too.
            }
        }
    }

    private static async Task<RulesInForce> TryAsync(
        IStore store, PolicyRepository repository, FactsReaders readers, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var folder = repository.Rulebook.Policy.Version;
        var reading = repository.Read(repository.FolderText);
        var known = await repository.FindAsync(folder, cancellation).ConfigureAwait(false);
        if (known is { } stored && stored.Version.Digest != reading.Digest)
        {
            throw new RulebookRefusedException(
                $"policy.yaml names version {folder}, which is stored with another text, and a version never changes. "
                + "Give the new text a version of its own, or restore the old text.");
        }

        var writes = new List<ControlWrite>();
        if (known is null)
            writes.Add(DraftOf(reading, now, first: false));
        var timeline = await repository.TimelineAsync(cancellation).ConfigureAwait(false);
        if (timeline is null)
        {
            var begin = PolicyTimeline.BeginningWith(folder, now);
            var step = new PolicyEvent(PolicyAction.Activate, folder, PolicyActivation.Platform, now, null, "the rulebook's folder");
            writes = known is null ? [DraftOf(reading, now, first: true)] : [];
            writes.Add(PolicyRepository.Write(begin, null, step));
        }

        if (writes.Count > 0)
            await store.Control.WriteAsync(writes, cancellation).ConfigureAwait(false);
        timeline ??= await repository.TimelineAsync(cancellation).ConfigureAwait(false);
        var (version, line) = timeline!.Value;
        var evaluators = await repository.EvaluatorsAsync(line, now, cancellation).ConfigureAwait(false);
        var rules = new RulesInForce(repository.Rulebook, version, line, evaluators, readers, time);
        var inForce = rules.Now().Evaluator.Policy.Version;
        if (inForce != folder)
        {
            var state = known?.Version.StateAt(line, now) ?? PolicyState.Draft;
            Waits(log, folder, state.ToString().ToLowerInvariant(), inForce);
        }

        return rules;
    }

    private static ControlWrite DraftOf(PolicyReading reading, DateTimeOffset now, bool first)
    {
        var drafted = PolicyVersion.Draft(reading, PolicyActivation.Platform, now);
        var version = drafted.State ?? throw new RulebookRefusedException($"The policy cannot be stored: {drafted.Rejection?.Detail()}");
        // The installer of a platform answers for the policy that it begins with.
        if (first)
            version = version with { Approval = new PolicyDecision(PolicyActivation.Platform, now, "The folder begins the store.") };
        return PolicyRepository.Write(version, null, drafted.Event);
    }

    [LoggerMessage(2101, LogLevel.Warning,
        "Policy version {Folder} of the folder is not in force; stored as {State}; {InForce} is in force. "
        + "To change over: simulate, have it approved by a second person, and activate it (credit policy activate {Folder})")]
    private static partial void Waits(ILogger log, string folder, string state, string inForce);
}
