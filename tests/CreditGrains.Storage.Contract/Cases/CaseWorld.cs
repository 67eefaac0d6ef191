using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>
/// An invented organisation with records, on a node or on several, and the people who take steps: the platform, two departments, and the
/// organisation itself. Days pass when a test says so.
/// </summary>
public sealed class CaseWorld(Func<int, CreditEngine> node, SteppedTime time)
{
    /// <summary>The first story day: a Wednesday at ten in Beijing.</summary>
    public static readonly DateTimeOffset Start = new(2026, 6, 10, 2, 0, 0, TimeSpan.Zero);

    public static readonly EngineOptions Options = new()
    {
        FollowEveryMs = int.MaxValue, SweepEveryMs = 1_000_000, WriteBackAgeMsMax = 5, RetryPauseMsMax = 5, WarmUpPage = 0,
        Recomputation = new RecomputationOptions { Automatic = false },
    };

    public static readonly CaseActor Platform = new(true, false, null), Organisation = new(false, true, null),
        Market = new(false, false, "SCJG"), Police = new(false, false, "GAJ");

    private static readonly Lazy<Rulebook> Shipped = new(
        () =>
        {
            var read = RulebookFolder.Read(Repository.Rulebook("cn-district"));
            return read.Rulebook ?? throw new InvalidOperationException(string.Join('\n', read.Mistakes));
        });

    private static int _operations;
    private int _asked;

    public static Rulebook Rulebook => Shipped.Value;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public SteppedTime Time => time;

    public DateOnly Today => Rulebook.DateAt(time.Now);

    public SubjectId Subject { get; } = new(Invented.Code());

    /// <summary>Another node for each question, where there are several.</summary>
    public CreditEngine Node => node(Interlocked.Increment(ref _asked));

    /// <summary>The head of the shard after the last command, so that every node is asked for what it said.</summary>
    public Token? Last { get; private set; }

    public static RecordId Record(string id, string source = "SCJG") => new(new SourceId(source), id);

    /// <summary>Goes on to ten o'clock of a day.</summary>
    public void GoTo(DateOnly day) => time.Now = new DateTimeOffset(day.ToDateTime(new TimeOnly(10, 0)), TimeSpan.FromHours(8));

    public static CreditEngine Required(CreditEngine? engine) => engine ?? throw new InvalidOperationException("Not opened yet.");

    public static Task<CreditEngine> OpenAsync(IStore store, SteppedTime time, Rulebook? rulebook = null) => CreditEngine.OpenAsync(
        store, rulebook ?? Rulebook, Options, time, NullLoggerFactory.Instance, Cancellation);

    public Task PenaltyAsync(string id, string decidedOn, string fine = "2.5", int revision = 1, string source = "SCJG",
        string? severity = null) => FeedAsync(source, PenaltyLine(id, decidedOn, fine, revision, severity));

