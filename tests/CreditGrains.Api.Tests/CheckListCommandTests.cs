using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using CreditGrains.Api.Commands;
using CreditGrains.Engine.CheckLists;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Lists of checks asked for with an Idempotency-Key: one list however often, and however at once, its file is sent.</summary>
public sealed class CheckListCommandTests : IAsyncLifetime
{
    private const string Path = "/v1/check-lists?purpose=approval&matter=public-funds&stage=accept";
    private const string Csv = "text/csv";
    private readonly string _good = Invented.Code();
    private RuledServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task List_sent_again_under_its_key_is_the_first_one_also_after_a_restart()
    {
        // More than the middleware holds of a command's body.
        var body = string.Join('\n', Enumerable.Repeat($"{_good},{new string('x', 40_000)}", 50));
        var first = Expect(202, await PostAsync(body, "k-1"));
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));
        AssertReplays(first, await PostAsync(body, "k-1"));
        (await PostAsync(body + "x", "k-1")).AssertProblem(409, "idempotency-conflict");
        (await PostAsync(body, "k-1", type: "application/x-ndjson")).AssertProblem(409, "idempotency-conflict");
        (await PostAsync(body, "k-1", Path + "&lang=en")).AssertProblem(409, "idempotency-conflict");
        await WaitAsync(first);
        await _server.StopAsync();
        await _server.RestartAsync();
        AssertReplays(first, await PostAsync(body, "k-1"));
        Assert.Single(await ListsAsync());

        var other = Expect(202, await PostAsync(body, "k-2"));
        Assert.NotEqual(first.Headers["Location"], other.Headers["Location"]);
        Assert.Equal(2, (await ListsAsync()).Count);
        await WaitAsync(other);
    }

    [Fact]
    public async Task Lists_sent_at_once_under_one_key_are_one_list()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostAsync(_good, "k")));
        Assert.All(answers, answer => Assert.True(
            answer.Status == 202 || answer.Text.Contains("idempotency-in-progress", StringComparison.Ordinal), answer.Text));
        var begun = Assert.Single(answers.Where(answer => answer.Status == 202).Select(answer => answer.Text).Distinct());
        var list = Assert.Single(await ListsAsync());
        Assert.Contains(list.Id, begun, StringComparison.Ordinal);
        await _server.Server.Engine.CheckLists.Jobs.WaitAsync(list.Id);
    }

    [Fact]
    public async Task Key_of_a_refused_list_is_free_for_the_corrected_one()
    {
        (await PostAsync("", "k")).AssertProblem(422, "required");
        (await PostAsync(_good, "k", "/v1/check-lists?purpose=approval")).AssertProblem(422, "required");
        (await PostAsync(_good, "two words")).AssertProblem(400, "invalid-parameter");
        await WaitAsync(Expect(202, await PostAsync(_good, "k")));
        Assert.Single(await ListsAsync());
    }

    [Fact]
    public async Task Body_that_is_still_under_way_does_not_hold_its_key()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes($"{_good}\n"), CreditFixture.Stop);
        var slow = SendAsync(new StreamContent(pipe.Reader.AsStream()), "k", Path, Csv);
        var first = Expect(202, await PostAsync($"{_good}\n{_good}", "k"));
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(_good), CreditFixture.Stop);
        await pipe.Writer.CompleteAsync();
        AssertReplays(first, await slow);
        await WaitAsync(first);
    }

    [Fact]
    public async Task List_whose_answer_was_lost_with_its_node_is_found_again_and_the_key_of_yesterday_makes_another()
    {
        var first = Expect(202, await PostAsync(_good, "k"));
        await WaitAsync(first);
        var answers = _server.Server.Engine.Store.CommandAnswers;
        var actor = Assert.Single(await ListsAsync()).Actor;
        var kept = (await answers.FindAsync(CommandAnswers.KeyOf(actor, "k"), CreditFixture.Stop))!;

        // As the node has left it that died between the list and the note of its answer, minutes ago.
        await answers.WriteAsync(
            kept with { Status = 0, Body = [], FirstAt = kept.At, At = kept.At.AddMinutes(-3) }, null, CreditFixture.Stop);
        var again = Expect(202, await PostAsync(_good, "k"));
        Assert.False(again.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Equal(first.Headers["Location"], again.Headers["Location"]);
        Assert.Single(await ListsAsync());

        await answers.WriteAsync(kept with { At = kept.At.AddHours(-25) }, null, CreditFixture.Stop);
        var next = Expect(202, await PostAsync(_good, "k"));
        Assert.NotEqual(first.Headers["Location"], next.Headers["Location"]);
        Assert.Equal(2, (await ListsAsync()).Count);
        await WaitAsync(next);
    }

    private static void AssertReplays(Answer first, Answer again)
    {
        Expect(202, again);
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        Assert.Equal((first.Text, first.Headers["Location"]), (again.Text, again.Headers["Location"]));
    }

    private Task<IReadOnlyList<CheckListRun>> ListsAsync() => _server.Server.Engine.CheckLists.Jobs.ListAsync(CreditFixture.Stop);

    private Task WaitAsync(Answer begun) =>
        _server.Server.Engine.CheckLists.Jobs.WaitAsync(begun.Json.GetProperty("list").GetString()!);

    private Task<Answer> PostAsync(string body, string key, string path = Path, string type = Csv) =>
        SendAsync(new StringContent(body), key, path, type);

    private async Task<Answer> SendAsync(HttpContent content, string key, string path, string type)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_server.Server.Address), Timeout = TimeSpan.FromMinutes(2) };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _server.Token("checker", "an officer", "CZJ"));
        request.Headers.AcceptLanguage.ParseAdd("en");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await http.SendAsync(request, CreditFixture.Stop);
        return await Answer.OfAsync(answer);
    }
}
