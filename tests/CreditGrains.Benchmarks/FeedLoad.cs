using System.Diagnostics;
using System.Text;

namespace CreditGrains.Benchmarks;

/// <summary>Feeds batches to a server and waits until their effect is there.</summary>
public static class FeedLoad
{
    public const int Connections = 8;
    public const string Source = "BENCH";

    /// <summary>
    /// Sends every batch once; the clock runs until all are acknowledged, folded and assessed, and on until all is written back.
    /// </summary>
    public static async Task<FeedRun> RunAsync(IServed server, IReadOnlyList<FeedBatch> batches, int connections = Connections)
    {
        var (client, serverCpu) = (Environment.CpuUsage.TotalTime, server.Cpu);
        var watch = Stopwatch.StartNew();
        var accepted = await SendAsync(server, batches, connections);
        var acknowledged = watch.Elapsed;
        var clientCpu = Environment.CpuUsage.TotalTime - client;
        await WaitAsync(server, status => status.UnfoldedEvents == 0);
        var folded = watch.Elapsed;
        var foldedCpu = server.Cpu - serverCpu;
        await WaitAsync(server, status => status is { UnfoldedEvents: 0, DirtySubjects: 0, Lag: 0 });
        return new FeedRun(
            batches.Sum(batch => batch.Ends.Count), accepted, acknowledged, folded, watch.Elapsed, clientCpu, foldedCpu,
            server.Cpu - serverCpu);
    }

    /// <summary>Sends every batch once.</summary>
    /// <returns>Events accepted.</returns>
    public static async Task<long> SendAsync(IServed server, IReadOnlyList<FeedBatch> batches, int connections = Connections)
    {
        var token = server.Token("source", Source);
        var requests = batches.Select(batch => (
            Head: RawHttpLoad.Head($"/v1/sources/{Source}/events", token, "application/x-ndjson", batch.Body.Length), batch.Body)).ToList();
        long accepted = 0;
        await RawHttpLoad.SendAllAsync(
            server.Addresses, connections, requests, answer => Interlocked.Add(ref accepted, Number(answer, "accepted")));
        return accepted;
    }

    private static async Task WaitAsync(IServed server, Func<ServerStatus, bool> there)
    {
        while (!there(await server.StatusAsync()))
            await Task.Delay(5);
    }

    private static long Number(ReadOnlySpan<byte> answer, string name)
    {
        var key = Encoding.UTF8.GetBytes($"\"{name}\":");
        var at = answer.IndexOf(key);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(answer[(at + key.Length)..], out long value, out _)
            ? value
            : throw new InvalidOperationException("No receipt: " + Encoding.UTF8.GetString(answer));
    }
}

/// <summary>Result of feeding.</summary>
/// <param name="Lines">Lines sent.</param>
/// <param name="Accepted">Events accepted; the others were duplicates, stale or bad.</param>
/// <param name="Acknowledged">Until the last answer.</param>
/// <param name="Folded">Until everything was folded and assessed.</param>
/// <param name="Drained">Until everything was written back.</param>
/// <param name="ClientCpu">CPU of this process until the last answer.</param>
/// <param name="ServerCpu">CPU of the server until everything was folded.</param>
/// <param name="ServerCpuDrained">CPU of the server until everything was written back.</param>
public sealed record FeedRun(
    int Lines, long Accepted, TimeSpan Acknowledged, TimeSpan Folded, TimeSpan Drained, TimeSpan ClientCpu, TimeSpan ServerCpu,
    TimeSpan ServerCpuDrained)
{
    /// <summary>Events per second accepted, durable, folded and assessed.</summary>
    public double Rate => Accepted / Folded.TotalSeconds;

    /// <summary>... and written back.</summary>
    public double DrainedRate => Accepted / Drained.TotalSeconds;
}
