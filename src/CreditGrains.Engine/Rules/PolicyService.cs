using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// The life of policy versions: draft, approve, activate, roll back, withdraw. Every step is one write to the store's control documents
/// with its event, judged by the pure domain on what is stored at that moment; two people at once are judged one after the other.
/// </summary>
public sealed class PolicyService
{
    private const string EffectKind = "policy-effect";
    private const int AttemptsMax = 8;
    private const int EffectsMax = 16;

    private readonly IStore _store;
    private readonly PolicyRepository _repository;
    private readonly RulesInForce _rules;
    private readonly TimeProvider _time;
    private readonly IClusterNotifier _notifier;

    internal PolicyService(
        IStore store, PolicyRepository repository, RulesInForce rules, TimeProvider time, IClusterNotifier notifier)
    {
        _notifier = notifier;
        _store = store;
        _repository = repository;
        _rules = rules;
        _time = time;
    }

    /// <summary>Which version is in force when, as this node knows it.</summary>
    public PolicyTimeline Timeline => _rules.Timeline;

    /// <summary>The version in force on this node now.</summary>
    public string InForce => _rules.Now().Evaluator.Policy.Version;

    /// <summary>Which timeline this node answers under: the version of its document.</summary>
    internal long Stored => _rules.Stored;

    /// <summary>Raised on this node after its timeline has become another.</summary>
    internal event Action? Followed;

    /// <summary>A text read against the rulebook of now: all mistakes, or the rulebook with it. Nothing is stored.</summary>
    public PolicyReading Read(string text) => _repository.Read(text);

    /// <summary>Versions in ordinal order, after a version.</summary>
    public async Task<IReadOnlyList<PolicyVersion>> ListAsync(string? after, int limit, CancellationToken cancellation)
    {
        var documents = await _store.Control.ListAsync(PolicyRepository.VersionKind, after, limit, cancellation).ConfigureAwait(false);
        return [.. documents.Select(document => PolicyDocument.ReadVersion(Encoding.UTF8.GetBytes(document.Content)))];
    }

    /// <summary>One version with its evaluator; null when it is not known.</summary>
    public async Task<KnownPolicy?> FindAsync(string version, CancellationToken cancellation)
    {
        if (await _repository.FindAsync(version, cancellation).ConfigureAwait(false) is not { Version: var known })
            return null;
        var (evaluator, reading) = _repository.EvaluatorOf(known);
        return new KnownPolicy(known, StateOf(known), evaluator, evaluator is null ? reading!.Mistakes : []);
    }

    /// <summary>Where a version stands now.</summary>
    public PolicyState StateOf(PolicyVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        var timeline = _rules.Timeline;
        return version.StateAt(timeline, RulesInForce.PresentOf(timeline, _time.GetUtcNow()));
    }

    /// <summary>Acts on versions and timeline with their actors, after an event's number, in order.</summary>
    public async Task<IReadOnlyList<ControlEvent>> EventsAsync(string? version, long after, int limit, CancellationToken cancellation)
    {
        if (version is null)
            return await _store.Control.EventsAsync(PolicyRepository.TimelineKind, null, after, limit, cancellation).ConfigureAwait(false);
        return await _store.Control.EventsAsync(PolicyRepository.VersionKind, version, after, limit, cancellation).ConfigureAwait(false);
    }

    /// <summary>Stores a new version as a draft.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public Task<PolicyOutcome<PolicyVersion>> DraftAsync(string text, string author, string? note, CancellationToken cancellation)
    {
        var reading = _repository.Read(text);
        return DraftAsync(
            reading.Rulebook?.Policy.Version, (known, now) => PolicyVersion.Draft(reading, author, now, note, known), cancellation);
    }

