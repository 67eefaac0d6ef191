using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Storage;

/// <summary>Blocks of the access log as releases have written them, which every later one must read.</summary>
public sealed class AccessLogBlockTests
{
    private const string Golden =
        "08de79c408b7c000000000076f66666963657200000008617070726f76616c000000077375626a6563740000001239313939303130334d58314b3743"
        + "46423741ffffffff88de79c408b7c000fffffff6ffffffeb00000005636865636b0000001239313939303130334d58314b3743464237410000001c43"
        + "4b2d32303236303330342d30313233343536373839414243444546000000e9020001000b495efedcba98000000000000004dffffffffffffffffffff"
        + "fffffffffffa00000000000000000000000000000007000000027a680000000c7075626c69632d66756e647300000006e58f97e79086ffffffff0000"
        + "0006323032362e3100000040616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
        + "616161616161616161616161616161610000004030303030303030303030303030303030303030303030303030303030303030303030303030303030"
        + "30303030303030303030303030303030303030303030303088de79c408b7c000fffffff6ffffffebffffffaa0000001239313939303130334d58314b"
        + "3743464237410000001c434b2d32303236303330342d303132333435363738394142434445460000004f020001000b495efedcba9800000000000000"
        + "4dfffffffffffffffffffffffffffffffa00000000000000000000000000000007ffffff34ffffff2effffff1effffffffffffff10ffffff06fffffe"
        + "c2";

    /// <summary>As builds of November 2026 wrote it, before 0.1.0.</summary>
    private const string GoldenOfOwnTexts =
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
        var bytes = AccessLogBlock.Write([Plain, Check, Check with { Number = 9 }]);
        Assert.Equal(Golden, Convert.ToHexStringLower(bytes));
        Assert.Equal([Plain, Check, Check with { Number = 9 }], AccessLogBlock.Read(7, bytes));
        AssertHolds(bytes);
    }

    [Fact]
    public void Block_whose_receipts_have_texts_of_their_own_is_read()
    {
        var bytes = Convert.FromHexString(GoldenOfOwnTexts);
        Assert.Equal([Plain, Check], AccessLogBlock.Read(7, bytes));
        AssertHolds(bytes);
    }

    [Fact]
    public void Entry_without_a_receipt_has_the_bytes_that_it_had_before_there_were_any()
    {
        var bytes = AccessLogBlock.Write([Plain]);
        Assert.Equal(GoldenOfOwnTexts[..(2 * bytes.Length)], Convert.ToHexStringLower(bytes));
        Assert.Null(Assert.Single(AccessLogBlock.Read(7, bytes)).Receipt);
    }

    [Fact]
    public void Texts_that_come_by_turns_and_in_other_fields_are_read_back()
    {
        var random = new Random(16);
        string?[] texts = ["", "a", "zh", "officer", "信用", null, new('x', 70_000)];
        string Any() => texts[random.Next(texts.Length)] ?? "";
        var entries = Enumerable.Range(1, 500).Select(number => Plain with
        {
            Number = number, Actor = Any(), Purpose = Any(), Operation = Any(), Reference = texts[random.Next(texts.Length)],
            Receipt = random.Next(3) == 0 ? null : Check.Receipt! with
            {
                Language = Any(), Matter = Any(), Stage = texts[random.Next(texts.Length)], Department = texts[random.Next(texts.Length)],
                Rules = new RulesReference(Any(), Any(), Any()), Position = random.NextInt64(),
            },
        }).ToList();
        Assert.Equal(entries, AccessLogBlock.Read(1, AccessLogBlock.Write(entries)));
    }

    [Theory]
    [InlineData("fffffffe")] // the place of the entry's own instant: no length of a text
    [InlineData("80000000")]
    [InlineData("fffffff6")] // its own place
    public void Text_that_refers_to_no_text_before_it_is_refused(string reference)
    {
        var bytes = AccessLogBlock.Write([Plain]);
        Convert.FromHexString(reference).CopyTo(bytes.AsSpan(8));
        Assert.Throws<InvalidDataException>(() => AccessLogBlock.Read(7, bytes));
    }

    private static void AssertHolds(byte[] bytes)
    {
        Assert.Equal(Check, AccessLogBlock.FindCheck(Check.Reference!, 7, bytes));
        Assert.Null(AccessLogBlock.FindCheck("CK-20260304-0123456789ABCDEG", 7, bytes));
        Assert.Equal([Plain, Check], AccessLogBlock.ReadAbout(Check.Subject, 7, bytes).Take(2));
        var keys = new List<(long Key, long Number)>();
        AccessLogBlock.ReadKeys(7, bytes, keys);
        var subject = ShardMap.KeyOf(Check.Subject);
        Assert.Equal([(subject, 7), (subject, 8), (AccessLogBlock.KeyOf(Check.Reference!), 8)], keys.Take(3));
    }
}
