using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>The implementers' work lists over HTTP, made of the outbox's changes of measures.</summary>
public sealed class MeasureTaskTests : IAsyncLifetime
{
    private const string Measure = "restrict-public-funds";
    private RuledServer _server = null!;
    private string _subject = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        _subject = Invented.Code();
        await _server.FeedAsync("SCJG", Invented.Registration(_subject));
        await _server.Server.Engine.FlushAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Measure_is_applied_and_lifting_it_makes_the_reverse_task()
    {
        await ChangeAsync("measure.begun", Measure);
        await ChangeAsync("measure.begun", "green-channel");
        var task = Assert.Single(await TasksAsync());
        Assert.Equal(("apply", _subject, Measure, "restraint", "财政、发展改革、科技等部门"), (
            Text(task, "action"), Text(task, "subject"), Text(task, "measure"), Text(task, "class"), Text(task, "implementer")));
        var path = $"/v1/measures/tasks/{Text(task, "task")}:done";
        (await _server.PostAsync(path, new { doneOn = "2999-01-01" }, "checker")).AssertProblem(422, "date-in-future");
        (await _server.PostAsync(path, new { doneOn = "2020-01-01" }, "checker")).AssertProblem(422, "date-too-early");
        (await _server.PostAsync(path, new { doneOn = "1.1.2026" }, "checker")).AssertProblem(422, "wrong-type");
        (await _server.PostAsync(path, new { note = "电话13800138000" }, "checker")).AssertProblem(422, "personal-data");
        (await _server.PostAsync(path, new { note = new string('a', 1001) }, "checker")).AssertProblem(422, "too-long");
        (await _server.PostAsync(path, new { }, "auditor")).AssertProblem(403, "forbidden");
        var done = Expect(200, await _server.PostAsync(path, new { note = "已停止拨付" }, "checker", "an officer")).Json;
        Assert.Equal(("an officer", "已停止拨付"), (Text(done, "doneBy"), Text(done, "note")));
        (await _server.PostAsync(path, new { }, "checker")).AssertProblem(409, "task-done");
        Assert.Empty(await TasksAsync());

        await ChangeAsync("measure.ended", Measure);
        var lift = Assert.Single(await TasksAsync("?implementer=" + Uri.EscapeDataString("财政、发展改革、科技等部门")));
        Assert.Equal("lift", Text(lift, "action"));
        Assert.Empty(await TasksAsync("?implementer=nobody"));
        Expect(200, await _server.PostAsync($"/v1/measures/tasks/{Text(lift, "task")}:done", new { }, "reviewer"));
        Assert.Contains(
            Expect(200, await _server.GetAsync($"/v1/subjects/{_subject}/access-log", "auditor")).Json.GetProperty("items")
                .EnumerateArray(),
            entry => Text(entry, "operation") == "measure-task");
        foreach (var name in new[] { "MT-0-999999", "MT-x-1", "none" })
            (await _server.PostAsync($"/v1/measures/tasks/{name}:done", new { }, "checker")).AssertProblem(404, "unknown-task");
    }

    [Fact]
    public async Task Measure_that_ends_before_it_was_applied_leaves_nothing_to_do_and_nothing_is_taken_over_twice()
    {
        await ChangeAsync("measure.begun", Measure);
        Assert.Single(await TasksAsync());
        await ChangeAsync("measure.ended", Measure);
        Assert.Empty(await TasksAsync());
        await ChangeAsync("measure.begun", Measure);
        Assert.Single(await TasksAsync());
        await _server.StopAsync();
        await _server.RestartAsync();
        Assert.Single(await TasksAsync());
    }

    private async Task<List<JsonElement>> TasksAsync(string query = "")
    {
        await _server.Server.Engine.MeasureTasks.TakeOverAsync(CreditFixture.Stop);
        return [.. Expect(200, await _server.GetAsync("/v1/measures/tasks" + query, "checker")).Json.GetProperty("items").EnumerateArray()];
    }

    /// <summary>As the write-back of a subject writes it.</summary>
    private async Task ChangeAsync(string type, string measure)
    {
        var engine = _server.Server.Engine;
        var subject = new SubjectId(_subject);
        var shard = ShardMap.ShardOf(subject, engine.Store.ShardCount);
        var today = engine.Today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await engine.Store.Subjects.WriteAsync(
            [
                new ShardWrite(shard, [], [
                    new SubjectChange(
                        shard, 0, subject, type, $$"""{"measure":"{{measure}}","class":"restraint","asOf":"{{today}}","policy":"2026.1"}""",
                        DateTimeOffset.UtcNow),
                ], null),
            ],
            CreditFixture.Stop);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
