using System.Text;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// A policy author and a reader who mean harm, against a server with half a gigabyte: a subject with very many records, a draft with as
/// many lines as it may have, and its assessment again and again, many at once.
/// </summary>
[Invariant(13)]
public sealed class HostilePolicyTests(ITestOutputHelper output) : IDisposable
{
    private const string HeapBytes = "0x20000000";
    private const int Records = 20_001;
    private const int BatchRecords = 2_000;
    private const int Readers = 16;
    private const int Reads = 48;
    private readonly string _data = Directory.CreateTempSubdirectory("credit-hostile-policy-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Assessments_under_the_greatest_draft_leave_a_small_server_alive()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the limit is given by way of env");
        await using var server = await ServerProcess.StartAsync(["env", $"DOTNET_GCHeapHardLimit={HeapBytes}"], _data);
        using var caller = new Caller(server.Address, _data);
        var subject = Code();
        for (var at = 0; at < Records; at += BatchRecords)
        {
            var lines = Enumerable.Range(at, Math.Min(BatchRecords, Records - at)).Select(i => Penalty(subject, i));
            _ = (await caller.FeedAsync("BIG", Encoding.UTF8.GetBytes(string.Join('\n', lines)))).Success;
        }

        var policy = await File.ReadAllTextAsync(Path.Combine(Repository.DefaultRulebook, "policy.yaml"),
            TestContext.Current.CancellationToken);
        Assert.Equal(422, (await DraftAsync(101)).Status);
        Assert.Equal(201, (await DraftAsync(100)).Status);
        var paths = new[]
        {
            "assessment?policy=hostile", "assessment", "explanation?policy=hostile", "assessment?policy=hostile&asOf=2026-06-30",
        };
        var bytes = 0L;
        var answered = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Reads), new ParallelOptions { MaxDegreeOfParallelism = Readers },
            async (i, _) =>
            {
                var answer = await caller.GetAsAsync("policy-author", $"/v1/subjects/{subject}/{paths[i % paths.Length]}");
                Assert.True(answer.Status is 200 or 429 or 503, $"{answer.Status}: {answer.Text}");
                Interlocked.Add(ref bytes, answer.Text.Length);
                Interlocked.Add(ref answered, answer.Status == 200 ? 1 : 0);
            });

        Assert.False(server.HasEnded, await (server.HasEnded ? server.AccountAsync() : Task.FromResult("")));
        Assert.True(answered > 0, "no read was answered");
        var last = (await caller.GetAsAsync("policy-author", $"/v1/subjects/{subject}/assessment?policy=hostile")).Success;
        Assert.True(last.GetProperty("partial").GetBoolean());
        var indicators = last.GetProperty("indicators").EnumerateArray().ToList();
        Assert.Equal(100, indicators.Count);
        Assert.All(indicators, indicator => Assert.Equal(Records, indicator.GetProperty("recordsTotal").GetInt32()));
        Assert.All(indicators, indicator => Assert.Equal(20, indicator.GetProperty("records").GetArrayLength()));
        output.WriteLine($"{answered} of {Reads} reads answered, {bytes / answered} bytes each; "
            + $"{server.PeakResidentBytes / 1024 / 1024} MB resident at most");

        Task<Answer> DraftAsync(int indicators)
        {
            var head = policy[..policy.IndexOf("indicators:", StringComparison.Ordinal)]
                .Replace("version: 2026.3", "version: hostile", StringComparison.Ordinal);
            var text = new StringBuilder(head).Append("indicators:\n");
            for (var i = 0; i < indicators; i++)
                text.Append($"  - {{id: i{i}, match: {{kind: [penalty]}}, points: -1, lasts: {{days: {1000 + i}}}}}\n");
            return caller.SendAsAsync(HttpMethod.Post, "policy-author", "/v1/policies", new { text = text.ToString() });
        }
    }

    /// <summary>An organisation of a division that does not exist.</summary>
    private static string Code()
    {
        const string Body = "00000077";
        var code = $"91990103{Body}{Uscc.OrganisationCheckDigit(Body)}";
        return code + Uscc.CheckDigit(code);
    }

    private static string Penalty(string subject, int number) =>
        $$$"""{"id":"P{{{number}}}","revision":1,"op":"put","subject":"{{{subject}}}","kind":"penalty","""
        + $$$""" "data":{"documentNumber":"P{{{number}}}","penaltyTypes":["fine"],"fine":"2.5","""
        + $$$""" "decidedOn":"2026-03-{{{(number % 28) + 1:00}}}","authority":"11990100MB0000019L"}}""";
}
