using System.Buffers.Binary;
using System.Text;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// Puts the results of a page into the bytes of its sheets. Both are in order and an entry's numbers have a fixed length, so one pass that
/// makes nothing new is enough.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="results">In the order of subjects.</param>
/// <param name="symbols">Gives the number of a text.</param>
internal ref struct SheetResults(int shard, IReadOnlyList<AssessmentResult> results, Func<string, int> symbols)
{
    private readonly Dictionary<string, int> _symbols = new(StringComparer.Ordinal);
    private byte[] _key = new byte[256];
    private int _keyLength;
    private int _next = -1;

    /// <summary>The sheets that become others; their bodies are changed in place.</summary>
    /// <param name="sheets">All sheets of the page's range, in order.</param>
    /// <exception cref="WriteConflictException">A subject's position is not the expected one.</exception>
    public SheetRows Put(List<(string First, byte[] Body)> sheets)
    {
        var rows = new SheetRows();
        Advance();
        foreach (var (first, body) in sheets)
        {
            if (_next == results.Count)
                break;
            Put(first, body, rows);
        }

        if (_next < results.Count)
            throw Missing();
        return rows;
    }

    private void Put(string first, byte[] body, SheetRows rows)
    {
        var from = _next;
        int? nextDue = null;
        var grades = 0L;
        for (var at = 0; at < body.Length;)
        {
            var key = AssessmentSheet.KeyAt(body, at);
            var numbers = AssessmentSheet.NumbersAt(body, at);
            if (_next < results.Count)
            {
                var order = key.SequenceCompareTo(_key.AsSpan(0, _keyLength));
                if (order > 0)
                    throw Missing();
                if (order == 0)
                    Put(numbers);
            }

            AssessmentSheet.Include(numbers, ref nextDue, ref grades);
            at += key.Length + AssessmentSheet.FixedLength;
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
        AssessmentSheet.WriteAssessment(
            numbers, result.ScoreMilli, result.Grade is { } grade ? SymbolOf(grade) : -1, SymbolOf(result.PolicyVersion),
            result.AsOf.DayNumber, result.NextChange?.DayNumber ?? 0);
        Advance();
    }

    private readonly int SymbolOf(string text)
    {
        if (!_symbols.TryGetValue(text, out var symbol))
            _symbols[text] = symbol = symbols(text);
        return symbol;
    }

    private void Advance()
    {
        if (++_next == results.Count)
            return;
        var subject = StoredText.In(results[_next].Subject.Value);
        if (_key.Length < Encoding.UTF8.GetMaxByteCount(subject.Length))
            _key = new byte[Encoding.UTF8.GetMaxByteCount(subject.Length)];
        _keyLength = Encoding.UTF8.GetBytes(subject, _key);
    }

    private readonly WriteConflictException Missing() =>
        new($"Subject {results[_next].Subject} is not stored, or the page is not in order.");
}
