using System.Collections.Concurrent;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>Approval workflows that ask about organisations all the time, fresh or not.</summary>
internal sealed class CheckLoad(Func<string?> subject)
{
    private const int Workers = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly ConcurrentBag<double> _milliseconds = [];

    public int Count => _milliseconds.Count;

    /// <summary>The longest that a check took, in milliseconds.</summary>
    public double LongestMs => _milliseconds.IsEmpty ? 0 : _milliseconds.Max();

    /// <summary>Asks until it is told to stop.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="goesOn">False ends the run.</param>
    /// <param name="failed">Told of every check without an answer; on any thread.</param>
    public Task RunAsync(Caller caller, Func<bool> goesOn, Action<string> failed) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var number = 0; goesOn(); number++)
            {
                if (subject() is { } code)
                    await CheckAsync(caller, code, number % 3 == 0 ? "?consistency=latest" : "", failed);
                await Task.Delay(Pause);
            }
        })));

    private async Task CheckAsync(Caller caller, string code, string query, Action<string> failed)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        try
        {
            var answer = await caller.PostAsync(
                $"/v1/checks{query}", $$"""{"subject":"{{code}}","purpose":"approval","matter":"public-funds","stage":"accept"}""");
            if (answer.Status != 200)
                failed($"check: {answer.Status} {answer.Text}");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            failed($"check: {broken.Message}");
        }

        _milliseconds.Add(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);
    }
}
