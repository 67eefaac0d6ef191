using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IJobStore"/>.</summary>
public abstract class JobContract(IStoreHost host) : StoreContract(host)
{
    private const string Kind = "simulation";

    private IJobStore Jobs => Store.Jobs;

    [Fact]
    public async Task Write_counts_versions_and_keeps_when_a_job_was_made_heard_of_and_ended()
    {
        Assert.Null(await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation));
        await PutAsync("a", null, "running");
        Time.Now = Start.AddMinutes(1);
        await PutAsync("a", 1, "running");
        Assert.Equal(
            new StoredJob(new JobKey(Kind, "a"), 2, "running", "node-1", Start, Start.AddMinutes(1), null, """{"at":"运行 😀"}"""),
            await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation));
        await PutAsync("a", 2, "finished", isOver: true);
        Time.Now = Start.AddMinutes(2);
        await PutAsync("a", 3, "finished", isOver: true);
        var ended = (await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation))!;
        Assert.Equal((Start.AddMinutes(1), Start.AddMinutes(2)), (ended.EndedAt, ended.At));
        await PutAsync("a", 4, "running");
        Assert.Null((await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation))!.EndedAt);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2L)]
    public async Task Write_unexpected_version_writes_nothing_of_all(long? expected)
    {
        await PutAsync("b", null, "running");
        await Assert.ThrowsAsync<WriteConflictException>(() => Jobs.WriteAsync(
            new JobWrites([WriteOf("a", null, "queued") with { Act = Act }, WriteOf("b", expected, "finished", isOver: true)])
            {
                Results = new JobResults(Kind, "b", [[1]]),
                Documents = [new ControlWrite("plan", "p", null, "{}", null)],
                Retention = new JobRetention(Kind, 0),
            },
            Cancellation));
        Assert.Null(await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation));
        Assert.Equal("running", (await Jobs.FindAsync(new JobKey(Kind, "b"), Cancellation))!.State);
        Assert.Null(await Jobs.ResultAsync(Kind, "b", 0, Cancellation));
        Assert.Null(await Store.Control.FindAsync("plan", "p", Cancellation));
        Assert.Empty(await Store.Control.EventsAsync(null, null, 0, 10, Cancellation));
    }

    [Fact]
    public async Task Write_document_of_another_version_writes_no_job()
    {
        await Assert.ThrowsAsync<WriteConflictException>(() => Jobs.WriteAsync(
            new JobWrites([WriteOf("a", null, "finished", isOver: true)])
            {
                Documents = [new ControlWrite("plan", "p", 3, "{}", null)],
            },
            Cancellation));
        Assert.Null(await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation));
    }

    [Fact]
    public async Task Write_of_job_results_documents_and_acts_is_one_and_survives_a_kill()
    {
        var large = new byte[3_000_000];
        large[^1] = 7;
        await PutAsync("a", null, "running");
        await Jobs.WriteAsync(
            new JobWrites([WriteOf("a", 1, "finished", isOver: true) with { Act = Act }])
            {
                Results = new JobResults(Kind, "a", [large, []]),
                Documents = [new ControlWrite("plan", "p", null, "{}", Act)],
            },
            Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal("finished", (await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation))!.State);
        Assert.Equal(large, await Jobs.ResultAsync(Kind, "a", 0, Cancellation));
        Assert.Empty((await Jobs.ResultAsync(Kind, "a", 1, Cancellation))!);
        Assert.Null(await Jobs.ResultAsync(Kind, "a", 2, Cancellation));
        Assert.Equal("{}", (await Store.Control.FindAsync("plan", "p", Cancellation))!.Content);
        Assert.Equal(
            [new ControlEvent(1, Kind, "a", 2, Start, Act), new ControlEvent(2, "plan", "p", 1, Start, Act)],
            await Store.Control.EventsAsync(null, null, 0, 10, Cancellation));
        await Jobs.WriteAsync(
            new JobWrites([WriteOf("a", 2, "queued")]) { Results = new JobResults(Kind, "a", []) }, Cancellation);
        Assert.Null(await Jobs.ResultAsync(Kind, "a", 0, Cancellation));
    }

    [Fact]
    public async Task Results_from_a_number_on_leave_those_before_it()
    {
        await PutAsync("a", null, "running");
        await WriteAsync(1, 0, [1], [2], [3]);
        await WriteAsync(2, 2, [4], [5]);
        await ReopenAfterKillAsync();
        for (var number = 0; number < 4; number++)
            Assert.Equal([new[] { 1, 2, 4, 5 }[number]], (await Jobs.ResultAsync(Kind, "a", number, Cancellation))!.Select(b => (int)b));
        await WriteAsync(3, 1);
        Assert.Equal([1], await Jobs.ResultAsync(Kind, "a", 0, Cancellation));
        Assert.Null(await Jobs.ResultAsync(Kind, "a", 1, Cancellation));

        Task WriteAsync(long version, int from, params byte[][] pieces) => Jobs.WriteAsync(
            new JobWrites([WriteOf("a", version, "running")]) { Results = new JobResults(Kind, "a", pieces) { From = from } },
            Cancellation);
    }

    [Fact]
    public async Task Partitions_are_in_order_and_removed_when_they_are_summed_up()
    {
        await PutAsync("a", null, "running");
        await Jobs.WriteAsync(
            new JobWrites([.. new[] { 10, 0, 3 }.Select(part => Part("a", part)), Part("b", 1)]), Cancellation);
        Assert.Equal([0, 3, 10], (await Jobs.PartitionsAsync(Kind, "a", Cancellation)).Select(job => job.Key.Partition));
        Assert.Equal(["a"], (await Jobs.ListAsync(Kind, null, 10, Cancellation)).Select(job => job.Key.Id));
        await Jobs.WriteAsync(
            new JobWrites([WriteOf("a", 1, "finished", isOver: true)]) { SummedUp = [new JobKey(Kind, "a")] }, Cancellation);
        Assert.Empty(await Jobs.PartitionsAsync(Kind, "a", Cancellation));
        Assert.Single(await Jobs.PartitionsAsync(Kind, "b", Cancellation));
        Assert.NotNull(await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation));

        static JobWrite Part(string id, int part) => new(new JobKey(Kind, id, part), null, "running", null, false, "{}");
    }

    [Fact]
    public async Task Lists_give_each_job_once_by_id_and_the_newest_first()
    {
        foreach (var (id, i) in new[] { "c", "a", "e", "b", "d" }.Select((id, i) => (id, i)))
        {
            Time.Now = Start.AddSeconds(i / 2);
            await PutAsync(id, null, "running");
        }

        await Jobs.WriteAsync(
            new JobWrites([new JobWrite(new JobKey("recomputation", "b"), null, "running", null, false, "{}")]), Cancellation);
        var byId = new List<string>();
        while (await Jobs.ListAsync(Kind, byId.LastOrDefault(), 2, Cancellation) is { Count: > 0 } page)
            byId.AddRange(page.Select(job => job.Key.Id));
        Assert.Equal(["a", "b", "c", "d", "e"], byId);
        var newest = new List<StoredJob>();
        while (await Jobs.NewestAsync(newest.LastOrDefault(), 2, Cancellation) is { Count: > 0 } page)
            newest.AddRange(page);
        Assert.Equal(
            ["simulation d", "recomputation b", "simulation e", "simulation b", "simulation c", "simulation a"],
            newest.Select(job => $"{job.Key.Kind} {job.Key.Id}"));
    }

    [Fact]
    public async Task Retention_removes_what_ended_first_with_its_results_and_nothing_that_is_open()
    {
        foreach (var (id, i) in new[] { "c", "a", "b", "open" }.Select((id, i) => (id, i)))
        {
            Time.Now = Start.AddSeconds(i);
            await Jobs.WriteAsync(
                new JobWrites([WriteOf(id, null, "x", isOver: id != "open")]) { Results = new JobResults(Kind, id, [[1]]) },
                Cancellation);
        }

        await Jobs.WriteAsync(
            new JobWrites([new JobWrite(new JobKey("other", "c"), null, "x", null, true, "{}")])
            {
                Retention = new JobRetention(Kind, 2),
            },
            Cancellation);
        Assert.Equal(["a", "b", "open"], (await Jobs.ListAsync(Kind, null, 10, Cancellation)).Select(job => job.Key.Id));
        Assert.Null(await Jobs.ResultAsync(Kind, "c", 0, Cancellation));
        Assert.NotNull(await Jobs.ResultAsync(Kind, "a", 0, Cancellation));
        Assert.NotNull(await Jobs.FindAsync(new JobKey("other", "c"), Cancellation));
    }

    [Fact]
    public async Task Write_of_concurrent_writers_one_wins_each_version()
    {
        await PutAsync("a", null, "running");
        var written = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            for (var attempt = 0; attempt < 5; attempt++)
            {
                var known = await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation);
                try
                {
                    await PutAsync("a", known!.Version, "running");
                    Interlocked.Increment(ref written);
                }
                catch (WriteConflictException)
                {
                    // Another one was first.
                }
            }
        }));
        Assert.Equal(written + 1, (await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation))!.Version);
    }

    [Fact]
    public async Task Results_and_progress_are_written_together()
    {
        var subject = SubjectsOf(3).First();
        await WriteAsync(new SubjectWrite(Row(subject, 4, [1, 2]), null));
        await PutAsync("a", null, "running");
        await Store.Subjects.WriteAssessmentsAsync(PageOf(subject, 4, 1), Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal("B", (await Store.Subjects.FindAsync(subject, Cancellation))!.Grade);
        Assert.Equal("finished", (await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation))!.State);
        Assert.Single(await Store.Control.EventsAsync(Kind, "a", 0, 10, Cancellation));
        Assert.Single(await Store.Subjects.ReadChangesAsync(3, 0, 10, Cancellation));
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(4, 2)]
    public async Task Results_are_not_written_when_row_or_progress_has_moved_on(long position, long version)
    {
        var subject = SubjectsOf(3).First();
        await WriteAsync(new SubjectWrite(Row(subject, 4, [1, 2]), null));
        await PutAsync("a", null, "running");
        await Assert.ThrowsAsync<WriteConflictException>(
            () => Store.Subjects.WriteAssessmentsAsync(PageOf(subject, position, version), Cancellation));
        SameRow(Row(subject, 4, [1, 2]), await Store.Subjects.FindAsync(subject, Cancellation));
        Assert.Equal("running", (await Jobs.FindAsync(new JobKey(Kind, "a"), Cancellation))!.State);
        Assert.Empty(await Store.Control.EventsAsync(null, null, 0, 10, Cancellation));
        Assert.Empty(await Store.Subjects.ReadChangesAsync(3, 0, 10, Cancellation));
    }

    private static AssessmentPage PageOf(Domain.Subjects.SubjectId subject, long position, long version) => new(
        3, null, subject,
        [new AssessmentResult(subject, position, 900_000, "B", "2026.2", new DateOnly(2026, 3, 5), null)],
        [new SubjectChange(3, 0, subject, "grade", "{}", Start)],
        [WriteOf("a", version, "finished", isOver: true) with { Act = Act }]);

    private static ControlAction Act { get; } = new("ended", "officer", """{"i":1}""");

    private static JobWrite WriteOf(string id, long? expected, string state, bool isOver = false) =>
        new(new JobKey(Kind, id), expected, state, "node-1", isOver, """{"at":"运行 😀"}""");

    private Task PutAsync(string id, long? expected, string state, bool isOver = false) =>
        Jobs.WriteAsync(new JobWrites([WriteOf(id, expected, state, isOver)]), Cancellation);
}
