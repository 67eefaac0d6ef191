using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Silo;

namespace CreditGrains.Conformance.Tests.Golden;

/// <summary>
/// R10: what the build d928ae2 has written opens, migrates, and gives the same answers. Whatever changes a form stored there needs its
/// migration to pass here.
/// </summary>
public sealed class GoldenTests
{
    [Theory]
    [InlineData(StoreUnderTest.Sqlite)]
    [InlineData(StoreUnderTest.Postgres)]
    public async Task Store_of_a_former_build_opens_and_gives_the_same_answers(string kind)
    {
        await using var store = await StoreUnderTest.MakeAsync(kind);
        using var golden = GoldenStore.Unpack(kind);
        if (store.Connection is { } connection)
            await golden.RestoreAsync(connection);
        var answers = golden.Answers;
        var time = new ShiftedTime(golden.AskedAt);
        for (var opening = 1; opening <= 2; opening++)
        {
            await using var server = await CreditServer.StartAsync(
                new ServerOptions
                {
                    Urls = ["http://127.0.0.1:0"],
                    DataDirectory = golden.Data,
                    RulebookDirectory = golden.Rulebook,
                    Connection = store.Connection,
                    Demo = false,
                    Time = time,
                },
                TextWriter.Null, TestContext.Current.CancellationToken);
            using var caller = new Caller(server.Address, golden.Data, time);
            var subjects = answers["subjects"]!.AsArray().Select(subject => (string)subject!).ToList();
            if (opening == 1)
            {
                var now = await GoldenQuestions.AskAsync(caller, subjects);
                var differences = now
                    .SelectMany(answer => GoldenQuestions.Differences(answers[answer.Key], answer.Value, answer.Key)).ToList();
                Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
            }

            // Cursors and tokens that callers still hold stay valid, also with the second start after the upgrade.
            var records = $"/v1/subjects/{subjects[0]}/records";
            _ = (await caller.GetAsync($"/v1/subjects/{subjects[0]}?consistency=at-least:{answers["token"]}")).Success;
            _ = (await caller.GetAsync($"{records}?limit=2&cursor={answers["recordsCursor"]}")).Success;
            _ = (await caller.GetAsync($"/v1/changes?after={answers["changeCursor"]}")).Success;
        }
    }

    /// <summary>The machine's clock as if it had been that instant at the start.</summary>
    private sealed class ShiftedTime(DateTimeOffset start) : TimeProvider
    {
        private readonly TimeSpan _behind = System.GetUtcNow() - start;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - _behind;
    }
}
