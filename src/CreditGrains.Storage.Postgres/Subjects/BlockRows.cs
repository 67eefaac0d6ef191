using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>Rows of blocks as columns of arrays.</summary>
internal sealed class BlockRows
{
    private readonly List<int> _shards = [];
    private readonly List<string> _firsts = [];
    private readonly List<byte[]> _bodies = [];
    private readonly List<int?> _nextDues = [];
    private readonly List<long> _grades = [];

    public int Count => _shards.Count;

    public void Add(int shard, string first, ReadOnlySpan<AssessmentBlockEntry> entries) =>
        Add(shard, first, AssessmentBlock.Write(entries), AssessmentBlock.NextDueOf(entries), AssessmentBlock.GradesOf(entries));

    public void Add(int shard, string first, byte[] body, int? nextDue, long grades)
    {
        _shards.Add(shard);
        _firsts.Add(first);
        _bodies.Add(body);
        _nextDues.Add(nextDue);
        _grades.Add(grades);
    }

    public NpgsqlBatchCommand Statement(string sql) => P.Command(
        sql, P.Shorts(_shards), P.Texts(_firsts.Select(StoredText.Out)), P.ManyBytes(_bodies), P.Ints(_nextDues), P.Longs(_grades));
}
