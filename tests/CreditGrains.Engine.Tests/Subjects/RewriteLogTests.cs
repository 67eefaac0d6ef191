using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Tests.Subjects;

/// <summary>Rows written back while a recomputation pages through their shard.</summary>
public sealed class RewriteLogTests
{
    private readonly RewriteLog _log = new();

    [Fact]
    public void Row_written_after_the_mark_is_told_and_one_before_it_is_not()
    {
        _log.Begin();
        _log.Note("a");
        var mark = _log.Mark;
        _log.Note("b");
        Assert.False(_log.IsRewrittenSince("a", mark));
        Assert.True(_log.IsRewrittenSince("b", mark));
        _log.Note("a");
        Assert.True(_log.IsRewrittenSince("a", mark));
    }

    [Fact]
    public void Rows_before_a_mark_are_forgotten_and_later_ones_stay()
    {
        _log.Begin();
        _log.Note("a");
        var mark = _log.Mark;
        _log.Note("b");
        _log.ForgetUntil(mark);
        Assert.False(_log.IsRewrittenSince("a", -1));
        Assert.True(_log.IsRewrittenSince("b", -1));
    }

    [Fact]
    public void Nothing_is_kept_while_no_recomputation_runs()
    {
        _log.Note("a");
        Assert.False(_log.HasAny);
        _log.Begin();
        _log.Note("a");
        Assert.True(_log.HasAny);
        _log.End();
        Assert.False(_log.HasAny || _log.IsRewrittenSince("a", -1));
    }
}
