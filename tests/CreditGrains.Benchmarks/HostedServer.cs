using System.Globalization;
using CreditGrains.Api;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Silo;

namespace CreditGrains.Benchmarks;

/// <summary>
/// The real server in a process of its own that also takes words on its input: <c>recompute</c> puts another policy in force and recomputes
/// everything; it answers <c>recomputed SUBJECTS</c> when all results are stored. <c>statistics</c> counts the figures of the day and
/// answers <c>counted</c>; <c>static</c> answers with the address of <see cref="StaticPages"/>; <c>day</c> makes it the next day and
/// answers <c>swept SUBJECTS</c> when all that changes with it is stored.
/// </summary>
public static class HostedServer
{
    /// <summary>The word on the command line that makes this process the server; the data directory follows.</summary>
    public const string Word = "hosted-server";

    /// <summary>Words on its input.</summary>
    public const string Recompute = "recompute", Statistics = "statistics", Static = "static", Day = "day";

    private const int LookEveryMs = 100;

    /// <summary>Serves until its input ends.</summary>
    public static async Task<int> RunAsync(string data)
    {
        var time = new SteppedTime();
        var options = new ServerOptions
        {
            Urls = ["http://127.0.0.1:0"],
            DataDirectory = data,
            RulebookDirectory = TemplateSubjects.RulebookPath(),
            Demo = false,
            Time = time,
            Api = new ApiOptions { DataDirectory = data, TokenTime = TimeProvider.System },
            Connection = Environment.GetEnvironmentVariable("CREDIT_CONNECTION"),
            Engine = new EngineOptions { Recomputation = new RecomputationOptions { Automatic = false } },
        };
        await using var server = await CreditServer.StartAsync(options, Console.Error, default);
        await Console.Out.WriteLineAsync($"ready {server.Address}");
        await using var pages = await StaticPages.StartAsync();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line)
            {
                case Recompute:
                    var run = await NewPolicy.RecomputeAsync(server.Engine);
                    await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"recomputed {run.Done}"));
                    break;
                case Day:
                    var swept = await SweptAsync(server.Engine, time);
                    await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"swept {swept}"));
                    break;
                case Statistics:
                    await CountAsync(server.Engine);
                    await Console.Out.WriteLineAsync("counted");
                    break;
                case Static:
                    await Console.Out.WriteLineAsync(pages.Address);
                    break;
            }
        }

        return 0;
    }

    /// <summary>Makes it the next day, and waits until no subject is due by it.</summary>
    private static async Task<int> SweptAsync(CreditEngine engine, SteppedTime time)
    {
        var day = engine.Today.AddDays(1);
        var due = await DueAsync(engine, day, int.MaxValue);
        time.Step(TimeSpan.FromDays(1));
        while (await DueAsync(engine, day, 1) > 0)
            await Task.Delay(LookEveryMs);
        return due;
    }

    private static async Task<int> DueAsync(CreditEngine engine, DateOnly day, int limit)
    {
        var due = 0;
        // From the last on: the sweep begins with the first, so that most looks ask one shard.
        for (var shard = engine.Store.ShardCount - 1; shard >= 0 && due < limit; shard--)
            due += (await engine.Store.Subjects.DueAsync(shard, day, limit, CancellationToken.None)).Count;
        return due;
    }

    private static async Task CountAsync(CreditEngine engine)
    {
        await engine.Statistics.StartAsync("bench", CancellationToken.None);
        foreach (var run in await engine.Statistics.Jobs.ListAsync(CancellationToken.None))
            await engine.Statistics.Jobs.WaitAsync(run.Id);
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public void Step(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
    }
}
