using System.Text;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// Policy versions and the timeline as control documents, and the evaluators made of them: a few are kept, since making one reads the
/// whole rulebook.
/// </summary>
internal sealed class PolicyRepository(IStore store, Rulebook rulebook, IPolicyTexts texts) : IDisposable
{
    public const string VersionKind = "policy";
    public const string TimelineKind = "policy-timeline";
    public const string TimelineId = "timeline";
    private const int EvaluatorsMax = 8;

    private readonly Lock _cacheLock = new();
    private readonly LinkedList<(string Digest, Evaluator Evaluator)> _evaluators = new();
    private volatile Rulebook _rulebook = rulebook;

    /// <summary>The rulebook that policies are read with now, with the policy that came with it.</summary>
    public Rulebook Rulebook => _rulebook;

    /// <summary>Held by whoever makes evaluators in force: a timeline or a rulebook is followed, never both at once.</summary>
    public SemaphoreSlim Changing { get; } = new(1, 1);

    public string FolderText => texts.TextOf(_rulebook);

    public PolicyReading Read(string text) => texts.Read(_rulebook, text);

    /// <summary>From now on policies are read with another rulebook. Under <see cref="Changing"/>.</summary>
    public void Replace(Rulebook rulebook, IEnumerable<Evaluator> evaluators)
    {
        lock (_cacheLock)
        {
            _rulebook = rulebook;
            _evaluators.Clear();
            foreach (var evaluator in evaluators)
                _evaluators.AddLast((PolicyText.DigestOf(texts.TextOf(evaluator.Rulebook)), evaluator));
        }
    }

    public void Dispose() => Changing.Dispose();

    public async Task<(ControlDocument Document, PolicyVersion Version)?> FindAsync(string version, CancellationToken cancellation) =>
        await store.Control.FindAsync(VersionKind, version, cancellation).ConfigureAwait(false) is { } document
            ? (document, PolicyDocument.ReadVersion(Encoding.UTF8.GetBytes(document.Content)))
            : null;

    public async Task<(long Stored, PolicyTimeline Timeline)?> TimelineAsync(CancellationToken cancellation) =>
        await store.Control.FindAsync(TimelineKind, TimelineId, cancellation).ConfigureAwait(false) is { } document
            ? (document.Version, PolicyDocument.ReadTimeline(Encoding.UTF8.GetBytes(document.Content)))
            : null;

    public static ControlWrite Write(PolicyVersion version, long? expected, PolicyEvent? step) => new(
        VersionKind, version.Version, expected, Encoding.UTF8.GetString(PolicyDocument.Write(version)), ActOf(step));

    public static ControlWrite Write(PolicyTimeline timeline, long? expected, PolicyEvent? step) => new(
        TimelineKind, TimelineId, expected, Encoding.UTF8.GetString(PolicyDocument.Write(timeline)), ActOf(step));

    /// <summary>The evaluator of a version; null, with the mistakes, when its text does not load with the rulebook of now.</summary>
    public (Evaluator? Evaluator, PolicyReading? Reading) EvaluatorOf(PolicyVersion version)
    {
        lock (_cacheLock)
        {
            for (var node = _evaluators.First; node is not null; node = node.Next)
            {
                if (node.Value.Digest != version.Digest)
                    continue;
                _evaluators.Remove(node);
                _evaluators.AddFirst(node);
                return (node.Value.Evaluator, null);
            }
        }

        var with = _rulebook;
        var reading = texts.Read(with, version.Text);
        if (reading.Rulebook is not { } read)
            return (null, reading);
        lock (_cacheLock)
        {
            // Two that made it at once take the same one: answers are compared by it.
            foreach (var (digest, known) in _evaluators)
            {
                if (digest == version.Digest)
                    return (known, reading);
            }

            var evaluator = new Evaluator(read, store.Symbols);
            if (!ReferenceEquals(with, _rulebook))
                return (evaluator, reading);
            _evaluators.AddFirst((version.Digest, evaluator));
            if (_evaluators.Count > EvaluatorsMax)
                _evaluators.RemoveLast();
            return (evaluator, reading);
        }
    }

    /// <summary>Evaluators of everything in force at an instant and later.</summary>
    /// <exception cref="RulebookRefusedException">One of them does not load.</exception>
    public Task<IReadOnlyDictionary<string, Evaluator>> EvaluatorsAsync(
        PolicyTimeline timeline, DateTimeOffset now, CancellationToken cancellation) =>
        EvaluatorsAsync(timeline, now, EvaluatorOf, cancellation);

    /// <summary>The same by a rulebook that is not in force yet.</summary>
    /// <exception cref="RulebookRefusedException">One of them does not load.</exception>
    public Task<IReadOnlyDictionary<string, Evaluator>> EvaluatorsAsync(
        PolicyTimeline timeline, DateTimeOffset now, Rulebook by, CancellationToken cancellation) => EvaluatorsAsync(
        timeline, now,
        version =>
        {
            var reading = texts.Read(by, version.Text);
            return (reading.Rulebook is { } read ? new Evaluator(read, store.Symbols) : null, reading);
        },
        cancellation);

    private async Task<IReadOnlyDictionary<string, Evaluator>> EvaluatorsAsync(
        PolicyTimeline timeline, DateTimeOffset now, Func<PolicyVersion, (Evaluator? Evaluator, PolicyReading? Reading)> evaluatorOf,
        CancellationToken cancellation)
    {
        var present = RulesInForce.PresentOf(timeline, now);
        var first = timeline.InForceAt(present) ?? timeline.Activations[0];
        var evaluators = new Dictionary<string, Evaluator>(StringComparer.Ordinal);
        foreach (var activation in timeline.Activations.Where(a => a == first || (a.At > present && a.Cancelled is null)))
        {
            if (evaluators.ContainsKey(activation.Version))
                continue;
            var known = await FindAsync(activation.Version, cancellation).ConfigureAwait(false)
                ?? throw new RulebookRefusedException(
                    $"Policy version {activation.Version} is in force, but not stored: restore a backup.");
            var (evaluator, reading) = evaluatorOf(known.Version);
            evaluators[activation.Version] = evaluator ?? throw new RulebookRefusedException(
                $"Policy version {activation.Version}, in force from {activation.At:O}, does not load with this rulebook:\n"
                + string.Join('\n', reading!.Mistakes.Select(mistake => mistake.ToString())));
        }

        return evaluators;
    }

    private static ControlAction? ActOf(PolicyEvent? step) =>
        step is null ? null : new ControlAction(WordOf(step.Action), step.Actor, Encoding.UTF8.GetString(PolicyDocument.Write(step)));

    private static string WordOf(PolicyAction action) =>
        action == PolicyAction.RollBack ? "roll-back" : action.ToString().ToLowerInvariant();
}
