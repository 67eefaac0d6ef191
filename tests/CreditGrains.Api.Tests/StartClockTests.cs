using CreditGrains.Development;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

/// <summary>A server that starts with another instant than the machine's.</summary>
public sealed class StartClockTests(CreditFixture credit) : IDisposable
{
    private static readonly DateTimeOffset Instant = new(2026, 3, 5, 1, 0, 0, TimeSpan.Zero);
    private readonly string _data = Directory.CreateTempSubdirectory("credit-api-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("--now", "tomorrow")]
    [InlineData("--now", "2026-03-05")]
    [InlineData("--now", "2026-03-05T09:00:00")]
    [InlineData("--now", "2026-13-05T09:00:00Z")]
    [InlineData("--now", "1999-12-31T23:59:59Z")]
    [InlineData("--now", "2200-01-01T00:00:00Z")]
    [InlineData("--now", "2026-03-05T09:00:00Z", "--urls", "http://0.0.0.0:0")]
    [InlineData("--now", "2026-03-05T09:00:00Z", "--issuer", "https://issuer.example", "--audience", "creditgrains")]
    [InlineData("--now", "2026-03-05T09:00:00Z", "--store", "postgres", "--connection", "Host=nowhere.invalid", "--cluster", "c")]
    public async Task Instant_that_cannot_be_started_with_ends_with_a_sentence(params string[] args)
    {
        var (output, talk) = (new StringWriter(), new StringWriter());
        string[] where = ["--data", _data, "--rulebook", Repository.DefaultRulebook];
        Assert.Equal(ExitCodes.Usage, await ServerCommand.RunAsync([.. args, .. where], output, talk));
        Assert.Empty(output.ToString());
        Assert.NotEmpty(talk.ToString());
    }

    [Theory]
    [InlineData("2026-03-05T09:00+08:00", 1, 0)]
    [InlineData("2026-03-05T01:00:30Z", 1, 30)]
    [InlineData("2026-03-04T20:00:00.000-05:00", 1, 0)]
    public void Instant_is_read_with_its_offset(string text, int hour, int second) =>
        Assert.Equal(new DateTimeOffset(2026, 3, 5, hour, 0, second, TimeSpan.Zero), StartClock.Read(text).ToUniversalTime());

    [Fact]
    public async Task Server_lives_by_the_instant_that_it_starts_with_and_never_goes_back()
    {
        var options = CreditFixture.Options(_data);
        var subject = Invented.Code();
        await using (var server = await StartAsync(options with { Now = Instant }))
        {
            Assert.Equal(new DateOnly(2026, 3, 5), server.Engine.Today);

            // One clock for all: the command line's tokens are of the server's day, and so is what they report.
            await FeedAsync(server, Invented.Registration(subject), Invented.Penalty(subject, "NW-1", decidedOn: "2026-03-05"));
            var tomorrow = await SendAsync(server, Invented.Penalty(subject, "NW-2", decidedOn: "2026-03-06"));
            Assert.Contains("date-in-future", tomorrow.Text, StringComparison.Ordinal);
        }

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(options with { Now = Instant.AddDays(-1) }));
        Assert.Equal(ExitCodes.Data, refused.ExitCode);
        Assert.Contains("2026-03-05T01:0", refused.Message, StringComparison.Ordinal);
        await using (var later = await StartAsync(options with { Now = Instant.AddDays(1) }))
        {
            Assert.Equal(new DateOnly(2026, 3, 6), later.Engine.Today);
            await FeedAsync(later, Invented.Penalty(subject, "NW-2", decidedOn: "2026-03-06"));
        }

        // Also a day on which nothing was reported has been.
        await using (await StartAsync(options with { Now = Instant.AddDays(3) }))
        {
        }

        await Assert.ThrowsAsync<StartRefusedException>(() => StartAsync(options with { Now = Instant.AddDays(2) }));

        await using var usual = await StartAsync(options);
        Assert.Equal(TimeSpan.Zero, DevelopmentClock.Ahead(_data));
        await FeedAsync(usual, Invented.Penalty(subject, "NW-3", decidedOn: "2026-03-07"));
    }

    [Fact]
    public void Clock_file_that_holds_no_span_is_said_so()
    {
        File.WriteAllText(Path.Combine(_data, "dev-clock"), "noon");
        Assert.Throws<InvalidDataException>(() => DevelopmentClock.Ahead(_data));
        DevelopmentClock.Keep(_data, TimeSpan.FromHours(-3));
        Assert.Equal(TimeSpan.FromHours(-3), DevelopmentClock.Ahead(_data));
    }

    private static Task<CreditServer> StartAsync(ServerOptions options) =>
        CreditServer.StartAsync(options, TextWriter.Null, CreditFixture.Stop);

    private async Task FeedAsync(CreditServer server, params string[] lines)
    {
        var answer = await SendAsync(server, lines);
        Assert.Equal(200, answer.Status);
        Assert.True(answer.Json.GetProperty("accepted").GetInt32() == lines.Length, answer.Text);
    }

    private async Task<Answer> SendAsync(CreditServer server, params string[] lines)
    {
        using var issuer = DevelopmentIssuer.Open(_data);
        return await credit.PostAsync(
            $"{server.Address}/v1/sources/SCJG/events", issuer.Issue(["source"], "SCJG", null, null, TimeSpan.FromMinutes(5)),
            string.Join('\n', lines), "application/x-ndjson");
    }
}
