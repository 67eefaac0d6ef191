using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// Readers of events by rulebook: whoever evaluates a state has it folded by the reader of the same rulebook, so that facts and rules of
/// one answer never come from two (I11). The two used last are kept; another policy does not make another reader.
/// </summary>
internal sealed class FactsReaders(IIdentifierExceptions exceptions)
{
    private readonly Lock _readersLock = new();
    private (Rulebook Rulebook, EventReader Reader)? _last, _before;

    public EventReader Of(Evaluator evaluator) => Of(evaluator.Rulebook);

    public EventReader Of(Rulebook rulebook)
    {
        lock (_readersLock)
        {
            if (_last is { } last && IsSame(last.Rulebook, rulebook))
                return last.Reader;
            if (_before is { } before && IsSame(before.Rulebook, rulebook))
            {
                (_last, _before) = (before, _last);
                return before.Reader;
            }

            var made = (rulebook, new EventReader(rulebook, exceptions));
            (_last, _before) = (made, _last);
            return made.Item2;
        }
    }

    private static bool IsSame(Rulebook x, Rulebook y) => ReferenceEquals(x.Catalogue, y.Catalogue)
        || (x.BaseDigest.Length > 0 && x.BaseDigest == y.BaseDigest);
}
