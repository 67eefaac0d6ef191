using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Assessment;

/// <summary>Records that the public may see, and above all those that it may not.</summary>
public sealed class PublicRecordTests
{
    private static readonly DateOnly Decided = new(2026, 1, 15);
    private static readonly SourceId Source = new("S");
    private readonly Evaluator _evaluator = new(
        SampleRulebook.Create() with
        {
            Clocks = SampleRulebook.Instance.Clocks with
            {
                Retention = new Dictionary<string, Retention>
                {
                    ["*"] = new(5, "date", "sample"), ["list-entry"] = new(5, "until", "sample"),
                },
            },
        },
        new SymbolTable());

    private byte[] _state = PackedRecords.Empty;

    [Theory]
    [InlineData(Severity.Minor, 0, false)]
    [InlineData(Severity.None, 0, false)]
    [InlineData(Severity.General, 0, true)]
    [InlineData(Severity.General, -1, false)]
    [InlineData(Severity.General, 364, true)]
    [InlineData(Severity.General, 365, false)]
    [InlineData(Severity.Serious, 365, true)]
    [InlineData(Severity.Serious, (365 * 3) + 1, false)]
    public void Tiered_record_is_public_for_the_period_of_its_tier_only(Severity severity, int daysAfter, bool isPublic)
    {
        Put("A", "penalty", new RecordFacts { Date = Decided, Severity = severity });
        Assert.Equal(isPublic, IsPublic("A", Decided.AddDays(daysAfter)));
    }

    [Fact]
    public void Withdrawn_record_is_not_public()
    {
        Put("A", "licence", new RecordFacts { Date = Decided });
        Assert.True(IsPublic("A", Decided));
        _state = PackedRecords.Apply(
            _state, new RecordId(Source, "A"), 2, EventOp.Withdraw, "licence", new RecordFacts(), _evaluator.Symbols);
        Assert.False(IsPublic("A", Decided));
    }

    [Fact]
    public void Hidden_record_is_not_public_beside_one_that_is()
    {
        Put("A", "licence", new RecordFacts { Date = Decided, IsHidden = true });
        Put("B", "licence", new RecordFacts { Date = Decided, IsDecision = true });
        Assert.False(IsPublic("A", Decided));
        Assert.True(IsPublic("B", Decided));
    }

    [Fact]
    public void Suspended_record_is_not_public_and_a_disputed_one_is_marked()
    {
        Put("A", "penalty", new RecordFacts { Date = Decided, Severity = Severity.General });
        Objection("O", "A", Decided.AddDays(10), suspendedFrom: Decided.AddDays(20), until: Decided.AddDays(30));
        Assert.False(Find("A", Decided.AddDays(9))!.Disputed);
        Assert.True(Find("A", Decided.AddDays(10))!.Disputed);
        Assert.False(IsPublic("A", Decided.AddDays(20)));
        Assert.False(IsPublic("A", Decided.AddDays(29)));
        Assert.False(Find("A", Decided.AddDays(30))!.Disputed);
        Assert.DoesNotContain(_evaluator.PublicRecords(_state, Decided.AddDays(15)), record => record.Kind == "objection");
    }

    [Fact]
    public void Repaired_record_is_not_public_once_the_shortest_period_is_over()
    {
        Put("A", "penalty", new RecordFacts { Date = Decided, Severity = Severity.General });
        Put("R", "repair", new RecordFacts
        {
            Date = Decided.AddDays(5), Mark = new ProcedureMark(Procedure.Repair, new RecordId(Source, "A"), null),
        });
        Assert.True(IsPublic("A", Decided.AddMonths(3).AddDays(-1)));
        Assert.False(IsPublic("A", Decided.AddMonths(3)));
    }

    [Fact]
    public void Kind_without_publicity_is_never_public()
    {
        Put("A", "inspection", new RecordFacts { Date = Decided });
        Assert.False(IsPublic("A", Decided));
    }

    [Fact]
    public void List_entry_ends_with_its_removal()
    {
        Put("A", "list-entry", new RecordFacts { Date = Decided, Until = Decided.AddDays(100), Level = "serious" });
        Put("B", "list-entry", new RecordFacts { Date = Decided, Level = "serious" });
        Assert.Equal(Decided.AddDays(100), Find("A", Decided.AddDays(99))!.PublicUntil);
        Assert.False(IsPublic("A", Decided.AddDays(100)));
        Assert.True(IsPublic("B", Decided.AddYears(20)));
        Assert.Null(Find("B", Decided)!.PublicUntil);
    }

    [Fact]
    public void Retention_ends_publicity_unless_what_is_said_is_still_in_force()
    {
        Put("A", "licence", new RecordFacts { Date = Decided, Until = Decided.AddYears(1) });
        Put("B", "licence", new RecordFacts { Date = Decided, Until = Decided.AddYears(10) });
        Assert.True(IsPublic("A", Decided.AddYears(5).AddDays(-1)));
        Assert.False(IsPublic("A", Decided.AddYears(5)));
        Assert.True(IsPublic("B", Decided.AddYears(10).AddDays(-1)));
        Assert.False(IsPublic("B", Decided.AddYears(10)));
    }

    /// <summary>An entry of ten years is shown for ten, though records of its age are not kept where they say nothing any more.</summary>
    [Fact]
    public void Entry_in_force_is_kept_and_public_beyond_its_retention()
    {
        var evaluator = new Evaluator(
            SampleRulebook.Create() with
            {
                Clocks = SampleRulebook.Instance.Clocks with
                {
                    Retention = new Dictionary<string, Retention> { ["*"] = new(5, "date", "sample") },
                },
            },
            new SymbolTable());
        var until = Decided.AddYears(10);
        var facts = new RecordFacts { Date = Decided, Until = until, Level = "serious" };
        var state = PackedRecords.Apply(
            PackedRecords.Empty, new RecordId(Source, "A"), 1, EventOp.Put, "list-entry", facts, evaluator.Symbols);
        foreach (var (day, isKept) in new[] { (Decided.AddYears(5), true), (until.AddDays(-1), true), (until, false) })
        {
            Assert.Equal(isKept, evaluator.PublicRecords(state, day).Count > 0);
            Assert.Equal(!isKept, evaluator.PastRetention(state, day, day).Count > 0);
            Assert.Equal(until, evaluator.KeptUntil("list-entry", facts));
        }
    }

    [Fact]
    public void Records_come_newest_first_and_in_one_order()
    {
        Put("B", "licence", new RecordFacts { Date = Decided });
        Put("A", "licence", new RecordFacts { Date = Decided });
        Put("C", "licence", new RecordFacts { Date = Decided.AddDays(1) });
        Assert.Equal(
            ["C", "A", "B"], _evaluator.PublicRecords(_state, Decided.AddDays(1)).Select(record => record.Record.Id));
    }

    private void Put(string id, string kind, RecordFacts facts) =>
        _state = PackedRecords.Apply(_state, new RecordId(Source, id), 1, EventOp.Put, kind, facts, _evaluator.Symbols);

    private void Objection(string id, string target, DateOnly from, DateOnly suspendedFrom, DateOnly until) =>
        Put(id, "objection", new RecordFacts
        {
            Date = from, Until = until, Mark = new ProcedureMark(Procedure.Objection, new RecordId(Source, target), suspendedFrom),
        });

    private PublicRecord? Find(string id, DateOnly on) =>
        _evaluator.PublicRecords(_state, on).SingleOrDefault(record => record.Record.Id == id);

    private bool IsPublic(string id, DateOnly on) => Find(id, on) is not null;
}
