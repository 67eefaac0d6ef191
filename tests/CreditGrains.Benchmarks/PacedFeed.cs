using System.Diagnostics;
using System.Text;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>Feeds synthetic lines beside what is measured, as fast as it goes or at a rate.</summary>
/// <param name="client">With the token of source BENCH.</param>
public sealed class PacedFeed(HttpClient client)
{
    private const int Connections = 4;
    private const int Batch = 1000;

    private readonly IEnumerator<ReadOnlyMemory<byte>> _lines = new SyntheticFeed(new SyntheticOptions
    {
        Seed = 5, Subjects = 5_000_000, EndDate = DateOnly.FromDateTime(DateTime.UtcNow),
    }).Lines().GetEnumerator();

    /// <summary>Feeds for some seconds.</summary>
    /// <param name="rate">Events per second; null for as fast as it goes.</param>
    /// <param name="seconds">How long.</param>
    /// <returns>Events per second.</returns>
    public async Task<double> RunAsync(double? rate, double seconds)
    {
        var watch = Stopwatch.StartNew();
        var sent = 0L;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                if (rate is { } wanted && Interlocked.Read(ref sent) > wanted * watch.Elapsed.TotalSeconds)
                {
                    await Task.Delay(1);
                    continue;
                }

                Interlocked.Add(ref sent, Batch);
                using var content = new StringContent(Next(), Encoding.UTF8, "application/x-ndjson");
                using var answer = await client.PostAsync("/v1/sources/BENCH/events", content);
                answer.EnsureSuccessStatusCode();
            }
        }));
        return sent / watch.Elapsed.TotalSeconds;
    }

    private string Next()
    {
        lock (_lines)
        {
            var text = new StringBuilder(Batch * 400);
            for (var i = 0; i < Batch && _lines.MoveNext(); i++)
                text.Append(Encoding.UTF8.GetString(_lines.Current.Span)).Append('\n');
            return text.ToString();
        }
    }
}
