using System.Collections.Concurrent;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Subjects;

/// <summary>Fault 23: due subjects that cannot be assessed neither keep the sweep busy nor the others waiting.</summary>
public sealed class SweepTests : IAsyncDisposable
{
    private const int Page = 4;
    private static readonly EngineOptions Options = TwoPolicies.Options with { SweepPage = Page };
    private readonly TwoPolicies _world = new();
    private readonly InMemoryStore _store;
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private volatile bool _broken = true;

    public SweepTests() => _store = new InMemoryStore(_world.Time, shardCount: 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Pages_of_due_subjects_that_cannot_be_assessed_end_and_the_others_are_swept()
    {
        await FillAsync(good: 3, damaged: (3 * Page) + 1);
        await using var engine = await _world.OpenAsync(_store, Options);
        await engine.SweepAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal((3 * Page) + 1, (await DueAsync()).Count);
        Assert.All(await DueAsync(), subject => Assert.StartsWith("91990000BAD", subject.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Subject_set_aside_is_tried_again_after_a_minute_then_two_and_swept_once_it_can_be()
    {
        await FillAsync(good: 0, damaged: Page);
        await using var engine = await _world.OpenAsync(_store, Options);
        await engine.SweepAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(0, await TriesAsync(engine, TimeSpan.FromSeconds(59)));
        Assert.Equal(Page, await TriesAsync(engine, TimeSpan.FromSeconds(2)));
        Assert.Equal(0, await TriesAsync(engine, TimeSpan.FromSeconds(118)));
        Assert.Equal(Page, await TriesAsync(engine, TimeSpan.FromSeconds(3)));
        _broken = false;
        await TriesAsync(engine, TimeSpan.FromHours(1));
        Assert.Empty(await DueAsync());
    }

    [Fact]
    public async Task Shard_with_very_many_that_cannot_be_assessed_is_left_until_some_can()
    {
        const int most = 10_000;
        await FillAsync(good: 0, damaged: most + 300);
        await using var engine = await _world.OpenAsync(_store, Options with { SweepPage = 5000 });
        await engine.SweepAsync().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        // By this sweep or by the one with which an engine begins.
        Assert.InRange(_calls["Subjects.Due"], 1, 6);
        Assert.Equal(most, _calls["Journal.ReadSubject"]);
    }

    [Fact]
    public async Task Sweep_of_many_beside_checks_goes_in_small_steps()
    {
        await _world.FillAsync(_store, 1);
        await using var engine = await _world.OpenAsync(_store, Options with { SweepGentlePage = 1, SweepEveryMs = 3_600_000 });
        await engine.SweepAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await WriteDueAsync(good: 3 * Page, damaged: 0);
        engine.CheckLatency.End(engine.CheckLatency.Begin());
        var sweep = engine.SweepAsync();
        do
            engine.CheckLatency.End(engine.CheckLatency.Begin());
        while (await Task.WhenAny(sweep, Task.Delay(20, Cancellation)) != sweep);
        await sweep;
        Assert.Empty(await DueAsync());

        // The first page shows that there are many; what follows is one by one. Page by page it would be four questions.
        Assert.InRange(_calls["Subjects.Due"], 2 * Page, (2 * Page) + 4);
    }

    /// <summary>How many were tried by a sweep after so long.</summary>
    private async Task<int> TriesAsync(CreditEngine engine, TimeSpan after)
    {
        _world.Time.Now += after;
        _calls.Clear();
        await engine.SweepAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        return _calls.GetValueOrDefault("Journal.ReadSubject");
    }

    private Task<IReadOnlyList<SubjectId>> DueAsync() => _store.Subjects.DueAsync(0, _world.Today, 100_000, Cancellation);

    /// <summary>Due rows; of the damaged ones the state is, and the journal from which it would be folded cannot be read.</summary>
    private async Task FillAsync(int good, int damaged)
    {
        await _world.FillAsync(_store, 1);
        await WriteDueAsync(good, damaged);
    }

    private async Task WriteDueAsync(int good, int damaged)
    {
        var row = (await _store.Subjects.PageAsync(0, null, 1, Cancellation))[0] with { NextChange = _world.Today };
        var rows = Enumerable.Range(0, good).Select(i => row with { Subject = Id("TEST9", i) })
            .Concat(Enumerable.Range(0, damaged).Select(i => row with { Subject = Id("BAD", i), State = [1, 2, 3] }));
        await _store.Subjects.WriteAsync(
            [new ShardWrite(0, [.. rows.Select(each => new SubjectWrite(each, null))], [], null)], Cancellation);
        _store.Fault = (call, point) =>
        {
            if (point == FaultPoint.Before)
                _calls.AddOrUpdate(call, 1, static (_, count) => count + 1);
            return call == "Journal.ReadSubject" && _broken ? new InvalidDataException("a damaged entry") : null;
        };
    }

    private static SubjectId Id(string kind, int number) => new($"91990000{kind}{number:D5}");
}
