using System.Globalization;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Silo;

namespace CreditGrains.Benchmarks;

/// <summary>
/// The real server in a process of its own that also takes words on its input: <c>recompute</c> puts another policy in force and recomputes
/// everything; it answers <c>recomputed SUBJECTS</c> when all results are stored.
/// </summary>
public static class HostedServer
{
    /// <summary>The word on the command line that makes this process the server; the data directory follows.</summary>
    public const string Word = "hosted-server";

    /// <summary>The word on its input.</summary>
    public const string Recompute = "recompute";

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
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line != Recompute)
                continue;
            var run = await NewPolicy.RecomputeAsync(server.Engine);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"recomputed {run.Done}"));
        }

        return 0;
    }
}
