using System.Globalization;
using System.Text;
using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Conformance.Tests;

/// <summary>How the server process starts, refuses to start, serves its writers and stops.</summary>
public sealed class ServerLifeTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-life-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    /// <summary>
    /// Kestrel and the host would read these by themselves: with the development issuer the server must listen on what was judged only.
    /// </summary>
    [Theory]
    [InlineData("Kestrel__Endpoints__a__Url=http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_Kestrel__Endpoints__a__Url=http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_URLS=http://0.0.0.0:0", "ASPNETCORE_HTTP_PORTS=0", "DOTNET_URLS=http://0.0.0.0:0", "URLS=http://0.0.0.0:0")]
    public async Task Environment_adds_no_address_to_those_that_were_judged(params string[] environment)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "this system has no env");
        await using var server = await ServerProcess.StartAsync(["env", .. environment], _data);
        Assert.StartsWith("http://127.0.0.1:", server.Address, StringComparison.Ordinal);
        Assert.Equal([$"ready {server.Address}"], server.Output);
    }

    [Invariant(1)]
    [Fact]
    public async Task Server_terminated_under_load_ends_well_and_keeps_everything_acknowledged()
    {
        var departments = new Departments(senders: 4, subjects: 2_000, seed: 11, batchLines: 20);
        await using (var server = await ServerProcess.StartAsync(_data))
        {
            using var caller = new Caller(server.Address, _data);
            var answersLeft = 60;
            var due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var load = departments.RunAsync(caller, () =>
            {
                if (Interlocked.Decrement(ref answersLeft) == 0)
                    due.SetResult();
                return true;
            });
            await Task.WhenAny(due.Task, load);
            Assert.Equal(0, await server.TerminateAsync());
            await load;
            Assert.False(departments.AreDone, "the load ended before the server");
            Assert.Equal([$"ready {server.Address}"], server.Output);
        }

        await using var again = await ServerProcess.StartAsync(_data);
        using var auditor = new Caller(again.Address, _data);
        var events = await new SubjectAudit(auditor).HoldAllAsync(departments);
        output.WriteLine($"{departments.AcknowledgedCount} events acknowledged, {events} in the journal");
        foreach (var token in departments.Tokens)
            _ = (await auditor.GetAsync($"/v1/subjects/{departments.Subjects().First()}?consistency=at-least:{token}")).Success;
    }

    /// <summary>With the token of a write, every kind of answer reflects it under load.</summary>
    [Invariant(6)]
    [Theory]
    [InlineData(HostUnderTest.Embedded)]
    [InlineData(HostUnderTest.Cluster)]
    public async Task Read_with_the_token_of_a_write_reflects_it_under_load(string host)
    {
        const int Writers = 6;
        const int WritesEach = 60;
        var departments = new Departments(senders: 2, subjects: 5_000, seed: 12, batchLines: 50);
        await using var server = await HostUnderTest.StartAsync(host, _data);
        using var caller = new Caller(server.Address, _data);
        var writing = true;
        var load = departments.RunAsync(caller, () => Volatile.Read(ref writing));
        var codes = new SyntheticFeed(new SyntheticOptions { Seed = 9_999, Subjects = Writers, EndDate = new DateOnly(2026, 1, 1) });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAndReadAsync(caller, codes.SubjectCode(writer), WritesEach)));
        Volatile.Write(ref writing, false);
        await load;
        Assert.Empty(departments.Refusals);
        output.WriteLine($"{Writers * WritesEach} writes read back, beside {departments.AcknowledgedCount} other events");
    }

    [Invariant(3)]
    [Theory]
    [InlineData(HostUnderTest.Embedded)]
    [InlineData(HostUnderTest.Cluster)]
    public async Task Host_fed_by_several_departments_answers_as_a_refold_of_their_events(string host)
    {
        var departments = new Departments(senders: 4, subjects: 400, seed: 13, batchLines: 40);
        await using var server = await HostUnderTest.StartAsync(host, _data);
        using var caller = new Caller(server.Address, _data);
        await departments.RunAsync(caller, () => true);
        Assert.True(departments.AreDone, "not every line was answered");
        Assert.Empty(departments.Refusals);
        var events = await new SubjectAudit(caller).HoldAllAsync(departments);
        output.WriteLine($"{departments.AcknowledgedCount} events acknowledged, {events} in the journal");
    }

    [Fact]
    public async Task Server_asked_to_stop_before_it_is_ready_ends_in_peace()
    {
        await using var server = ServerProcess.Launch(_data);
        while (!File.Exists(Path.Combine(_data, "credit.db")) && !server.HasEnded)
            await Task.Delay(2, TestContext.Current.CancellationToken);
        Assert.Equal(0, await server.TerminateAsync());
        Assert.DoesNotContain("Unhandled", server.Talk, StringComparison.Ordinal);
        await using var again = await ServerProcess.StartAsync(_data);
        Assert.Equal(0, await again.TerminateAsync());
    }

    [Fact]
    public async Task Second_server_on_the_data_directory_or_on_the_address_ends_with_its_code()
    {
        await using var first = await ServerProcess.StartAsync(_data);
        await using (var second = ServerProcess.Launch(_data))
        {
            Assert.Null(await second.ReadyAsync());
            Assert.Equal(5, await second.ExitAsync());
            Assert.Single(second.Talk.Split('\n'));
        }

        await using var third = ServerProcess.Launch(Path.Combine(_data, "other"), "--urls", first.Address);
        Assert.Null(await third.ReadyAsync());
        Assert.Equal(6, await third.ExitAsync());
        Assert.Contains(first.Address, third.Talk, StringComparison.Ordinal);
        using var caller = new Caller(first.Address, _data);
        Assert.Equal(200, (await caller.GetAsync("/readyz")).Status);
    }

    [Fact]
    public async Task Broken_rulebook_refuses_the_start_with_every_mistake_and_its_place()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data, "rules")).FullName;
        foreach (var file in Directory.EnumerateFiles(Repository.DefaultRulebook))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        File.AppendAllText(Path.Combine(folder, "policy.yaml"), "\nwrongOne: 1\nwrongTwo: 2\n");
        File.AppendAllText(Path.Combine(folder, "rulebook.yaml"), "\nwrongThree: 3\n");
        await using var server = ServerProcess.Launch(Path.Combine(_data, "store"), "--rulebook", folder);
        Assert.Null(await server.ReadyAsync());
        Assert.Equal(3, await server.ExitAsync());
        foreach (var wrong in new[] { "wrongOne", "wrongTwo", "wrongThree" })
            Assert.Matches($@"\.yaml:\d+.*{wrong}", server.Talk);
        Assert.False(Directory.Exists(Path.Combine(_data, "store")), "a store was made although the start was refused");
    }

    private static async Task WriteAndReadAsync(Caller caller, string subject, int writes)
    {
        for (var revision = 1; revision <= writes; revision++)
        {
            var name = $"虚构读己之写有限公司{revision.ToString(CultureInfo.InvariantCulture)}号";
            var line = $"{{\"id\":\"RYW-{subject}\",\"revision\":{revision},\"op\":\"put\",\"subject\":\"{subject}\","
                + $"\"kind\":\"registration\",\"data\":{{\"name\":\"{name}\",\"region\":\"990103\","
                + $"\"status\":\"active\",\"establishedOn\":\"2010-01-01\"}}}}";
            var receipt = (await caller.FeedAsync("RYW", Encoding.UTF8.GetBytes(line))).Success;
            Assert.True(receipt.GetProperty("accepted").GetInt32() == 1, receipt.ToString());
            var fresh = $"consistency=at-least:{receipt.GetProperty("token").GetString()}";
            var answer = (revision % 3) switch
            {
                0 => (await caller.GetAsync($"/v1/subjects/{subject}?{fresh}")).Success,
                1 => (await caller.GetAsync($"/v1/subjects/{subject}/assessment?{fresh}")).Success,
                _ => (await caller.GetAsync($"/v1/subjects?q={subject}&{fresh}")).Success.GetProperty("items")[0],
            };
            Assert.Equal(name, answer.GetProperty("name").GetString());
        }
    }
}
