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

    private readonly Lock _cacheLock = new();
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
}
