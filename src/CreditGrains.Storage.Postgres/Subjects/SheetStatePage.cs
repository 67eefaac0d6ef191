using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>States with the sheets that their assessments were read from, to put results into.</summary>
internal sealed class SheetStatePage(int shard, StoredState[] states, int count, byte[]? bytes, ReadSheets sheets)
    : StatePage(shard, states, count, bytes)
{
    public ReadSheets Sheets => sheets;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        sheets.Dispose();
    }
}
