using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IQuarantine"/>.</summary>
public abstract class QuarantineContract(IStoreHost host) : StoreContract(host)
{
    private static readonly SourceId Source = new("dept-a");

    private IQuarantine Quarantine => Store.Quarantine;

    [Fact]
    public async Task Add_lines_are_numbered_by_source_and_read_back_whole()
    {
        var line = Line("r1", "{bad");
        await Quarantine.AddAsync([line, Line(null, null), Line("r1", "other") with { Source = new SourceId("dept-b") }], Cancellation);

        var lines = await Quarantine.ListAsync(Source, 0, 10, QuarantineState.Open, Cancellation);
        Assert.Equal([1, 2], lines.Select(each => each.Number));
        Assert.Equal(line.Line, lines[0].Line);
        Assert.Equal(line with { Number = 1, Line = null }, lines[0] with { Line = null });
        Assert.Null(lines[1].Line);
        Assert.Null(lines[1].RecordId);
        Assert.Equal(2, await Quarantine.CountAsync(Source, Cancellation));
        Assert.Equal(1, (await Quarantine.FindAsync(new SourceId("dept-b"), 1, Cancellation))!.Number);
        Assert.Null(await Quarantine.FindAsync(Source, 3, Cancellation));
    }

    [Fact]
    public async Task Add_same_line_again_replaces_its_open_predecessor()
    {
        await Quarantine.AddAsync([Line("r1", "{bad"), Line("r1", "{worse")], Cancellation);
        await Quarantine.AddAsync([Line("r1", "{bad") with { Code = "other-code", At = Start.AddDays(1) }], Cancellation);

        var lines = await Quarantine.ListAsync(Source, 0, 10, QuarantineState.Open, Cancellation);
        Assert.Equal(["other-code", "bad-json"], lines.Select(line => line.Code));
        Assert.Equal(Start.AddDays(1), lines[0].At);
    }

    [Fact]
    public async Task Add_same_content_of_another_record_stays_apart()
    {
        await Quarantine.AddAsync([Line("r1", "{"), Line("r2", "{"), Line(null, "{"), Line(null, null), Line("r1", "")], Cancellation);
        Assert.Equal(5, await Quarantine.CountAsync(Source, Cancellation));
    }

    [Fact]
    public async Task Close_takes_the_line_off_once()
    {
        await Quarantine.AddAsync([Line("r1", "a"), Line("r2", "b"), Line("r3", "c")], Cancellation);
        Assert.Equal(1, await Quarantine.CloseAsync(Source, [2], "dismissed", "clerk", Start, Cancellation));
        Assert.Equal(0, await Quarantine.CloseAsync(Source, [2], "dismissed", "clerk", Start, Cancellation));
        Assert.Equal(0, await Quarantine.CloseAsync(Source, [9], "dismissed", "clerk", Start, Cancellation));
        Assert.Equal([1, 3], (await Quarantine.ListAsync(Source, 0, 10, QuarantineState.Open, Cancellation)).Select(line => line.Number));
        Assert.Null(await Quarantine.FindAsync(Source, 2, Cancellation));
        Assert.Equal(2, await Quarantine.CountAsync(Source, Cancellation));
    }

    [Fact]
    public async Task Add_after_close_opens_under_a_new_number()
    {
        await Quarantine.AddAsync([Line("r1", "a")], Cancellation);
        await Quarantine.CloseAsync(Source, [1], "resubmitted", "clerk", Start, Cancellation);
        await Quarantine.AddAsync([Line("r1", "a")], Cancellation);
        Assert.Equal([2], (await Quarantine.ListAsync(Source, 0, 10, QuarantineState.Open, Cancellation)).Select(line => line.Number));
    }

    [Fact]
    public async Task List_of_a_state_gives_its_lines_with_who_closed_them_and_no_content()
    {
        await Quarantine.AddAsync([.. Enumerable.Range(1, 4).Select(i => Line($"r{i}", "a") with { Revision = i })], Cancellation);
        Assert.Equal(2, await Quarantine.CloseAsync(Source, [1, 3, 9], QuarantineState.Superseded, "clerk", Start, Cancellation));
        Assert.Equal(1, await Quarantine.CloseAsync(Source, [2, 3], QuarantineState.Dismissed, "chief", Start, Cancellation));

        var superseded = await Quarantine.ListAsync(Source, 0, 10, QuarantineState.Superseded, Cancellation);
        Assert.Equal([1, 3], superseded.Select(line => line.Number));
        Assert.All(superseded, line => Assert.Equal(
            (QuarantineState.Superseded, "clerk", Start, null), (line.State, line.ClosedBy, line.ClosedAt, line.Line)));
        var rest = await Quarantine.ListAsync(Source, 1, 10, QuarantineState.Superseded, Cancellation);
        Assert.Equal([3], rest.Select(line => line.Number));
        Assert.Equal([2], (await Quarantine.ListAsync(Source, 0, 10, QuarantineState.Dismissed, Cancellation)).Select(line => line.Number));
        var all = await Quarantine.ListAsync(Source, 0, 10, QuarantineState.All, Cancellation);
        Assert.Equal([1, 2, 3, 4], all.Select(line => line.Revision!.Value));
        Assert.Equal((QuarantineState.Open, null), (all[3].State, all[3].ClosedBy));
        Assert.Empty(await Quarantine.ListAsync(Source, 0, 10, QuarantineState.Resubmitted, Cancellation));
    }

    [Fact]
    public async Task Find_open_gives_the_open_lines_of_the_records()
    {
        await Quarantine.AddAsync(
            [Line("r1", "a"), Line("r1", "b"), Line("r2", "c"), Line(null, "d"), Line("r1", "e") with { Source = new SourceId("dept-b") }],
            Cancellation);
        await Quarantine.CloseAsync(Source, [1], QuarantineState.Dismissed, "clerk", Start, Cancellation);
        var found = await Quarantine.FindOpenAsync(Source, ["r1", "r2", "r3"], Cancellation);
        Assert.Equal([2, 3], found.Select(line => line.Number).Order());
        Assert.Empty(await Quarantine.FindOpenAsync(Source, [], Cancellation));
    }

    [Fact]
    public async Task List_pages_in_order()
    {
        await Quarantine.AddAsync([.. Enumerable.Range(0, 20).Select(i => Line($"r{i}", "a"))], Cancellation);
        Assert.Equal([6, 7, 8], (await Quarantine.ListAsync(Source, 5, 3, QuarantineState.Open, Cancellation)).Select(line => line.Number));
        Assert.Empty(await Quarantine.ListAsync(Source, 20, 3, QuarantineState.Open, Cancellation));
    }

    private static QuarantinedLine Line(string? id, string? line) => new(
        0, Source, id, "bad-json", "The line is not a JSON object.", "/data", line is null ? null : Encoding.UTF8.GetBytes(line), Start);
}
