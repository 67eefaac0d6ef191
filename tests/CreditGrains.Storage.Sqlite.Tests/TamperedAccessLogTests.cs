using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>An access log that somebody has changed in the file: it is noticed, and goes on (I9).</summary>
public sealed class TamperedAccessLogTests : StoreContract
{
    private const int RunLength = 4;
    private readonly SqliteHost _host;

    public TamperedAccessLogTests()
        : this(new SqliteHost(RunLength))
    {
    }

    private TamperedAccessLogTests(SqliteHost host)
        : base(host) => _host = host;

    [Theory]
    [InlineData("UPDATE access_log SET entries = (SELECT entries FROM access_log WHERE first = 2) WHERE first = 3", 3)]
    [InlineData("UPDATE access_log SET last = 3 WHERE first = 2", 2)]
    [InlineData("DELETE FROM access_log WHERE first = 4", 4)]
    [InlineData("DELETE FROM access_log WHERE first >= 4", 4)]
    [InlineData("DELETE FROM access_log", 1)]
    [InlineData("UPDATE access_log SET hash = zeroblob(32) WHERE first = 5", 5)]
    [InlineData("INSERT INTO access_log SELECT 6, 6, entries, hash FROM access_log WHERE first = 5", 6)]
    public async Task Access_log_tampered_with_names_the_first_entry_that_does_not_fit(string tampering, long expected)
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.AccessLog.AppendAsync(
                [new AccessEntry(0, Start, "officer", "approval", "check", Subject(i), $"C-{i}")], Cancellation);
        }

        Assert.Null(await Store.AccessLog.VerifyAsync(Cancellation));
        _host.Execute(tampering);
        Assert.Equal(expected, await Store.AccessLog.VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Every_byte_of_an_entry_and_of_the_chain_is_proved()
    {
        var receipt = new AnswerReceipt(
            1, "zh", "funds", null, null, new DateOnly(2026, 3, 4), 7, 9, new RulesReference("v", "", "d"), new AnswerDigest(1, 2));
        for (var i = 0; i < 3; i++)
        {
            await Store.AccessLog.AppendAsync(
                [new AccessEntry(0, Start, "a", "p", "check", Subject(i), $"C-{i}") { Receipt = receipt }], Cancellation);
        }

        foreach (var column in new[] { "entries", "hash" })
        {
            var bytes = _host.Blob($"SELECT {column} FROM access_log WHERE first = 2");
            for (var at = 0; at < bytes.Length; at++)
            {
                bytes[at] ^= 1;
                _host.Execute($"UPDATE access_log SET {column} = x'{Convert.ToHexString(bytes)}' WHERE first = 2");
                Assert.Equal(2, await Store.AccessLog.VerifyAsync(Cancellation));
                bytes[at] ^= 1;
            }

            _host.Execute($"UPDATE access_log SET {column} = x'{Convert.ToHexString(bytes)}' WHERE first = 2");
        }

        Assert.Null(await Store.AccessLog.VerifyAsync(Cancellation));
        var end = _host.Blob("SELECT hash FROM access_head");
        for (var at = 0; at < end.Length; at++)
        {
            end[at] ^= 1;
            _host.Execute($"UPDATE access_head SET hash = x'{Convert.ToHexString(end)}'");
            Assert.Equal(3, await Store.AccessLog.VerifyAsync(Cancellation));
            end[at] ^= 1;
        }
    }

    [Theory]
    [InlineData("x'00'")] // an entry that is cut short
    [InlineData("x'0000000000000000fffffff0'")] // a text that refers to none
    public async Task Entries_are_appended_once_though_the_keys_of_an_earlier_one_cannot_be_read(string entries)
    {
        await AppendAsync(1);
        _host.Execute($"UPDATE access_log SET entries = {entries} WHERE first = 1");
        for (var i = 2; i <= 2 * RunLength; i++)
            await AppendAsync(i);
        Assert.Equal(1, await Store.AccessLog.VerifyAsync(Cancellation));
        Assert.Equal(2 * RunLength, _host.Number("SELECT number FROM access_head"));
    }

    private Task AppendAsync(int number) => Store.AccessLog.AppendAsync(
        [new AccessEntry(0, Start, "officer", "approval", "check", Subject(number), $"C-{number}")], Cancellation);
}
