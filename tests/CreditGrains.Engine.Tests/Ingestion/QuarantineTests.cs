using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Ingestion;

/// <summary>Content kept of refused lines.</summary>
[Invariant(10)]
public sealed class QuarantineTests
{
    private const string Number = "11010519491231002X";

    private static readonly SourceId Source = new("SCJG");

    public static TheoryData<string, string, byte[]> Unread() => new()
    {
        { "a missing brace, the number behind an escape", "malformed-json", Utf8($"{{\"id\":\"A\",\"data\":{{\"facts\":\"\\n{Number}\"") },
        { "UTF-16", "malformed-json", Encoding.Unicode.GetBytes($"{{\"id\":\"{Number}\"}}") },
        { "an invalid byte, the number escaped", "invalid-utf8", [.. Utf8($"{{\"id\":\"{Escaped(Number)}\",\"x\":\""), 0xff, 0x22, 0x7d] },
        { "a missing brace, the number escaped", "malformed-json", Utf8($"{{\"data\":{{\"facts\":\"{Escaped(Number)}\"}}") },
        { "too deep, the number escaped", "too-deep", Utf8($"{{\"data\":[[[[[[[[[[\"{Escaped(Number)}\"]]]]]]]]]]}}") },
        { "a key twice", "duplicate-key", Utf8("{\"id\":\"A\",\"id\":\"A\"}") },
    };

    [Theory]
    [MemberData(nameof(Unread), DisableDiscoveryEnumeration = true)]
    public async Task Line_whose_texts_could_not_all_be_read_is_kept_without_content(string what, string code, byte[] line)
    {
        var kept = Assert.Single(await QuarantinedAsync(line));
        Assert.True(kept.Code == code && kept.Line is null, $"{what}: {kept.Code}, content kept: {kept.Line is not null}");
    }

    [Fact]
    public async Task Well_formed_line_without_personal_data_is_kept_with_its_content()
    {
        var line = Utf8("{\"id\":\"A\",\"revision\":1,\"subject\":\"X\",\"kind\":\"penalty\",\"data\":{}}");
        Assert.Equal(line, Assert.Single(await QuarantinedAsync(line)).Line?.ToArray());
    }

    [Fact]
    public async Task Array_without_its_end_is_reported_by_one_more_line()
    {
        var lines = await QuarantinedAsync(Utf8("[{\"id\":\"A\"}"));
        Assert.Equal(["required", "malformed-json"], lines.Select(line => line.Code));
    }

    private static async Task<IReadOnlyList<QuarantinedLine>> QuarantinedAsync(byte[] body)
    {
        var store = new InMemoryStore(TimeProvider.System, shardCount: 1);
        await using var engine = await CreditEngine.OpenAsync(
            store, SampleRulebook.Instance, new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await engine.Feed.SubmitAsync(
            Source, "test", PipeReader.Create(new ReadOnlySequence<byte>(body)),
            new FeedOptions { Format = body.AsSpan().StartsWith("["u8) ? FeedFormat.Array : FeedFormat.Lines }, CancellationToken.None);
        return await store.Quarantine.ListAsync(Source, 0, 100, QuarantineState.Open, CancellationToken.None);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Escaped(string text) => string.Concat(text.Select(c => $"\\u{(int)c:x4}"));
}
