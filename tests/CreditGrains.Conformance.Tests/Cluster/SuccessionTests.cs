using System.Diagnostics;
using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Development.Postgres;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>
/// Another rulebook for a cluster of real processes: refused beside the old one, and with <c>--succeed</c> taken over when the last old
/// process has ended.
/// </summary>
public sealed class SuccessionTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int RulebookRefused = 3;
    private const string General = "      - {severity: general}\n\n  enforcement:";
    private const string Serious = "      - {severity: serious}\n\n  enforcement:";
    private static readonly TimeSpan Waits = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TakeOverMax = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("credit-succession-").FullName;
    private readonly List<ServerProcess> _processes = [];
    private string? _connection;

    public async ValueTask InitializeAsync()
    {
        if (ClusterUnderTest.Unavailable is { } reason)
            Assert.Skip(reason);
        _connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task Successors_with_another_rulebook_wait_for_the_last_old_silo_and_serve_by_their_own()
    {
        var folder = StricterRulebook();
        var (old, stricter) = (RulebookFolder.Read(Repository.DefaultRulebook).Rulebook!, RulebookFolder.Read(folder).Rulebook!);
        Assert.NotEqual(old.BaseDigest, stricter.BaseDigest);
        var first = await StartAsync();
        var second = await StartAsync();
        using var caller = new Caller(second.Address, _data);
        var departments = new Departments(senders: 3, subjects: 300, seed: 31, batchLines: 40);
        await departments.RunAsync(caller, () => true);
        Assert.True(departments.AreDone, "not every line was answered");
        var events = await new SubjectAudit(caller).HoldAllAsync(departments);
        var before = await ScoresAsync(caller, departments);

        var oldRun = await NewestRunAsync(caller);

        // Without being told to wait, it is refused with both digests.
        var refused = Launch("--rulebook", folder);
        Assert.Null(await refused.ReadyAsync());
        Assert.Equal(RulebookRefused, await refused.ExitAsync());
        Assert.Contains(old.BaseDigest[..12], refused.Talk, StringComparison.Ordinal);
        Assert.Contains(stricter.BaseDigest[..12], refused.Talk, StringComparison.Ordinal);

        // Two wait, while the old ones answer by the old rulebook, and while one of them is left.
        ServerProcess[] successors = [Launch("--rulebook", folder, "--succeed"), Launch("--rulebook", folder, "--succeed")];
        await WaitsAsync(successors);
        Assert.Equal(old.BaseDigest, await DigestAsync(caller));
        Assert.Equal(0, await first.TerminateAsync());
        await WaitsAsync(successors);
        Assert.Equal(old.BaseDigest, await DigestAsync(caller));
        Assert.Equal(before, await ScoresAsync(caller, departments));

        Assert.Equal(0, await second.TerminateAsync());
        var ended = Stopwatch.GetTimestamp();
        foreach (var successor in successors)
        {
            var address = await successor.ReadyAsync().WaitAsync(TakeOverMax, TestContext.Current.CancellationToken);
            Assert.True(address is not null, successor.Talk);
        }

        output.WriteLine($"both successors serve {Stopwatch.GetElapsedTime(ended).TotalSeconds:0.0} s after the last old silo has ended");
        foreach (var successor in successors)
        {
            using var auditor = new Caller(successor.Address, _data);
            Assert.Equal(stricter.BaseDigest, await DigestAsync(auditor));
            await RecomputedAsync(auditor, oldRun);
            Assert.Equal(events, await new SubjectAudit(auditor, stricter).HoldAllAsync(departments));
            Assert.NotEqual(before, await ScoresAsync(auditor, departments));
        }

        // The old rulebook is the other one now.
        var late = Launch();
        Assert.Null(await late.ReadyAsync());
        Assert.Equal(RulebookRefused, await late.ExitAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        if (_connection is not null)
            await (await ThrowAwayPostgres.SharedAsync()).DropDatabaseAsync(_connection);
        Directory.Delete(_data, recursive: true);
    }

    private static async Task WaitsAsync(ServerProcess[] successors)
    {
        var ready = Task.WhenAny(successors.Select(successor => successor.ReadyAsync()));
        await Task.WhenAny(ready, Task.Delay(Waits));
        Assert.False(ready.IsCompleted, string.Join('\n', successors.Select(successor => $"it did not wait: {successor.Talk}")));
        Assert.All(successors, successor => Assert.False(successor.HasEnded, successor.Talk));
    }

    private static async Task<string?> DigestAsync(Caller caller) =>
        (await caller.GetAsync("/v1/rulebook/files")).Success.GetProperty("digest").GetString();

    private static async Task<string> ScoresAsync(Caller caller, Departments departments)
    {
        var scores = new List<string>();
        foreach (var subject in departments.Subjects().Order(StringComparer.Ordinal))
        {
            var answer = await caller.GetAsync($"/v1/subjects/{subject}/assessment?consistency=latest");
            scores.Add($"{subject} {answer.Success.GetProperty("score")}");
        }

        return string.Join('\n', scores);
    }

    /// <summary>Waits until a run of the successors has brought the stored rows under the new rulebook.</summary>
    private static async Task RecomputedAsync(Caller caller, (string? Run, string? State) old)
    {
        var began = Stopwatch.GetTimestamp();
        for (var run = old; run.Run == old.Run || run.State != "finished"; run = await NewestRunAsync(caller))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TakeOverMax, $"the run {run} does not come to its end");
            await Task.Delay(50);
        }
    }

    private static async Task<(string? Run, string? State)> NewestRunAsync(Caller caller)
    {
        var newest = await caller.GetAsync("/v1/recomputations/newest");
        return newest.Status == 200
            ? (newest.Json.GetProperty("run").GetString(), newest.Json.GetProperty("state").GetString())
            : (null, null);
    }

    /// <summary>The default rulebook, but for a penalty without a severity of its own.</summary>
    private string StricterRulebook()
    {
        var folder = Path.Combine(_data, "stricter");
        foreach (var file in Directory.EnumerateFiles(Repository.DefaultRulebook, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(Repository.DefaultRulebook, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var catalogue = Path.Combine(folder, "catalogue.yaml");
        var text = File.ReadAllText(catalogue);
        Assert.Contains(General, text, StringComparison.Ordinal);
        File.WriteAllText(catalogue, text.Replace(General, Serious, StringComparison.Ordinal));
        return folder;
    }

    private async Task<ServerProcess> StartAsync()
    {
        var process = Launch();
        Assert.True(await process.ReadyAsync() is not null, process.Talk);
        return process;
    }

    private ServerProcess Launch(params string[] options)
    {
        var process = ServerProcess.Launch(
            _data, ["--store", "postgres", "--connection", _connection!, "--cluster", "succession", .. options]);
        _processes.Add(process);
        return process;
    }
}