    /// <summary>Approves a draft; the second person. Null when the version is not known.</summary>
    /// <param name="version">Which.</param>
    /// <param name="approver">Officer who approves.</param>
    /// <param name="reason">Why.</param>
    /// <param name="onlyIf">Tags (see <see cref="TagOf"/>) of which the version must carry one when it is written; null for any.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<PolicyOutcome<PolicyVersion>?> ApproveAsync(
        string version, string approver, string? reason, IReadOnlyCollection<string>? onlyIf, CancellationToken cancellation) => StepAsync(
        version, (known, _, now) => known.Approve(_repository.Read(known.Text), approver, now, reason), onlyIf, onlyIf is not null,
        cancellation);

    /// <summary>Takes a version back for good, unless it is in force or scheduled. Null when it is not known.</summary>
    /// <inheritdoc cref="ApproveAsync"/>
    public Task<PolicyOutcome<PolicyVersion>?> WithdrawAsync(
        string version, string actor, string? reason, IReadOnlyCollection<string>? onlyIf, CancellationToken cancellation) => StepAsync(
        version, (known, timeline, now) => known.Withdraw(timeline, actor, now, reason), onlyIf, withTimeline: true, cancellation);

    /// <summary>
    /// Puts a version in force, at once or from a later instant on, or rolls back to it. When this returns for at once, every answer that
    /// begins from now on is made under it, on this node and on those that the notifier reaches. Null when the version is not known.
    /// </summary>
    /// <param name="version">An approved version.</param>
    /// <param name="order">Actor, instant and reason; without an effect, the one last kept by <see cref="KeepEffectAsync"/>
    /// counts.</param>
    /// <param name="guard">From which share of downgrades on a confirmation is needed; null asks for neither that nor a simulation.</param>
    /// <param name="onlyIf">Tags of which the version must carry one at the moment of the write; null for any.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<PolicyOutcome<PolicyTimeline>?> ActivateAsync(
        string version, ActivationCommand order, DowngradeGuard? guard, IReadOnlyCollection<string>? onlyIf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        order = order with
        {
            Effect = order.Effect ?? await EffectAsync(version, order.At, cancellation).ConfigureAwait(false),
            Subjects = order.Subjects ?? (guard is null ? null : await _store.Subjects.CountAsync(cancellation).ConfigureAwait(false)),
        };
        return await StepAsync(
            version,
            (known, timeline, now) => timeline.Activate(known, _repository.Read(known.Text), order, now, guard),
            onlyIf, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes back the next scheduled activation of a version. Null when it is not known.</summary>
    /// <inheritdoc cref="ApproveAsync"/>
    public Task<PolicyOutcome<PolicyTimeline>?> CancelAsync(
        string version, string actor, string? reason, IReadOnlyCollection<string>? onlyIf, CancellationToken cancellation) => StepAsync(
        version, (_, timeline, now) => timeline.Cancel(version, actor, now, reason), onlyIf, cancellation);

    /// <summary>A strong tag of the version and what has been decided about it.</summary>
    public string TagOf(PolicyVersion version) => TagOf(version, _rules.Timeline, _time.GetUtcNow());

    /// <summary>Keeps what a simulation said of a version, for its activation: one a day that it was made as of, the last 16.</summary>
    public async Task KeepEffectAsync(SimulatedEffect effect, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(effect);
        var known = await _store.Control.FindAsync(EffectKind, effect.Version, cancellation).ConfigureAwait(false);
        var others = (known is null ? [] : EffectsOf(known)).Where(other => other.AsOf != effect.AsOf);
        var kept = others.TakeLast(EffectsMax - 1).Append(effect);
        await _store.Control.WriteAsync(
            [new ControlWrite(EffectKind, effect.Version, known?.Version, System.Text.Json.JsonSerializer.Serialize(kept), null)],
            cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Result of the last simulation of a version as of the day of an instant, or else of the last one of any day; null when there was
    /// none.
    /// </summary>
    public async Task<SimulatedEffect?> EffectAsync(string version, DateTimeOffset? at, CancellationToken cancellation)
    {
        if (await _store.Control.FindAsync(EffectKind, version, cancellation).ConfigureAwait(false) is not { } document)
            return null;
        var effects = EffectsOf(document);
        var zone = _repository.Rulebook.TimeZone;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at ?? _time.GetUtcNow(), zone).DateTime);
        return Array.Find(effects, effect => effect.AsOf == day) ?? (effects is [.., var last] ? last : null);
    }

    /// <summary>A former build kept one effect, without its day.</summary>
    private static SimulatedEffect[] EffectsOf(ControlDocument document) => document.Content.StartsWith('[')
        ? System.Text.Json.JsonSerializer.Deserialize<SimulatedEffect[]>(document.Content)!
        : [System.Text.Json.JsonSerializer.Deserialize<SimulatedEffect>(document.Content)!];

    /// <summary>Takes over what any node has decided since the last time; it runs by itself each second.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="RulebookRefusedException">
    /// A version in force does not load with this node's rulebook: the node keeps to what it had.
    /// </exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        await _repository.Changing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (await _repository.TimelineAsync(cancellation).ConfigureAwait(false) is not { } read || read.Stored == _rules.Stored)
                return;
            var evaluators = await _repository.EvaluatorsAsync(read.Timeline, _time.GetUtcNow(), cancellation).ConfigureAwait(false);
            _rules.Follow(read.Stored, read.Timeline, evaluators);
        }
        finally
        {
            _repository.Changing.Release();
        }

        HasFollowed();
    }

    /// <summary>Tells this node that other rules are in force.</summary>
    internal void HasFollowed() => Followed?.Invoke();

    private static string TagOf(PolicyVersion version, PolicyTimeline timeline, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(version);
        var state = version.StateAt(timeline, RulesInForce.PresentOf(timeline, now));
        var decided = timeline.Activations.Where(activation => activation.Version == version.Version);
        byte[] all = [.. PolicyDocument.Write(version), .. Encoding.UTF8.GetBytes($"{state}\n{string.Join('\n', decided)}")];
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(all).AsSpan(0, 12))}\"";
    }

    private async Task<PolicyOutcome<PolicyVersion>> DraftAsync(
        string? version, Func<PolicyVersion?, DateTimeOffset, PolicyOutcome<PolicyVersion>> step, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var known = version is null ? null : await _repository.FindAsync(version, cancellation).ConfigureAwait(false);
            var outcome = step(known?.Version, _time.GetUtcNow());
            if (outcome.State is null)
                return outcome;
            try
            {
                await _store.Control.WriteAsync(
                    [PolicyRepository.Write(outcome.State, known?.Document.Version, outcome.Event)], cancellation).ConfigureAwait(false);
                return outcome;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another writer changed the timeline first: decide again on the newer state.
            }
        }
    }

    /// <summary>One step of a version, judged on what is stored, and written only if that still is what is stored.</summary>
    private async Task<PolicyOutcome<PolicyVersion>?> StepAsync(
        string version, Func<PolicyVersion, PolicyTimeline, DateTimeOffset, PolicyOutcome<PolicyVersion>> step,
        IReadOnlyCollection<string>? onlyIf, bool withTimeline, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await _repository.FindAsync(version, cancellation).ConfigureAwait(false) is not { } known)
                return null;
            var (stored, timeline) = await TimelineAsync(cancellation).ConfigureAwait(false);
            var now = _time.GetUtcNow();
            if (onlyIf?.Contains(TagOf(known.Version, timeline, now)) is false)
                return PolicyOutcome.Refused<PolicyVersion>(ErrorCatalogue.PreconditionFailed);
            var outcome = step(known.Version, timeline, now);
            if (outcome.State is null)
                return outcome;
            var writes = new List<ControlWrite> { PolicyRepository.Write(outcome.State, known.Document.Version, outcome.Event) };
            // Included unchanged, with the version that was read: an activation decided meanwhile makes the whole write conflict, so that
            // nobody withdraws a version that has just come into force (Concurrent_activations_are_judged_one_after_the_other).
            if (withTimeline)
                writes.Add(PolicyRepository.Write(timeline, stored, null));
            try
            {
                await _store.Control.WriteAsync(writes, cancellation).ConfigureAwait(false);
                return outcome;
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // Another writer changed the timeline first: decide again on the newer state.
            }
        }
    }

    /// <summary>One step of the timeline, with the version that it is about as it is stored.</summary>
    private async Task<PolicyOutcome<PolicyTimeline>?> StepAsync(
        string version, Func<PolicyVersion, PolicyTimeline, DateTimeOffset, PolicyOutcome<PolicyTimeline>> step,
        IReadOnlyCollection<string>? onlyIf, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            PolicyOutcome<PolicyTimeline> outcome;
            // RulebookService holds the same lock while it replaces the rulebook: a policy that was read against the old one is never
            // activated under the new one, where it might name what is no longer there.
            await _repository.Changing.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (await _repository.FindAsync(version, cancellation).ConfigureAwait(false) is not { } known)
                    return null;
                var (stored, timeline) = await TimelineAsync(cancellation).ConfigureAwait(false);
                var now = _time.GetUtcNow();
                if (onlyIf?.Contains(TagOf(known.Version, timeline, now)) is false)
                    return PolicyOutcome.Refused<PolicyTimeline>(ErrorCatalogue.PreconditionFailed);
                outcome = step(known.Version, timeline, now);
                if (outcome.State is null)
                    return outcome;
                // The version is written as it is: that nobody has withdrawn it meanwhile is part of the write.
                await _store.Control.WriteAsync(
                    [
                        PolicyRepository.Write(outcome.State, stored, outcome.Event),
                        PolicyRepository.Write(known.Version, known.Document.Version, null),
                    ],
                    cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                continue;
            }
            finally
            {
                _repository.Changing.Release();
            }

            await FollowAsync(CancellationToken.None).ConfigureAwait(false);
            await _notifier.AnnouncePolicyAsync(_rules.Stored).ConfigureAwait(false);
            return outcome;
        }
    }

    private async Task<(long Stored, PolicyTimeline Timeline)> TimelineAsync(CancellationToken cancellation) =>
        await _repository.TimelineAsync(cancellation).ConfigureAwait(false)
        ?? throw new StoreException("The store has no policy timeline: restore a backup.", StoreFault.Corrupt);
}
