using System.Diagnostics.CodeAnalysis;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Changes;

/// <summary>
/// How far somebody has read the changes: the number of the last one by shard, and the store they belong to. Opaque to callers; its text is
/// a <see cref="Token"/> behind a letter of its own, so that neither is taken for the other.
/// </summary>
public sealed class ChangeCursor
{
    private const char Mark = 'C';
    private readonly long[] _numbers;

    /// <param name="incarnation">The store.</param>
    /// <param name="numbers">By shard; what is missing at the end is 0.</param>
    internal ChangeCursor(uint incarnation, long[] numbers)
    {
        Incarnation = incarnation;
        _numbers = numbers;
    }

    /// <summary>The store it belongs to.</summary>
    public uint Incarnation { get; }

    /// <summary>Number of shards that it says something of.</summary>
    internal int Shards => _numbers.Length;

    /// <summary>The last number read of a shard; 0 for none.</summary>
    public long NumberOf(int shard) => shard < _numbers.Length ? _numbers[shard] : 0;

    /// <summary>Whether a shard has changes behind it.</summary>
    internal bool IsBehind(long[] heads) => heads.Where((head, shard) => head > NumberOf(shard)).Any();

    /// <summary>How many changes there are behind it.</summary>
    internal long LagBehind(long[] heads) => heads.Select((head, shard) => Math.Max(0, head - NumberOf(shard))).Sum();

    /// <summary>The same numbers of another incarnation.</summary>
    internal ChangeCursor Under(uint incarnation) => new(incarnation, _numbers);

    /// <summary>The same behind a change that follows it.</summary>
    public ChangeCursor Passing(SubjectChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var numbers = new long[Math.Max(_numbers.Length, change.Shard + 1)];
        _numbers.CopyTo(numbers, 0);
        numbers[change.Shard] = change.Number;
        return new ChangeCursor(Incarnation, numbers);
    }

    /// <summary>Reads a cursor; false when the text is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ChangeCursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text) || text[0] != Mark || !Token.TryParse(text[1..], out var token))
            return false;
        var numbers = new long[token.Positions.Count == 0 ? 0 : token.Positions[^1].Shard + 1];
        foreach (var (shard, number) in token.Positions)
            numbers[shard] = number;
        cursor = new ChangeCursor(token.Incarnation, numbers);
        return true;
    }

    public override string ToString() => Mark + new Token(
        Incarnation, DateTimeOffset.UnixEpoch,
        _numbers.Select((number, shard) => (shard, number)).Where(place => place.number > 0)).ToString();
}
