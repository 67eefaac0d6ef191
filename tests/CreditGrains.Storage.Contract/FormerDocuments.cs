using System.Text.Json.Nodes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Documents that earlier versions kept and that have tables of their own now: a migration takes them over.</summary>
public static class FormerDocuments
{
    /// <summary>The kinds that none may be left of.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "command-answers", "simulation", "simulation-part", "inspection-draw", "inspection-plan-part", "recomputation",
        "recomputation-part",
    ];

    public static Task WriteAsync(IControlStore control, CancellationToken cancellation) => control.WriteAsync(
        [
            Document(
                "command-answers", "ab",
                """
                {"items":[{"key":"ab01","request":"r1","at":"2026-03-04T08:00:00.1234567+00:00","firstAt":"2026-03-04T15:59:00+08:00",
                "owner":"o1","isUncertain":false,"status":201,"contentType":"application/json","location":"/v1/policies/2026.3",
                "eTag":"\"x\"","body":"eyJhIjoi5L+hIn0="},
                {"key":"ab02","request":"r2","at":"2026-03-04T08:00:01+00:00","owner":"","isUncertain":true,"status":0,"body":""}]}
                """),
            Document(
                "command-answers", "ac",
                """{"items":[{"key":"ac01","request":"r3","at":"2026-03-04T08:00:02+00:00","isUncertain":false,"status":0,"body":""}]}"""),
            Document("simulation", "00", Simulation("00aa", "finished", "2026-03-04T08:00:05Z", 2)),
            Document("simulation", "01", Simulation("01bb", "running", null, 0)),
            Document("simulation-part", "00/0000", """{"run":"00aa","attempt":2,"gzip":"AQI="}"""),
            Document("simulation-part", "00/0001", """{"run":"00aa","attempt":2,"gzip":"Aw=="}"""),
            Document("simulation-part", "01/0000", """{"run":"01xx","attempt":1,"gzip":"BA=="}"""),
            Document("inspection-draw", "2026-Q1", Draw("2026-Q1", "drawn")),
            Document("inspection-draw", "2026-Q2", Draw("2026-Q2", "drawing")),
            Document("inspection-plan-part", "2026-Q1/000000", """[{"s":"91990000TEST000001","g":"A","u":"信"}]"""),
            Document("recomputation", "0000000001", Run("0000000001", "finished")),
            Document("recomputation", "0000000002", Run("0000000002", "paused")),
            Document("recomputation-newest", "newest", """{"id":"0000000002"}"""),
            Document("recomputation-part", "0000", Run("0000000002", "running")),
        ],
        cancellation);

    /// <summary>Each is there in its new form, and nowhere else.</summary>
    public static async Task TakenOverAsync(IStore store, CancellationToken cancellation)
    {
        foreach (var kind in Kinds)
            Assert.Empty(await store.Control.ListAsync(kind, null, 10, cancellation));
        var start = new DateTimeOffset(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);
        var answered = (await store.CommandAnswers.FindAsync("ab01", cancellation))!;
        Assert.Equal("{\"a\":\"信\"}"u8.ToArray(), answered.Body);

        // PostgreSQL reads instants to the microsecond.
        Assert.Equal(start.AddMicroseconds(123_457), answered.At, TimeSpan.FromMicroseconds(1));
        Assert.Equal(
            new CommandAnswer("ab01", "o1", "r1", answered.At)
            {
                Version = 1,
                FirstAt = start.AddMinutes(-1),
                Status = 201,
                ContentType = "application/json",
                Location = "/v1/policies/2026.3",
                ETag = "\"x\"",
                Body = answered.Body,
            },
            answered);
        var uncertain = (await store.CommandAnswers.FindAsync("ab02", cancellation))!;
        Assert.Equal((true, 0, "r2", 0), (uncertain.IsUncertain, uncertain.Status, uncertain.Request, uncertain.Body.Length));
        Assert.True((await store.CommandAnswers.FindAsync("ac01", cancellation))!.IsUnderWay);
        await SimulationsTakenOverAsync(store.Jobs, start, cancellation);
        await DrawsTakenOverAsync(store.Jobs, start, cancellation);
        await RunsTakenOverAsync(store.Jobs, start, cancellation);
    }

    private static async Task SimulationsTakenOverAsync(IJobStore jobs, DateTimeOffset start, CancellationToken cancellation)
    {
        Assert.Equal(["00aa", "01bb"], (await jobs.ListAsync("simulation", null, 10, cancellation)).Select(job => job.Key.Id));
        var finished = (await jobs.FindAsync(new JobKey("simulation", "00aa"), cancellation))!;
        Assert.Equal(
            (1L, "finished", "n1", start, start.AddSeconds(5)),
            (finished.Version, finished.State, finished.Node, finished.CreatedAt, finished.EndedAt!.Value));
        Assert.Equal(Simulation("00aa", "finished", "2026-03-04T08:00:05Z", 2), finished.Content);
        Assert.Null((await jobs.FindAsync(new JobKey("simulation", "01bb"), cancellation))!.EndedAt);
        Assert.Equal(new byte[] { 1, 2 }, await jobs.ResultAsync("simulation", "00aa", 0, cancellation));
        Assert.Equal(new byte[] { 3 }, await jobs.ResultAsync("simulation", "00aa", 1, cancellation));
        Assert.Null(await jobs.ResultAsync("simulation", "01bb", 0, cancellation));
    }

    private static async Task DrawsTakenOverAsync(IJobStore jobs, DateTimeOffset start, CancellationToken cancellation)
    {
        var drawn = (await jobs.FindAsync(new JobKey("inspection-draw", "2026-Q1"), cancellation))!;
        Assert.Equal(("finished", "n2", start), (drawn.State, drawn.Node, drawn.CreatedAt));
        Assert.NotNull(drawn.EndedAt);
        using var content = System.Text.Json.JsonDocument.Parse(drawn.Content);
        Assert.Equal("finished", content.RootElement.GetProperty("state").GetString());
        Assert.Equal(start, content.RootElement.GetProperty("askedAt").GetDateTimeOffset());
        Assert.Equal("ada", content.RootElement.GetProperty("actor").GetString());
        var drawing = (await jobs.FindAsync(new JobKey("inspection-draw", "2026-Q2"), cancellation))!;
        Assert.Equal(("running", null), (drawing.State, drawing.EndedAt));
        Assert.Equal(
            """[{"s":"91990000TEST000001","g":"A","u":"信"}]""",
            System.Text.Encoding.UTF8.GetString((await jobs.ResultAsync("inspection-plan", "2026-Q1", 0, cancellation))!));
    }

    private static async Task RunsTakenOverAsync(IJobStore jobs, DateTimeOffset start, CancellationToken cancellation)
    {
        var finished = (await jobs.FindAsync(new JobKey("recomputation", "0000000001"), cancellation))!;
        Assert.Equal(("finished", start, start.AddSeconds(9)), (finished.State, finished.CreatedAt, finished.EndedAt!.Value));
        Assert.Equal(Run("0000000001", "finished"), finished.Content);
        Assert.Empty(await jobs.PartitionsAsync("recomputation", "0000000001", cancellation));
        Assert.Null((await jobs.FindAsync(new JobKey("recomputation", "0000000002"), cancellation))!.EndedAt);
        var parts = await jobs.PartitionsAsync("recomputation", "0000000002", cancellation);
        Assert.Equal([(0, "finished"), (1, "running"), (2, "running")], parts.Select(part => (part.Key.Partition, part.State)));
        var contents = parts.Select(part => JsonNode.Parse(part.Content)!).ToList();
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"isDone":true,"elapsedMs":1.5,"passed":7,"written":6,"gradesChanged":5,"refolded":4,
                "poison":[{"subject":"91990000TEST000001","error":"信"}],"matrix":[{"new":"A","count":6}],"after":"91990000TEST000005"}
                """),
            contents[0]));
        Assert.Equal("91990000TEST000002", (string?)contents[1]["after"]);
        Assert.False((bool)contents[1]["isDone"]!);
        Assert.Null(contents[2]["after"]);
    }

    private static string Run(string id, string state) =>
        $$"""
        {"id":"{{id}}","policyVersion":"v2","rules":"v2 r","activation":1,"reason":"信","actor":"platform","state":"{{state}}",
        "startedAt":"2026-03-04T08:00:00Z",{{(state == "finished" ? "\"finishedAt\":\"2026-03-04T08:00:09Z\"," : "")}}"elapsedMs":1.5,
        "subjects":9,"done":7,"written":6,"gradesChanged":5,"refolded":4,
        "poison":[{"subject":"91990000TEST000001","error":"信"}],"matrix":[{"new":"A","count":6}],
        "shards":[{"after":"91990000TEST000005","done":true},{"after":"91990000TEST000002","done":false},{"done":false}]}
        """;

    private static string Simulation(string id, string state, string? endedAt, int parts) =>
        $$"""
        {"id":"{{id}}","actor":"ada","version":"v2","against":"v1","asOf":"2026-03-04","knownThen":true,"samplePercent":100,"seed":1,
        "movers":3,"countsForActivation":true,"state":"{{state}}","askedAt":"2026-03-04T08:00:00Z",
        {{(endedAt is null ? "" : $"\"endedAt\":\"{endedAt}\",")}}"attempt":2,"node":"n1","seenAt":"2026-03-04T08:00:05Z",
        "done":3,"subjects":3,"elapsedMs":1.5,"parts":{{parts}}}
        """;

    private static string Draw(string id, string state) =>
        $$"""
        {"id":"{{id}}","actor":"ada","state":"{{state}}","startedAt":"2026-03-04T08:00:00Z","node":"n2","seenAt":"2026-03-04T08:00:05Z",
        "done":1,"subjects":2}
        """;

    private static ControlWrite Document(string kind, string id, string content) => new(kind, id, null, content, null);
}