    public string PenaltyLine(string id, string decidedOn, string fine, int revision, string? severity = null) =>
        $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"subject":"{{{Subject}}}","kind":"penalty","""
        + $$$""" "data":{"documentNumber":"{{{id}}}","penaltyTypes":["fine"],"fine":"{{{fine}}}","decidedOn":"{{{decidedOn}}}","""
        + (severity is null ? "" : $"\"severity\":\"{severity}\",")
        + $$$""" "authority":"{{{Invented.Authority}}}"}}""";

    public Task RegisterAsync() => FeedAsync(
        "SCJG",
        $$$"""{"id":"R-{{{Subject}}}","revision":1,"subject":"{{{Subject}}}","kind":"registration","""
        + $$$""" "data":{"name":"虚构案件测试公司","status":"active","region":"990103","establishedOn":"2010-01-01"}}""");

    public Task ListAsync(string id, string listedOn, string? until = null) => FeedAsync(
        "SCJG",
        $$$"""{"id":"{{{id}}}","revision":1,"subject":"{{{Subject}}}","kind":"list-entry","""
        + $$$""" "data":{"level":"serious","list":"tax","listedOn":"{{{listedOn}}}","legalBasis":"虚构条例第1条","""
        + (until is null ? "" : $"\"until\":\"{until}\",")
        + $$$""" "authority":"{{{Invented.Authority}}}"}}""");

    public Task WithdrawAsync(string id, int revision, string kind = "penalty") => FeedAsync(
        "SCJG", $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"withdraw","subject":"{{{Subject}}}","kind":"{{{kind}}}"}""");

    /// <summary>Feeds a line as its source; it must be accepted.</summary>
    public async Task FeedAsync(string source, string line)
    {
        var receipt = await TryFeedAsync(source, line);
        Assert.True(receipt.Accepted == 1, string.Join("; ", receipt.Lines.Select(each => each.Rejection?.Detail())));
        Last = receipt.Token;
    }

    public Task<FeedReceipt> TryFeedAsync(string source, string line) => Node.Feed.SubmitAsync(
        new SourceId(source), "clerk", PipeReader.Create(new(Encoding.UTF8.GetBytes(line))), new FeedOptions { AllLines = true },
        Cancellation);

    public CaseCommand Command(CaseStep step, CaseActor actor) => new()
    {
        Step = step, Actor = actor,
        Operation = $"op-{string.Concat($"{Interlocked.Increment(ref _operations)}".Select(c => (char)(c + 49)))}",
    };

    public CaseCommand Objection(string id, CaseActor? by = null) => Command(CaseStep.Submit, by ?? Organisation) with
    {
        Kind = CaseKind.Objection, Records = [Record(id)], Grounds = "error", Statement = "罚款金额有误", Declaration = true,
    };

    public CaseCommand Repair(params RecordId[] records) => Command(CaseStep.Submit, Organisation) with
    {
        Kind = CaseKind.Repair, Records = records, Statement = "已履行全部义务", Declaration = true,
    };

    public CaseCommand Listing(string list = "market-regulation", string grounds = "food-safety", string? basis = null) =>
        Command(CaseStep.Submit, Market) with
        {
            Kind = CaseKind.Listing, Grounds = grounds, Facts = Facts((CaseFacts.List, list), (CaseFacts.Basis, basis)),
        };

    public CaseCommand List(string until, CaseActor? by = null) => Command(CaseStep.Decide, by ?? Market) with
    {
        Outcome = CaseOutcome.Listed, Reason = "事实清楚",
        Facts = Facts((CaseFacts.DocumentNumber, "虚市监列〔2026〕1号"), (CaseFacts.Until, until)),
    };

    public CaseCommand Commitment(
        string dueOn, string matter = "food-licence", string type = "approval", string body = "SCJG", string? text = null) =>
        Command(CaseStep.Submit, Organisation) with
        {
            Kind = CaseKind.Commitment,
            Facts = Facts(
                (CaseFacts.Matter, matter), (CaseFacts.Type, type), (CaseFacts.AcceptedBy, body), (CaseFacts.DueOn, dueOn),
                (CaseFacts.Text, text ?? Rulebook.Procedures.Commitments!.Items["food-licence"].Text)),
        };

    public CaseCommand Assess(CaseOutcome result) => Command(CaseStep.Assess, Market) with
    {
        Outcome = result, Reason = "经核查", Facts = Facts((CaseFacts.NotPerformed, "未按期整改"), (CaseFacts.Basis, "虚构认定书")),
    };

    public CaseCommand Declaration(string title, string declared = "qualification", string content = "有效期内", string? text = null) =>
        Command(CaseStep.Submit, Organisation) with
        {
            Kind = CaseKind.Declaration, Declaration = true,
            Facts = Facts(
                (CaseFacts.Class, declared), (CaseFacts.Title, title), (CaseFacts.Content, content), (CaseFacts.VerifiedBy, "SCJG"),
                (CaseFacts.Until, "2026-09-01"), (CaseFacts.Text, text ?? Rulebook.Procedures.Declarations!.Truth)),
        };

    public CaseCommand Contract(SubjectId party, string? note = null) => Command(CaseStep.Submit, Market) with
    {
        Kind = CaseKind.Contract,
        Facts = Facts(
            ("contractNumber", "HT-虚构-1"), ("contractName", "虚构采购合同"), (CaseFacts.Party, party.Value), ("amount", "12.5"),
            ("signedOn", "2026-06-01"), (CaseFacts.DueOn, "2027-06-30"), ("note", note)),
    };

    /// <summary>Another invented organisation that the platform knows.</summary>
    public async Task<SubjectId> OtherAsync()
    {
        var other = new SubjectId(Invented.Code());
        await FeedAsync(
            "SCJG",
            $$$"""{"id":"R-{{{other}}}","revision":1,"subject":"{{{other}}}","kind":"registration","""
            + $$$""" "data":{"name":"虚构案件相对方公司","status":"active","region":"990103","establishedOn":"2010-01-01"}}""");
        return other;
    }

    /// <summary>The level of a contract's record in the other party's file.</summary>
    public async Task<string?> LevelInAsync(SubjectId other, CaseNumber contract)
    {
        var view = (await Node.Subjects.FindAsOfAsync(other, Today, null, Consistency.Latest, Cancellation))!;
        return view.Evaluator.Standings(view.State, view.AsOf).SingleOrDefault(each => each.Record.Id == $"{contract}-2")?.Level;
    }

    /// <summary>Content of a record's newest revision.</summary>
    public async Task<JsonObject> ContentAsync(RecordId record)
    {
        var head = (await Node.Store.Journal.FindHeadsAsync([record], Cancellation)).Single();
        var entries = await Node.Store.Journal.ReadRevisionsAsync([new RecordRevision(record, head.Revision)], Cancellation);
        return JsonNode.Parse(entries.Single().Payload.Span)!.AsObject();
    }

    /// <summary>Ids of the records of a role that a check shows.</summary>
    public async Task<IReadOnlyList<string>> ShownAsync(RecordRole role)
    {
        var view = await ViewAsync();
        return [.. view.Evaluator.ShownRecords(view.State, view.AsOf).Where(each => each.Role == role).Select(each => each.Record.Id)];
    }

    /// <summary>Ids of the entries of lists in force.</summary>
    public async Task<IReadOnlyList<string>> NamesOnListsAsync()
    {
        var view = await ViewAsync();
        return [.. view.Evaluator.Standings(view.State, view.AsOf)
            .Where(each => each.Kind == "list-entry" && !each.Withdrawn && !(each.Until <= view.AsOf)).Select(each => each.Record.Id)];
    }

    private static Dictionary<string, string> Facts(params (string Name, string? Value)[] facts) =>
        facts.Where(fact => fact.Value is not null).ToDictionary(fact => fact.Name, fact => fact.Value!);

    public async Task<StoredCase> OpenAsync(CaseCommand command) => Taken(await TryOpenAsync(command));

    public Task<CaseResult> TryOpenAsync(CaseCommand command) => Node.Cases.OpenAsync(Subject, command, "someone", Cancellation);

    public async Task<StoredCase> ActAsync(CaseNumber number, CaseCommand command) => Taken(await TryActAsync(number, command));

    public Task<StoredCase> ActAsync(CaseNumber number, CaseStep step, CaseActor actor, string? reason = "经核实") =>
        ActAsync(number, Command(step, actor) with { Reason = reason });

    public Task<CaseResult> TryActAsync(CaseNumber number, CaseCommand command) =>
        Node.Cases.ActAsync(number, command, "someone", Cancellation);

    public Task<CaseResult> TryActAsync(CaseNumber number, CaseStep step, CaseActor actor) =>
        TryActAsync(number, Command(step, actor) with { Reason = "经核实" });

    public CaseCommand Decide(CaseOutcome outcome, CaseActor? by = null, RecordId? record = null, params CaseChange[] changes) =>
        Command(CaseStep.Decide, by ?? Platform) with
        {
            Outcome = outcome, Reason = "经核实", Changes = changes, Records = record is { } one ? [one] : [],
        };

    public static CaseChange Change(string field, object? old, object? @new) => new(
        field, old is null ? null : JsonSerializer.SerializeToElement(old), @new is null ? null : JsonSerializer.SerializeToElement(@new));

    public async Task<SubjectView> ViewAsync(DateOnly? asOf = null, KnownAt? knownAt = null)
    {
        var consistency = Last is { } token ? Consistency.AtLeast(token) : Consistency.Latest;
        return (await Node.Subjects.FindAsOfAsync(Subject, asOf ?? Today, knownAt, consistency, Cancellation))!;
    }

    /// <summary>The record on a day, as known at a point.</summary>
    public async Task<RecordStatus> StatusAsync(string id, DateOnly? asOf = null, KnownAt? knownAt = null, string source = "SCJG")
    {
        var view = await ViewAsync(asOf, knownAt);
        return view.Evaluator.Standings(view.State, view.AsOf).Single(status => status.Record == Record(id, source));
    }

    public async Task<bool> IsPublicAsync(string id, DateOnly? asOf = null)
    {
        var view = await ViewAsync(asOf);
        return view.Evaluator.PublicRecords(view.State, view.AsOf).Any(record => record.Record == Record(id));
    }

    /// <summary>Score on a day: incremental, explained and from the beginning of the journal must agree (I3, I4).</summary>
    public async Task<string> ScoreAsync(DateOnly? asOf = null, KnownAt? knownAt = null)
    {
        var view = await ViewAsync(asOf, knownAt);
        var explained = view.Assess();
        Assert.Equal(view.Summary.ScoreMilli, explained.ScoreMilli);
        return explained.ScoreMilli is { } milli
            ? (milli / 1000m).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture) : "none";
    }

    public async Task<IReadOnlyList<string>> MeasuresAsync(string id, DateOnly? asOf = null) =>
        [.. (await ViewAsync(asOf)).Assess().Measures.Where(each => each.Cause == Record(id)).Select(each => each.Measure.Id).Order()];

    /// <summary>The due list is what the journal says, case by case.</summary>
    public async Task<IReadOnlyList<DeadlineRow>> DueAsync(CaseKind kind, string source = "")
    {
        var rows = await Node.Store.Deadlines.ListAsync(new DeadlineQuery(kind, source, null, null, null, 200), Cancellation);
        return [.. rows.Where(row => row.Subject == Subject)];
    }

    /// <summary>Numbers of the subject's cases in force, those that end first before the others.</summary>
    public async Task<IReadOnlyList<CaseNumber>> InForceAsync(CaseKind kind, string source, CaseState? state = null) =>
    [
        .. (await Node.Cases.ListInForceAsync([kind], source, state, Today, null, 200, Cancellation))
            .Where(each => each.Case.Subject == Subject).Select(each => each.Row.Case),
    ];

    private StoredCase Taken(CaseResult result)
    {
        Assert.True(result.Rejection is null, result.Rejection?.Code + " " + result.Rejection?.Found);
        Last = Token.TryParse(
            Token.Text(Node.Store.Incarnation, time.Now, ShardMap.ShardOf(Subject, Node.Store.ShardCount), result.Head), out var token)
            ? token : null;
        return result.Case!;
    }
}
