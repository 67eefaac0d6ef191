using System.Buffers.Binary;
using System.Text;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// Puts the results of a page into the bytes of its blocks. Both are in order and an entry's numbers have a fixed length, so one pass that
/// makes nothing new is enough.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="results">In the order of subjects.</param>
/// <param name="symbols">Writes a result.</param>
internal ref struct AssessmentBlockResults(int shard, IReadOnlyList<AssessmentResult> results, AssessmentBlockSymbols symbols)
{
    private byte[] _key = [];
    private int _next = -1;

    /// <summary>The blocks that become others; their bodies are changed in place.</summary>
    /// <param name="blocks">All blocks of the page's range, in order.</param>
    /// <exception cref="WriteConflictException">A subject's position is not the expected one.</exception>
    public BlockRows Put(List<(string First, byte[] Body)> blocks)
    {
        var rows = new BlockRows();
        Advance();
        foreach (var (first, body) in blocks)
        {
            if (_next == results.Count)
                break;
            Put(first, body, rows);
        }

        if (_next < results.Count)
            throw Missing();
        return rows;
    }

    private void Put(string first, byte[] body, BlockRows rows)
    {
        var from = _next;
        int? nextDue = null;
        var grades = 0L;
        for (var at = 0; at < body.Length;)
        {
            var key = AssessmentBlock.KeyAt(body, at);
            var numbers = AssessmentBlock.NumbersAt(body, at);
            if (_next < results.Count)
            {
                var order = key.SequenceCompareTo(_key);
                if (order > 0)
                    throw Missing();
                if (order == 0)
                    Put(numbers);
            }

            AssessmentBlock.Include(numbers, ref nextDue, ref grades);
            at += key.Length + AssessmentBlock.FixedLength;
        }

        if (_next > from)
            rows.Add(shard, first, body, nextDue, grades);
    }

    private void Put(Span<byte> numbers)
    {
        var result = results[_next];
        var position = BinaryPrimitives.ReadInt64BigEndian(numbers);
        if (position != result.Position)
            throw new WriteConflictException($"Subject {result.Subject} is stored at {position}, {result.Position} was expected.");
        symbols.Write(numbers, result);
        Advance();
    }

    private void Advance()
    {
        if (++_next < results.Count)
            _key = Encoding.UTF8.GetBytes(StoredText.In(results[_next].Subject.Value));
    }

    private readonly WriteConflictException Missing() =>
        new($"Subject {results[_next].Subject} is not stored, or the page is not in order.");
}
