using System.Collections.Concurrent;
using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// The rules of former days, to give answers again by (I8): every rulebook is kept, by the digest of what is not its policy, before
/// anything is answered by it; policies are kept by version anyway. Evaluators made of them are few and stay for a while.
/// </summary>
internal sealed class RulesArchive(IStore store, PolicyRepository repository, IPolicyTexts texts, RulesInForce rules)
{
    public const string Kind = "rulebook-archive";
    private const int EvaluatorsMax = 4;
    private const int KeptMax = 200;

    private readonly Lock _cacheLock = new();
    private volatile OtherRules? _others;
    private readonly LinkedList<(RulesReference Rules, Evaluator Evaluator)> _evaluators = new();

    /// <summary>Keeps a rulebook for good, if it is not yet. One made in code has no files to keep.</summary>
    /// <exception cref="RulebookRefusedException">Its files are too long to be kept.</exception>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public static async Task KeepAsync(IStore store, Rulebook rulebook, CancellationToken cancellation)
    {
        if (rulebook.Files.Count == 0
            || await store.Control.FindAsync(Kind, rulebook.BaseDigest, cancellation).ConfigureAwait(false) is not null)
        {
            return;
        }

        try
        {
            var content = KeptRulebook.Of(rulebook, folder: null).ToJson();
            await store.Control.WriteAsync([new ControlWrite(Kind, rulebook.BaseDigest, null, content, null)], cancellation)
                .ConfigureAwait(false);
        }
        catch (WriteConflictException)
        {
            // Another node has kept the same.
        }
    }

    /// <summary>Evaluator of these rules; null when they are not kept, or do not load here as they did then.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async ValueTask<Evaluator?> FindAsync(RulesReference asked, CancellationToken cancellation)
    {
        var now = rules.Now().Evaluator;
        if (RulesReference.Of(now) == asked)
            return now;
        lock (_cacheLock)
        {
            for (var node = _evaluators.First; node is not null; node = node.Next)
            {
                if (node.Value.Rules != asked)
                    continue;
                _evaluators.Remove(node);
                _evaluators.AddFirst(node);
                return node.Value.Evaluator;
            }
        }

        if (await ReadAsync(asked, cancellation).ConfigureAwait(false) is not { } rulebook)
            return null;
        var evaluator = new Evaluator(rulebook, store.Symbols);
        lock (_cacheLock)
        {
            _evaluators.AddFirst((asked, evaluator));
            if (_evaluators.Count > EvaluatorsMax)
                _evaluators.RemoveLast();
        }

        return evaluator;
    }

    /// <summary>
    /// Evaluator of the rules that a row was written under, where measures or lists may follow otherwise from them than from those in
    /// force: by another rulebook or a policy with other triggers; by any other policy only where the grade is another, which the policy in
    /// force may not have, or from which measures follow for a time.
    /// </summary>
    /// <param name="name">As stored with the row.</param>
    /// <param name="now">The rules in force.</param>
    /// <param name="isGradeSame">Whether the rules in force give the row's grade.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where they follow alike, and where those rules are not kept.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ValueTask<Evaluator?> FindOtherAsync(string name, RulesSnapshot now, bool isGradeSame, CancellationToken cancellation)
    {
        if (name == now.Rules)
            return default;
        var others = _others;
        if (!ReferenceEquals(others?.Current, now.Evaluator))
            _others = others = new OtherRules(now.Evaluator);
        return others!.Known.TryGetValue(name, out var known)
            ? new(known.Seen(isGradeSame)) : ReadOtherAsync(name, others, isGradeSame, cancellation);
    }

    private async ValueTask<Evaluator?> ReadOtherAsync(
        string name, OtherRules others, bool isGradeSame, CancellationToken cancellation)
    {
        var former = await ReadAsync(name, cancellation).ConfigureAwait(false);
        var known = former is null ? default : others.Compare(former, store.Symbols);
        if (others.Known.Count < KeptMax)
            others.Known[name] = known;
        return known.Seen(isGradeSame);
    }

