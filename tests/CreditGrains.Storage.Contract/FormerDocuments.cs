using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Documents that earlier versions kept and that have tables of their own now: a migration takes them over.</summary>
public static class FormerDocuments
{
    /// <summary>The kinds that none may be left of.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["command-answers"];

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
    }

    private static ControlWrite Document(string kind, string id, string content) => new(kind, id, null, content, null);
}
