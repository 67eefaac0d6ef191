using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Ingestion;

/// <summary>A rejected line closes when its record is taken in later, and not before (fault 41).</summary>
public sealed class SupersededLinesTests : IAsyncLifetime
{
    private static readonly SourceId Source = new("SCJG");

    private readonly InMemoryStore _store = new(TimeProvider.System, shardCount: 1);
    private CreditEngine _engine = null!;

    public async ValueTask InitializeAsync() => _engine = await OpenAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Line_put_right_by_sending_the_file_again_is_superseded()
    {
        await FeedAsync(Bad("A", 1), Good("B", 1));
        Assert.Equal("1 open", await StatesAsync());
        await FeedAsync(Good("A", 1), Good("B", 1));
        Assert.Equal("1 superseded", await StatesAsync());
        var line = Assert.Single(await _store.Quarantine.ListAsync(Source, 0, 9, QuarantineState.All, CancellationToken.None));
        Assert.Equal(("sender", null), (line.ClosedBy, line.Line));
    }

    [Fact]
    public async Task Line_rejected_again_stays_one_open_line()
    {
        await FeedAsync(Bad("A", 1));
        await FeedAsync(Bad("A", 1), Good("B", 1));
        Assert.Equal("1 open", await StatesAsync());
    }

    [Fact]
    public async Task Line_is_closed_by_a_higher_revision_and_by_a_duplicate_but_not_by_a_lower_one()
    {
        await FeedAsync(Good("A", 1), Good("B", 2), Good("C", 1));
        await FeedAsync(Bad("A", 3), Bad("B", 2), Bad("C", 1));
        await FeedAsync(Good("A", 2), Good("B", 2));
        Assert.Equal("1 open, 2 superseded, 3 open", await StatesAsync());
        await FeedAsync(Good("A", 4), Good("D", 1));
        Assert.Equal("1 superseded, 2 superseded, 3 open", await StatesAsync());
    }

    [Fact]
    public async Task Line_of_the_same_file_is_closed_by_what_follows_it_only()
    {
        await FeedAsync(Bad("A", 1), Good("A", 1), Good("B", 1), Bad("B", 1));
        Assert.Equal("1 superseded, 2 open", await StatesAsync());
    }

    [Fact]
    public async Task Line_without_a_readable_revision_is_closed_by_a_new_revision_only()
    {
        await FeedAsync(Good("A", 1));
        await FeedAsync(Good("A", 2).Replace("\"revision\":2", "\"revision\":\"x\"", StringComparison.Ordinal));
        await FeedAsync(Good("A", 1));
        Assert.Equal("1 open", await StatesAsync());
        await FeedAsync(Good("A", 2));
        Assert.Equal("1 superseded", await StatesAsync());
    }

    [Fact]
    public async Task Line_without_a_readable_id_stays_open()
    {
        await FeedAsync("{");
        await FeedAsync(Good("A", 1));
        Assert.Equal("1 open", await StatesAsync());
    }

    [Fact]
    public async Task Line_of_another_source_stays_open()
    {
        await FeedAsync(Bad("A", 1));
        await FeedAsync(_engine, new SourceId("SWJ"), Good("A", 1));
        Assert.Equal("1 open", await StatesAsync());
    }

    /// <summary>The feed that put it right died between the journal and the quarantine.</summary>
    [Fact]
    public async Task Line_left_open_by_a_crash_is_closed_when_lines_are_listed()
    {
        await FeedAsync(Bad("A", 1), Bad("B", 1), Bad("C", 1));
        var left = await _store.Quarantine.ListAsync(Source, 0, 9, QuarantineState.Open, CancellationToken.None);
        await FeedAsync(Good("A", 1), Good("B", 2));
        await _store.Quarantine.AddAsync([left[0], left[1], left[2]], CancellationToken.None);
        var open = await _engine.Quarantine.ListAsync(Source, 0, 9, QuarantineState.Open, CancellationToken.None);
        Assert.Equal("C", Assert.Single(open).RecordId);
    }

    [Fact]
    public async Task Line_that_contradicts_what_was_known_before_it_stays_open_when_listed()
    {
        await FeedAsync(Good("A", 1));
        await FeedAsync(Bad("A", 1));
        Assert.Single(await _engine.Quarantine.ListAsync(Source, 0, 9, QuarantineState.Open, CancellationToken.None));
    }

    /// <summary>This process knew of no open line when another put one in.</summary>
    [Fact]
    public async Task Line_rejected_on_another_node_is_closed_at_the_latest_when_listed()
    {
        await FeedAsync(Good("B", 1));
        await using (var other = await OpenAsync())
            await FeedAsync(other, Source, Bad("A", 1));
        await FeedAsync(Good("A", 1));
        Assert.Empty(await _engine.Quarantine.ListAsync(Source, 0, 9, QuarantineState.Open, CancellationToken.None));
    }

    private static string Good(string id, int revision) => Line(id, revision, "虚构测试有限公司");

    private static string Bad(string id, int revision) => Line(id, revision, "");

    private static string Line(string id, int revision, string name)
    {
        var body = ((int)id[0]).ToString("00000000", CultureInfo.InvariantCulture);
        var code = $"91990103{body}{Uscc.OrganisationCheckDigit(body)}";
        return $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"put","subject":"{{{code + Uscc.CheckDigit(code)}}}","""
            + $$$""" "kind":"registration","data":{"name":"{{{name}}}","status":"active","establishedOn":"2010-01-01"}}""";
    }

    private Task<CreditEngine> OpenAsync() => CreditEngine.OpenAsync(
        _store, SampleRulebook.Instance, new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    private Task<FeedReceipt> FeedAsync(params string[] lines) => FeedAsync(_engine, Source, lines);

    private static Task<FeedReceipt> FeedAsync(CreditEngine engine, SourceId source, params string[] lines) => engine.Feed.SubmitAsync(
        source, "sender", PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
        new FeedOptions(), CancellationToken.None);

    private async Task<string> StatesAsync() => string.Join(
        ", ", (await _store.Quarantine.ListAsync(Source, 0, 99, QuarantineState.All, CancellationToken.None))
            .Select(line => $"{line.Number} {line.State}"));
}