    private async Task<Rulebook?> ReadAsync(string name, CancellationToken cancellation)
    {
        var at = name.LastIndexOf('@');
        if (at < 0 || await repository.FindAsync(name[..at], cancellation).ConfigureAwait(false) is not { } policy)
            return null;
        if (With(repository.Rulebook) is { } same)
            return same;
        if (texts.FindInCode(name[(at + 1)..]) is { } made && With(made) is { } inCode)
            return inCode;
        foreach (var kept in await store.Control.ListAsync(Kind, null, KeptMax, cancellation).ConfigureAwait(false))
        {
            if (RulebookReader.Read(KeptRulebook.FromJson(kept.Content).Files).Rulebook is { } known && With(known) is { } found)
                return found;
        }

        return null;

        Rulebook? With(Rulebook rulebook) =>
            texts.Read(rulebook, policy.Version.Text).Rulebook is { } read && RulesInForce.NameOf(read) == name ? read : null;
    }

    private async Task<Rulebook?> ReadAsync(RulesReference asked, CancellationToken cancellation)
    {
        var kept = asked.BaseDigest.Length == 0
            ? null : await store.Control.FindAsync(Kind, asked.BaseDigest, cancellation).ConfigureAwait(false);
        var known = repository.Rulebook;
        var rulebook = kept is null
            ? known.BaseDigest.Length == 0 && known.Digest == asked.Digest ? known : texts.FindInCode(asked.Digest)
            : RulebookReader.Read(KeptRulebook.FromJson(kept.Content).Files).Rulebook;
        if (rulebook is null || await repository.FindAsync(asked.Policy, cancellation).ConfigureAwait(false) is not { } policy)
            return null;
        return texts.Read(rulebook, policy.Version.Text).Rulebook is { } read && read.BaseDigest == asked.BaseDigest
            && read.Digest == asked.Digest && read.Policy.Version == asked.Policy ? read : null;
    }

    /// <summary>Rules of rows, seen from those in force.</summary>
    private sealed class OtherRules(Evaluator current)
    {
        private static readonly JsonSerializerOptions Fields = new() { IncludeFields = true };

        public Evaluator Current => current;

        /// <summary>By name.</summary>
        public ConcurrentDictionary<string, OtherRule> Known { get; } = new(StringComparer.Ordinal);

        public OtherRule Compare(Rulebook former, SymbolTable symbols)
        {
            // A rulebook made in code has no digest of its own; its parts are the same objects then.
            var rulebook = current.Rulebook;
            var areTriggersSame = former.BaseDigest == rulebook.BaseDigest
                && (former.BaseDigest.Length > 0 || (ReferenceEquals(former.Measures, rulebook.Measures)
                    && ReferenceEquals(former.Catalogue, rulebook.Catalogue) && ReferenceEquals(former.Clocks, rulebook.Clocks)))
                && TriggersOf(former) == TriggersOf(rulebook);
            var isAlike = areTriggersSame && !current.HasDatedMeasures
                && former.Policy.Grades.All(grade => current.Policy.Grades.Any(known => known.Grade == grade.Grade));
            return isAlike ? default : new OtherRule(new Evaluator(former, symbols), areTriggersSame);
        }

        /// <summary>Causes of measures and warnings beside the grade: of an indicator which records, not the points.</summary>
        private static string TriggersOf(Rulebook rulebook)
        {
            var repeats = rulebook.Warnings.Values.Select(warning => warning.RepeatOf).ToHashSet();
            return JsonSerializer.Serialize((
                rulebook.Policy.Measures,
                rulebook.Policy.Indicators.Where(indicator => repeats.Contains(indicator.Id))
                    .Select(indicator => indicator with { PointsMilli = Math.Sign(indicator.PointsMilli) }).ToList()), Fields);
        }
    }

    /// <param name="Evaluator">Null: measures and lists follow alike.</param>
    /// <param name="OnlyByGrade">Whether they do where the grade is the same.</param>
    private readonly record struct OtherRule(Evaluator? Evaluator, bool OnlyByGrade)
    {
        public Evaluator? Seen(bool isGradeSame) => OnlyByGrade && isGradeSame ? null : Evaluator;
    }
}
