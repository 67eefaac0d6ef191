using System.Globalization;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Silo;

namespace CreditGrains.Benchmarks;

/// <summary>
/// The real server in a process of its own that also takes words on its input: <c>recompute</c> puts another policy in force and recomputes
/// everything; it answers <c>recomputed SUBJECTS</c> when all results are stored. <c>statistics</c> counts the figures of the day and
/// answers <c>counted</c>; <c>static</c> answers with the address of <see cref="StaticPages"/>.
/// </summary>
public static class HostedServer
{
    /// <summary>The word on the command line that makes this process the server; the data directory follows.</summary>
    public const string Word = "hosted-server";

    /// <summary>Words on its input.</summary>
    public const string Recompute = "recompute", Statistics = "statistics", Static = "static";

    /// <summary>Serves until its input ends.</summary>
    public static async Task<int> RunAsync(string data)
    {
        var options = new ServerOptions
        {
            Urls = ["http://127.0.0.1:0"],
            DataDirectory = data,
            RulebookDirectory = TemplateSubjects.RulebookPath(),
            Demo = false,
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

    private static async Task CountAsync(CreditEngine engine)
    {
        await engine.Statistics.StartAsync("bench", CancellationToken.None);
        foreach (var run in await engine.Statistics.Jobs.ListAsync(CancellationToken.None))
            await engine.Statistics.Jobs.WaitAsync(run.Id);
    }
}
