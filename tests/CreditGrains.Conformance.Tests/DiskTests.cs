using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests;

/// <summary>R3 as far as a process can be tried: a disk that fills up, and one that cannot be written.</summary>
public sealed class DiskTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Server_whose_disk_fills_up_says_so_answers_checks_and_goes_on_once_there_is_space()
    {
        using var disk = SmallDisk.Mount(megabytes: 40);
        disk.Fill(megabytes: 20);
        var departments = new Departments(senders: 3, subjects: 4_000, seed: 3, batchLines: 200);
        await using (var server = await ServerProcess.StartAsync(disk.Path))
        {
            using var caller = new Caller(server.Address, disk.Path);
            await departments.RunAsync(caller, () => true);
            Assert.False(departments.AreDone, "the disk did not fill up");
            if (departments.BrokenOff.Any())
                Assert.Fail($"{string.Join('\n', departments.BrokenOff)}\n{await server.AccountAsync()}");
            var full = departments.Refusals.ToList();
            Assert.NotEmpty(full);
            Assert.All(full, answer => Assert.Equal((507, "disk-full"), (answer.Status, answer.Code)));
            var acknowledged = departments.AcknowledgedCount;
            foreach (var subject in departments.Subjects().Take(50))
            {
                var check = await caller.PostAsync(
                    "/v1/checks", $$"""{"subject":"{{subject}}","purpose":"approval","matter":"public-funds"}""");
                Assert.True(check.Status == 200, check.Text);
            }

            await new SubjectAudit(caller).HoldAsync(departments.Subjects().Take(50), departments.AcknowledgedOf);
            disk.Free();
            var answersLeft = 6;
            await departments.RunAsync(caller, () => Interlocked.Decrement(ref answersLeft) > 0);
            Assert.Equal("", string.Join('\n', departments.Refusals.Except(full).Select(refusal => refusal.Text)));
            Assert.True(departments.AcknowledgedCount > acknowledged, "nothing was taken in after there was space again");
            output.WriteLine($"{acknowledged} events until the disk was full, {departments.AcknowledgedCount} at the end");
            Assert.Equal(0, await server.TerminateAsync());
        }

        await using var again = await ServerProcess.StartAsync(disk.Path);
        using var auditor = new Caller(again.Address, disk.Path);
        await new SubjectAudit(auditor).HoldAllAsync(departments);
    }

    [Fact]
    public async Task Server_on_a_read_only_disk_is_refused_with_a_sentence()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        disk.MakeReadOnly();
        await using var server = ServerProcess.Launch(disk.Path);
        Assert.Null(await server.ReadyAsync());
        Assert.Equal(4, await server.ExitAsync());
        Assert.Contains(disk.Path, server.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_on_a_store_that_became_read_only_is_refused_with_a_sentence()
    {
        using var disk = SmallDisk.Mount(megabytes: 8);
        await using (var first = await ServerProcess.StartAsync(disk.Path))
            Assert.Equal(0, await first.TerminateAsync());
        disk.MakeReadOnly();
        await using var server = ServerProcess.Launch(disk.Path);
        Assert.Null(await server.ReadyAsync());
        Assert.Equal(4, await server.ExitAsync());
        Assert.NotEmpty(server.Talk);
        Assert.DoesNotContain("   at ", server.Talk, StringComparison.Ordinal);
    }
}
