using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Api.Subjects;
using CreditGrains.Development.Synthetic;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Inspections;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Watchlists;

namespace CreditGrains.Silo;

/// <summary>The first run: invented organisations, reported as any department would, and one real check of one of them.</summary>
internal sealed class Demonstration(IServiceProvider services, ServerOptions options) : IHostedService
{
    private const int Organisations = 200;
    private const int ExamplesTried = 100;

    /// <summary>The organisation of the development provider's invented clerk.</summary>
    private const int ClerksOrganisation = 82;
    private const string Actor = "demonstration";
    private const string ClosedOnce = "/portal/lists";

    private const string Author = "dev-policy-author";
    private const int WatchedSubjects = 5;

    /// <summary>The development provider's invented people who may have watchlists.</summary>
    private static readonly string[] WatchlistOwners = ["dev-checker", "dev-reviewer", "dev-auditor", "dev-operator"];

    /// <summary>Said in everything that people would otherwise take for something that has happened.</summary>
    internal const string Invented = "演示用虚构数据。";

    /// <summary>A name that never stands for a machine (RFC 6761).</summary>
    private const string Receiver = "https://receiver.invalid/changes";
    private static readonly SourceId Source = new("DEMO");
    private string? _example;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _example = await LoadIntoEmptyAsync(services.GetRequiredService<CreditEngine>(), options.HistoryClock, cancellationToken);
        }
        finally
        {
            options.HistoryClock?.CatchUp();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Loads the demonstration when nothing has ever been reported.</summary>
    /// <returns>
    /// The code of an organisation worth showing; null when the store was not empty, or the rulebook does not take the events.
    /// </returns>
    private static async Task<string?> LoadIntoEmptyAsync(CreditEngine engine, ShiftedTime? clock, CancellationToken cancellation)
    {
        var shards = await engine.Store.Subjects.ShardsAsync(cancellation);
        if (shards.Any(shard => shard.Head > 0))
            return null;
        var feed = new SyntheticFeed(new SyntheticOptions { Subjects = Organisations, EndDate = engine.Today, BadLines = 0 });
        var codes = feed.SubjectCodes(ExamplesTried).ToList();
        var (own, others) = (new SubjectId(feed.SubjectCode(ClerksOrganisation)), codes.ConvertAll(code => new SubjectId(code)));
        var cases = new DemonstrationCases(engine, Source, Actor, own, others, cancellation);
        var checks = new DemonstrationChecks(engine, others, cancellation);
        var history = new DemonstrationHistory(engine, clock, Source, Actor);
        await WatchAsync(engine, own, others, cancellation);
        var receipt = await history.PlayAsync(feed, codes, cases, checks, cancellation);
        if (receipt.Accepted == 0)
            return null;
        var chosen = await ChooseAsync(engine, feed, Consistency.AtLeast(receipt.Token), cancellation);
        await FillPagesAsync(engine, chosen, cancellation);
        await cases.OpenAsync();
        await checks.AskTodayAsync(own);
        await history.EndDayAsync(cancellation);
        return chosen;
    }

    /// <summary>A watchlist of each of the invented people who may have one.</summary>
    private static async Task WatchAsync(
        CreditEngine engine, SubjectId own, IReadOnlyList<SubjectId> others, CancellationToken cancellation)
    {
        var watched = others.Take(WatchedSubjects).Append(own).Select(subject => subject.Value).Distinct().ToList();
        foreach (var actor in WatchlistOwners)
        {
            await engine.Watchlists.CreateAsync(
                new WatchlistCommand("虚构示范名单", ["*"], watched, null, true, null, "@" + actor, actor, "supervision"), cancellation);
        }
    }

    /// <summary>
    /// Something on each page of the portal: lines that are returned, a draft of rules with a simulation to make, a recomputation, a
    /// bulletin, an inspection plan, a subscription, a proposed rulebook. A rulebook of another form leaves them out.
    /// </summary>
    private static async Task FillPagesAsync(CreditEngine engine, string example, CancellationToken cancellation)
    {
        string[] returned =
        [
            $$$"""{"id":"DEMO-R1","revision":1,"op":"put","subject":"{{{example}}}","kind":"penalty","data":{"decidedOn":"2999-01-01"}}""",
            $$$"""{"id":"DEMO-R2","revision":1,"op":"put","subject":"{{{example}}}","kind":"no-such-kind","data":{}}""",
            $$$"""{"id":"DEMO-R3","revision":1,"op":"put","subject":"{{{example[..^1]}}}?","kind":"registration","data":{}}""",
        ];
        var lines = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', returned)));
        await engine.Feed.SubmitAsync(Source, Actor, PipeReader.Create(lines), new FeedOptions { ReportedLinesMax = 1 }, cancellation);
        var inForce = engine.Policies.InForce;
        if (await engine.Policies.FindAsync(inForce, cancellation) is { } known)
        {
            var draft = known.Version.Text.Replace($"version: {inForce}", "version: demo-1", StringComparison.Ordinal)
                .Replace("base: 1000", "base: 995", StringComparison.Ordinal)
                .Replace("grade: B, min: 900", "grade: B, min: 850", StringComparison.Ordinal);
            await engine.Policies.DraftAsync(draft, Actor, Invented + "全部组织的起始分降低五分，B 等的分数线降低五十分。", cancellation);
        }

        await engine.FlushAsync();
        await engine.Recomputation.StartAsync(Actor, Invented, cancellation);
        await engine.Bulletins.StartAsync(Actor, cancellation);
        await engine.Retention.CountAsync("RT-DEMO", Actor, Invented, cancellation);
        if (await engine.Closings.CloseAsync(ClosedOnce, Actor, Invented, cancellation))
            await engine.Closings.OpenAsync(ClosedOnce, Actor, Invented, cancellation);
        await engine.InspectionDrawings.BeginAsync(
            new InspectionCommand(
                "demo-plan", "演示抽查计划", "demonstration", [new InspectionUnit(Source.Value, 20)], Actor), cancellation);
        await engine.Subscriptions.CreateAsync(
            new SubscriptionCommand(Receiver, [], [], ["D"], null, Actor, "演示用虚构数据：该地址无人接收"), cancellation);
        await ProposeAsync(engine, cancellation);
    }

    /// <summary>A rulebook for another person to put in force: names of organisations may be longer.</summary>
    private static async Task ProposeAsync(CreditEngine engine, CancellationToken cancellation)
    {
        const string File = "catalogue.yaml";
        if (engine.Rulebook.Files.GetValueOrDefault(File) is not { } catalogue)
            return;
        var proposed = catalogue.Replace("name: {type: text, max: 200,", "name: {type: text, max: 300,", StringComparison.Ordinal);
        if (proposed != catalogue)
        {
            await engine.Rulebooks.ProposeAsync(
                new Dictionary<string, string>(engine.Rulebook.Files) { [File] = proposed }, Author, Invented, cancellation);
        }
    }

    /// <summary>Says one real check with its explanation, the address, and what to do next; nothing where nothing was loaded.</summary>
    public async Task ShowAsync(string address, string dataDirectory, TextWriter talk, CancellationToken cancellation)
    {
        if (_example is not { } example)
            return;
        var engine = services.GetRequiredService<CreditEngine>();
        var matter = engine.Rulebook.Matters.Keys.FirstOrDefault();
        var subject = new SubjectId(example);
        var view = await engine.Subjects.FindAsync(subject, Consistency.Any, cancellation);
        if (view is null)
            return;
        var history = options.HistoryClock is null ? "" : $", with reports and cases of the last {DemonstrationClock.Days} days";
        await talk.WriteLineAsync(
            $"Loaded {Organisations} invented organisations{history}. One of them, as an approval workflow sees it:\n");
        if (matter is not null)
        {
            var answer = (await engine.Checks.AskAsync(
                new CheckRequest(subject, "demonstration", matter, null, Actor) { Roles = ["operator"] }, Consistency.Any, null,
                cancellation))?.Answer;
            await talk.WriteLineAsync($"  check of {example}, matter {matter}: {Shown(answer?.Outcome)}");
            foreach (var reason in answer?.Reasons ?? [])
                await talk.WriteLineAsync($"    because: {reason.Detail.In("en")} ({reason.Code})");
        }

        foreach (var line in AssessmentInWords.Of(view, "en"))
            await talk.WriteLineAsync($"  {line}");
        await talk.WriteLineAsync($"""

            Serving on {address}  (interface description: {address}/openapi/v1.json)

            Next, in another terminal:
            {Settings(address, dataDirectory)}  export CREDIT_TOKEN=$(./credit token --roles checker)
              ./credit check {example} --matter {matter ?? "MATTER"}
              ./credit explain {example}

            """);
    }

    /// <summary>Options that commands need when this server is not where they look for it.</summary>
    private static string Settings(string address, string dataDirectory) =>
        (address == ServerCommand.DefaultAddress ? "" : $"  export CREDIT_URL={address}\n")
        + (dataDirectory == ServerCommand.DefaultData ? "" : $"  export CREDIT_DATA='{Path.GetFullPath(dataDirectory)}'\n");

    private static string Shown(CheckOutcome? outcome) => outcome switch
    {
        null => "",
        CheckOutcome.FastTrack => "FAST-TRACK",
        _ => outcome.Value.ToString().ToUpperInvariant(),
    };

    /// <summary>An organisation with something to explain: the most records among the first ones, but not too many to read.</summary>
    private static async Task<string> ChooseAsync(
        CreditEngine engine, SyntheticFeed feed, Consistency consistency, CancellationToken cancellation)
    {
        var (best, bestScore) = (feed.SubjectCode(0), -1);
        foreach (var code in feed.SubjectCodes(ExamplesTried))
        {
            if (await engine.Subjects.FindAsync(new SubjectId(code), consistency, cancellation) is not { } view)
                continue;
            var assessment = view.Assess();
            var counted = assessment.Indicators.Count(indicator => indicator.SumMilli != 0);
            var records = assessment.Indicators.Sum(indicator => indicator.Records.Count);
            var score = records > 6 ? 0 : (counted * 2) + (assessment.Measures.Count > 0 ? 1 : 0) + (assessment.Limits.Count > 0 ? 1 : 0);
            if (score > bestScore)
                (best, bestScore) = (code, score);
        }

        return best;
    }
}
