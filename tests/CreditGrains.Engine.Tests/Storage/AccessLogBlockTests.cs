using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Storage;

/// <summary>Blocks of the access log as releases have written them, which every later one must read.</summary>
public sealed class AccessLogBlockTests
{
    private const string Golden =
        "08de79c408b7c000000000076f66666963657200000008617070726f76616c000000077375626a6563740000001239313939303130334d58314b3743"
        + "46423741ffffffff88de79c408b7c000000000076f66666963657200000008617070726f76616c00000005636865636b000000123931393930313033"
        + "4d58314b3743464237410000001c434b2d32303236303330342d303132333435363738394142434445460000009b010001000b495efedcba98000000"
        + "000000004dfffffffffffffffffffffffffffffffa0000000000000000000000000000000700027a68000c7075626c69632d66756e64730006e58f97"
        + "e79086ffff0006323032362e31fffeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaafffe0000000000000000000000"
        + "000000000000000000000000000000000000000000";

    private static readonly DateTimeOffset At = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);

    private static readonly AccessEntry Plain =
        new(7, At, "officer", "approval", "subject", new SubjectId("91990103MX1K7CFB7A"), null);

    private static readonly AccessEntry Check = Plain with
    {
        Number = 8, Operation = "check", Reference = "CK-20260304-0123456789ABCDEF",
        Receipt = new AnswerReceipt(
            1, "zh", "public-funds", "受理", null, new DateOnly(2026, 3, 4), 0xFEDC_BA98, 77,
            new RulesReference("2026.1", new string('a', 64), new string('0', 64)), new AnswerDigest(UInt128.MaxValue - 5, 7)),
    };

    [Fact]
    public void Block_has_the_bytes_that_releases_have_written_and_is_read_back()
    {
        var bytes = AccessLogBlock.Write([Plain, Check]);
        Assert.Equal(Golden, Convert.ToHexStringLower(bytes));
        Assert.Equal([Plain, Check], AccessLogBlock.Read(7, bytes));
        Assert.Equal(Check, AccessLogBlock.FindCheck(Check.Reference!, 7, bytes));
        Assert.Null(AccessLogBlock.FindCheck("CK-20260304-0123456789ABCDEG", 7, bytes));
        Assert.Equal([Plain, Check], AccessLogBlock.ReadAbout(Check.Subject, 7, bytes));
        var keys = new List<(long Key, long Number)>();
        AccessLogBlock.ReadKeys(7, bytes, keys);
        var subject = ShardMap.KeyOf(Check.Subject);
        Assert.Equal([(subject, 7), (subject, 8), (AccessLogBlock.KeyOf(Check.Reference!), 8)], keys);
    }

    [Fact]
    public void Entries_without_a_receipt_have_the_bytes_that_they_had_before_there_were_any()
    {
        var bytes = AccessLogBlock.Write([Plain]);
        Assert.Equal(Golden[..(2 * bytes.Length)], Convert.ToHexStringLower(bytes));
        Assert.Null(Assert.Single(AccessLogBlock.Read(7, bytes)).Receipt);
    }
}
