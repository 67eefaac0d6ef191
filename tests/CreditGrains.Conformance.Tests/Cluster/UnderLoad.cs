using System.Collections.Concurrent;
using System.Diagnostics;
using CreditGrains.Conformance.Tests.Audit;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>Departments and approval workflows at work on a cluster while something happens to it, and the audit afterwards.</summary>
internal sealed class UnderLoad
{
    private static readonly TimeSpan FeedPause = TimeSpan.FromMilliseconds(100);
    private readonly Departments _departments;
    private readonly CheckLoad _checks;
    private readonly ConcurrentQueue<(long At, string What)> _failures = new();

    public UnderLoad(int subjects, int seed)
    {
        _departments = new Departments(senders: 5, subjects, (ulong)seed, batchLines: 20);
        var codes = _departments.Codes();
        _checks = new CheckLoad(() => codes[Random.Shared.Next(codes.Count)]);
    }

    /// <summary>Calls that got no answer or were refused, with a timestamp of <see cref="Stopwatch"/>.</summary>
    public IReadOnlyCollection<(long At, string What)> Failures => _failures;

    public void Failed(string what) => _failures.Enqueue((Stopwatch.GetTimestamp(), what));

    /// <summary>Feeds and checks while <paramref name="events"/> runs, then audits everything.</summary>
    /// <param name="feeding">Takes the feeds, and is asked in the audit.</param>
    /// <param name="checking">Takes the checks.</param>
    /// <param name="cluster">Both are gateways of.</param>
    /// <param name="events">Faults that happen meanwhile.</param>
    /// <param name="probes">Other writers, whose writes are audited too.</param>
    /// <returns>The faults, in words.</returns>
    public async Task<string> RunAsync(
        Caller feeding, Caller checking, ClusterUnderTest cluster, Func<Task> events, params IReadOnlyCollection<Recovery> probes)
    {
        var goesOn = true;
        var load = Task.WhenAll(
            _departments.RunThroughAsync(feeding, FeedPause, () => Volatile.Read(ref goesOn), Failed),
            _checks.RunAsync(checking, () => Volatile.Read(ref goesOn), Failed));
        try
        {
            await events();
        }
        finally
        {
            Volatile.Write(ref goesOn, false);
            await load;
        }

        Assert.False(_departments.AreDone, "the senders ran dry: some of what happened met no load");
        await cluster.WaitWrittenBackAsync(feeding);
        await new SubjectAudit(feeding).HoldAsync(
            probes.SelectMany(probe => probe.Acknowledged.Keys).Distinct(),
            subject => probes.SelectMany(probe => probe.Acknowledged.GetValueOrDefault(subject) ?? []));
        var stored = await new SubjectAudit(feeding).HoldAllAsync(_departments);
        return $"{_departments.AcknowledgedCount} events acknowledged, {stored} in the journal, 0 lost, 0 doubled; "
            + $"{_checks.Count} checks, the longest {_checks.LongestMs:0} ms; {_failures.Count} calls failed";
    }

    /// <summary>The failures by what they were, for the output.</summary>
    public string FailuresInTexts() => string.Join('\n', _failures.GroupBy(failure => failure.What[..Math.Min(160, failure.What.Length)])
        .Select(group => $"  {group.Count()} x {group.Key}"));
}
