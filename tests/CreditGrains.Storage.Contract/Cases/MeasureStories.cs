using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Measures;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>
/// Semantics, section 7: a measure begins with its cause and ends with it in the same position, on a store. What the organisation's own
/// list says, the audit and a check say too.
/// </summary>
public abstract class MeasureStories(IStoreHost host) : IAsyncLifetime
{
    private const string Restraint = "restrict-public-funds";
    private const string Guidance = "repair-guidance";

    private readonly SteppedTime _time = new(Start);
    private CreditEngine? _engine;

    private CreditEngine Engine => Required(_engine);

    private CaseWorld World { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var store = await host.CreateAsync(_time, 4);
        _engine = await CaseWorld.OpenAsync(store, _time);
        World = new CaseWorld(_ => Engine, _time);
        await World.RegisterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is { } engine)
        {
            await engine.DisposeAsync();
            await engine.Store.DisposeAsync();
        }

        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Invariant(7)]
    public async Task Withdrawal_of_the_record_ends_its_measures_in_its_own_position()
    {
        await World.ListAsync("A-1", "2026-05-01");
        var begun = await ExpectAsync(CheckOutcome.Stop, ("A-1", Restraint));
        await World.WithdrawAsync("A-1", 2, "list-entry");
        var ended = await ExpectAsync(CheckOutcome.Proceed);
        Assert.Equal(begun + 1, ended);
        await ExpectThenAsync(begun - 1);
        await ExpectThenAsync(begun, ("A-1", Restraint));
        await ExpectThenAsync(ended);
    }

    [Fact]
    [Invariant(7)]
    public async Task Repair_ends_the_measures_of_the_record_in_the_position_of_its_decision()
    {
        await World.PenaltyAsync("B-1", "2026-03-01");
        var open = await World.OpenAsync(World.Repair(Record("B-1")));
        await World.ActAsync(open.Number, CaseStep.Accept, Market);
        var before = await ExpectAsync(CheckOutcome.Proceed, ("B-1", Guidance));
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("B-1")));
        var after = await ExpectAsync(CheckOutcome.Proceed);
        await ExpectThenAsync(before, ("B-1", Guidance));

        // The mark and the decision are two entries of one transaction: the mark alone ends the measure.
        Assert.Equal(before + 2, after);
        await ExpectThenAsync(before + 1);
    }

    [Fact]
    [Invariant(7)]
    public async Task Removal_from_the_list_ends_its_measures_in_the_position_of_the_decision()
    {
        await World.ListAsync("C-1", "2026-05-01");
        var open = await World.OpenAsync(World.Objection("C-1"));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        await World.ActAsync(open.Number, CaseStep.Withdraw, Organisation);
        await ExpectAsync(CheckOutcome.Stop, ("C-1", Restraint));
        var again = await World.OpenAsync(World.Objection("C-1"));
        await World.ActAsync(again.Number, CaseStep.Accept, Platform);
        await World.ActAsync(again.Number, World.Decide(CaseOutcome.RemovedFromList));
        await ExpectAsync(CheckOutcome.Proceed);
    }

    [Fact]
    [Invariant(7)]
    public async Task Disputed_record_causes_no_measure_and_causes_it_again_once_the_objection_is_rejected()
    {
        await World.ListAsync("D-1", "2026-05-01");
        await ExpectAsync(CheckOutcome.Stop, ("D-1", Restraint));
        var open = await World.OpenAsync(World.Objection("D-1"));

        // No automatic measure, but a person looks at the list all the same.
        await ExpectAsync(CheckOutcome.Review);
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        World.GoTo(new(2026, 6, 11));
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Rejected));
        await ExpectAsync(CheckOutcome.Stop, ("D-1", Restraint));
    }

    [Fact]
    [Invariant(5)]
    public async Task Measure_with_an_end_holds_until_midnight_of_that_day_without_any_timer()
    {
        await World.ListAsync("E-1", "2026-05-01", "2026-06-20");
        await ExpectAsync(CheckOutcome.Stop, ("E-1", Restraint));
        var until = (await World.StatusAsync("E-1")).Until!.Value;
        var midnight = new DateTimeOffset(until.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8));
        _time.Now = midnight.AddTicks(-1);
        await ExpectAsync(CheckOutcome.Stop, ("E-1", Restraint));
        _time.Now = midnight;
        await ExpectAsync(CheckOutcome.Proceed);
        Assert.Contains(Restraint, await World.MeasuresAsync("E-1", until.AddDays(-1)));
    }

    [Fact]
    [Invariant(5)]
    public async Task Measure_of_a_published_penalty_ends_with_its_publicity()
    {
        await World.PenaltyAsync("F-1", "2026-03-01");
        var ends = (await World.ViewAsync()).Assess().Measures.Single(measure => measure.Cause == Record("F-1")).Until!.Value;
        Assert.Equal(new DateOnly(2027, 3, 1), ends);
        World.GoTo(ends.AddDays(-1));
        await ExpectAsync(CheckOutcome.Proceed, ("F-1", Guidance));
        World.GoTo(ends);
        await ExpectAsync(CheckOutcome.Proceed);
    }

    [Fact]
    public async Task Audit_gives_every_measure_in_force_once_whatever_the_size_of_its_pages()
    {
        var worlds = Enumerable.Range(0, 7).Select(_ => new CaseWorld(_ => Engine, _time)).ToList();
        var expected = new List<(string, string, string?)>();
        foreach (var (world, i) in worlds.Select((world, i) => (world, i)))
        {
            await world.RegisterAsync();
            for (var n = 0; n < i; n++)
                await world.ListAsync($"G-{i}-{n}", $"2026-05-{n + 1:00}");
            var measures = (await world.ViewAsync()).Assess().Measures;
            Assert.Equal(i > 0, measures.Count > 0);
            expected.AddRange(measures.Select(each => (world.Subject.Value, each.Measure.Id, each.Cause?.Id)));
        }

        await Engine.FlushAsync();
        foreach (var limit in (int[])[1, 3, 200])
        {
            var found = await AllAsync(limit);
            Assert.Equal(
                expected.Order(), found.Select(each => (each.Subject.Value, each.InForce.Measure.Id, each.InForce.Cause?.Id)).Order());
        }

        var some = await AllAsync(2, Restraint);
        Assert.Equal(expected.Count(each => each.Item2 == Restraint), some.Count);
        Assert.All(some, each => Assert.Equal(Restraint, each.InForce.Measure.Id));
        var restraints = await AllAsync(200, only: MeasureClass.Restraint);
        Assert.All(
            restraints,
            each => Assert.Equal((MeasureClass.Restraint, true), (each.InForce.Measure.Class, each.InForce.Cause is not null)));
    }

    private async Task<List<AuditedMeasure>> AllAsync(int limit, string? measure = null, MeasureClass? only = null)
    {
        var all = new List<AuditedMeasure>();
        for (MeasureAuditPlace? place = MeasureAuditPlace.Begin; place is not null;)
        {
            var page = await Engine.MeasureAudit.PageAsync(new MeasureAuditQuery(measure, only, place, limit), Cancellation);
            Assert.InRange(page.Items.Count, 0, limit);
            Assert.Empty(page.Unread);
            all.AddRange(page.Items);
            place = page.Next is { } next ? MeasureAuditPlace.Parse(next.ToString()) : null;
        }

        return all;
    }

    /// <summary>
    /// Of the two measures that the stories look at, exactly these are in force: by the organisation's list, the audit and a check.
    /// </summary>
    /// <returns>The organisation's position.</returns>
    private async Task<long> ExpectAsync(CheckOutcome outcome, params (string Record, string Measure)[] causes)
    {
        var view = await World.ViewAsync();
        Assert.Equal(causes, Watched(view.Assess().Measures));
        await Engine.FlushAsync();
        Assert.Equal(
            causes, Watched((await AllAsync(50)).Where(each => each.Subject == World.Subject).Select(each => each.InForce)));
        var check = await Engine.Checks.CheckAsync(
            new CheckRequest(World.Subject, "approval", "public-funds", null, "officer"), Consistency.Latest, Cancellation);
        Assert.Equal(
            (outcome, causes.Any(cause => cause.Measure == Restraint)),
            (check!.Outcome, check.Measures().Any(measure => measure.Measure.Id == Restraint)));
        return view.Position;
    }

    private async Task ExpectThenAsync(long position, params (string Record, string Measure)[] causes)
    {
        var token = new Token(
            Engine.Store.Incarnation, _time.Now, [(ShardMap.ShardOf(World.Subject, Engine.Store.ShardCount), position)]);
        var view = await World.ViewAsync(knownAt: new KnownAt(token, null));
        Assert.Equal(causes, Watched(view.Assess().Measures));
    }

    private static (string Record, string Measure)[] Watched(IEnumerable<MeasureInForce> measures) =>
    [
        .. measures.Where(each => each.Measure.Id is Restraint or Guidance).Select(each => (each.Cause!.Value.Id, each.Measure.Id)),
    ];
}
