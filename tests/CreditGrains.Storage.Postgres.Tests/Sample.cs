using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>The contract's rows, for tests that open stores of their own.</summary>
internal sealed class Sample() : StoreContract(new PostgresHost())
{
    public const int Shards = ShardCount;

    public static JournalEntry Entry(int subject = 1, string id = "sample") => Entry(Subject(subject), id);

    public static SubjectId SubjectOf(int number) => Subject(number);

    public static StoredSubject RowOf(int subject, long position) => Row(Subject(subject), position, [1, 2, 3]);

    public static StoredSubject Named(int subject, string name) =>
        RowOf(subject, 1) with { Description = new SubjectDescription(name, "120110", null, null) };

    public static AccessEntry Access() => new(0, Start, "officer", "approval", "check", Subject(1), null);
}
