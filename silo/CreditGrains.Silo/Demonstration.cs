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
internal sealed class Demonstration(IServiceProvider services) : IHostedService
{
    private const int Organisations = 200;
    private const int ExamplesTried = 100;

    /// <summary>The organisation of the development provider's invented clerk.</summary>
    private const int ClerksOrganisation = 82;
    private const string Actor = "demonstration";

    /// <summary>The development provider's invented checker.</summary>
    private const string WatchlistOwner = "@dev-checker";

    /// <summary>Said in everything that people would otherwise take for something that has happened.</summary>
    internal const string Invented = "演示用虚构数据。";

    /// <summary>A name that never stands for a machine (RFC 6761).</summary>
    private const string Receiver = "https://receiver.invalid/changes";
    private static readonly SourceId Source = new("DEMO");
    private string? _example;

    public async Task StartAsync(CancellationToken cancellationToken) =>
        _example = await LoadIntoEmptyAsync(services.GetRequiredService<CreditEngine>(), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Loads the demonstration when nothing has ever been reported.</summary>
    /// <returns>
    /// The code of an organisation worth showing; null when the store was not empty, or the rulebook does not take the events.
    /// </returns>
    private static async Task<string?> LoadIntoEmptyAsync(CreditEngine engine, CancellationToken cancellation)
    {
        var shards = await engine.Store.Subjects.ShardsAsync(cancellation);
        if (shards.Any(shard => shard.Head > 0))
            return null;
        var feed = new SyntheticFeed(new SyntheticOptions { Subjects = Organisations, EndDate = engine.Today, BadLines = 0 });
        using var body = new MemoryStream();
        feed.Write(body, cancellation);
        body.Position = 0;
        var receipt = await engine.Feed.SubmitAsync(
            Source, Actor, PipeReader.Create(body), new FeedOptions { ReportedLinesMax = 1 }, cancellation);
        if (receipt.Accepted == 0)
            return null;
        var chosen = await ChooseAsync(engine, feed, Consistency.AtLeast(receipt.Token), cancellation);
        await FillPagesAsync(engine, chosen, cancellation);
        await new DemonstrationCases(engine, Source, Actor, cancellation)
            .OpenAsync(
                new SubjectId(feed.SubjectCode(ClerksOrganisation)),
                [.. feed.SubjectCodes(ExamplesTried).Select(code => new SubjectId(code))]);
        return chosen;
    }

    /// <summary>
    /// Something on each page of the portal: lines that are returned, a draft of rules with a simulation to make, a recomputation, figures,
    /// a bulletin, an inspection plan, a subscription, a watchlist. A rulebook of another form leaves them out.
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
                .Replace("base: 1000", "base: 995", StringComparison.Ordinal);
            await engine.Policies.DraftAsync(draft, Actor, "演示用虚构数据：全部组织的起始分降低五分。", cancellation);
        }

        await engine.FlushAsync();
        await engine.Recomputation.StartAsync(Actor, Invented, cancellation);
        await engine.Statistics.StartAsync(Actor, cancellation);
        await engine.Bulletins.StartAsync(Actor, cancellation);
        await engine.InspectionDrawings.BeginAsync(
            new InspectionCommand(
                "demo-plan", "演示抽查计划", "demonstration", [new InspectionUnit(Source.Value, 20)], Actor), cancellation);
        await engine.Subscriptions.CreateAsync(
            new SubscriptionCommand(Receiver, [], [], ["D"], null, Actor, "演示用虚构数据：该地址无人接收"), cancellation);
        await engine.Watchlists.CreateAsync(
            new WatchlistCommand("虚构示范名单", ["*"], [example], null, true, null, WatchlistOwner, Actor, "supervision"), cancellation);
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
        await talk.WriteLineAsync($"Loaded {Organisations} invented organisations. One of them, as an approval workflow sees it:\n");
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
