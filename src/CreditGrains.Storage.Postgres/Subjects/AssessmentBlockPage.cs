using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>States with the blocks that their assessments were read from, to put results into.</summary>
internal sealed class AssessmentBlockPage(int shard, StoredState[] states, int count, byte[]? bytes, ReadBlocks blocks)
    : StatePage(shard, states, count, bytes)
{
    public ReadBlocks Blocks => blocks;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        blocks.Dispose();
    }
}
