using System.Diagnostics;
using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// A server that is taken for dead and wakes up again: another has its database meanwhile, so it writes nothing, says why, and ends.
/// </summary>
public sealed class TakeoverTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-takeover-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Server_whose_database_was_taken_over_writes_nothing_says_why_and_ends()
    {
        await using var store = await StoreUnderTest.MakeAsync(StoreUnderTest.Postgres);
        var (early, late) = (
            new Departments(senders: 3, subjects: 2_000, seed: 21, batchLines: 20),
            new Departments(senders: 3, subjects: 200, seed: 22, batchLines: 20));
        await using var first = await ServerProcess.StartAsync(Path.Combine(_data, "first"), store.Options);
        using var caller = new Caller(first.Address, Path.Combine(_data, "first"));
        var answersLeft = 40;
        var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var load = early.RunAsync(caller, () =>
        {
            if (Interlocked.Decrement(ref answersLeft) == 0)
                due.SetResult();
            return true;
        });
        await Task.WhenAny(due.Task, load);
        first.Pause();
        Assert.False(early.AreDone, "the pause met no load");

        await using var second = await ServerProcess.StartAsync(Path.Combine(_data, "second"), store.Options);
        using var auditor = new Caller(second.Address, Path.Combine(_data, "second"));
        await late.RunAsync(auditor, () => true);
        Assert.True(late.AreDone);
        var before = (await auditor.GetAsync("/statusz")).Success.GetProperty("store").GetProperty("events").GetInt64();
        var woken = Stopwatch.GetTimestamp();
        first.Resume();
        var code = await first.ExitAsync();
        Assert.True(code == 5, $"ended with {code}:\n{first.Talk}");
        output.WriteLine($"ended {Stopwatch.GetElapsedTime(woken).TotalSeconds:F1} s after it woke up:\n{first.Talk}");
        await load;
        Assert.Contains("taken over", first.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", first.Talk, StringComparison.Ordinal);
        Assert.All(early.Refusals, answer => Assert.Equal(503, answer.Status));

        // Acknowledged events are there, and none came after the other had taken over.
        Assert.Equal(before, await new SubjectAudit(auditor).HoldAllAsync(early));
        await new SubjectAudit(auditor).HoldAsync(late.Subjects(), late.AcknowledgedOf);
        Assert.Empty(late.Refusals);
    }
}
