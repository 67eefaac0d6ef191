using System.CommandLine;
using System.CommandLine.Help;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Silo;
using CreditGrains.Silo.Configuration;

namespace CreditGrains.LocalCluster;

/// <summary><c>credit cluster</c>: silos and a gateway on this machine, to try out what a cluster does.</summary>
public static class ClusterCommand
{
    private const string About = """
        Silos and a gateway on this machine, with a PostgreSQL server of their own, to try out a cluster.

          Exit codes: 0 stopped, 1 fault, 2 options, 3 rulebook, 4 database, 5 runs already, 6 address.
        """;

    private const string DefaultData = ".data";
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private static readonly Argument<int> Silos = new("N") { Description = "Number of silos.", DefaultValueFactory = _ => 3 };

    private static readonly Option<string?> Url = new("--urls")
    {
        HelpName = "URL", Description = $"The gateway listens here (default {DefaultUrl}; port 0 takes a free one).",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        HelpName = "DIR", Description = "Keys, and under cluster/ the database, which stays (default $CREDIT_DATA, else .data).",
    };

    private static readonly Option<string?> Rulebook = new("--rulebook")
    {
        HelpName = "DIR", Description = "The rulebook's folder (default rulebooks/cn-district).",
    };

    private static readonly Option<bool> NoDemo = new("--no-demo")
    {
        Description = "Do not report invented organisations to an empty cluster.", Arity = ArgumentArity.Zero,
    };

    private static readonly TimeSpan DownMax = TimeSpan.FromSeconds(120);

    /// <summary>Runs one command; of <c>up</c> exactly one line, <c>ready URL</c>, goes to <paramref name="output"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter talk)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(talk);
        var root = Root();
        if (args.Count == 0 || CommandLineReader.TryHelp(root, "cluster", args, talk))
        {
            if (args.Count == 0)
                CommandLineReader.TryHelp(root, "cluster", ["--help"], talk);
            return args.Count == 0 ? ExitCodes.Usage : ExitCodes.Stopped;
        }

        try
        {
            var given = CommandLineReader.Read(root, "cluster", args);
            var options = Read(given);
            return given.CommandResult.Command.Name switch
            {
                "up" => await UpAsync(options, output, talk),
                "status" => await StatusAsync(options, output, talk),
                _ => await DownAsync(options, talk),
            };
        }
        catch (StartRefusedException refused)
        {
            await talk.WriteLineAsync(refused.Message);
            return refused.ExitCode;
        }
    }

    private static async Task<int> UpAsync(LocalNodesOptions options, TextWriter output, TextWriter talk)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await talk.WriteLineAsync($"Starting PostgreSQL, {options.Silos} silos and a gateway ...");
        try
        {
            await using var nodes = await LocalNodes.StartAsync(options, talk, stop.Token);
            await TellAsync(nodes, options, talk, stop.Token);
            await output.WriteLineAsync($"ready {nodes.Address}");
            await output.FlushAsync(stop.Token);
            await nodes.WatchAsync(stop.Token);
            await talk.WriteLineAsync("Stopping ...");
        }
        catch (OperationCanceledException)
        {
            // Asked to stop before it was up.
        }

        return ExitCodes.Stopped;
    }

    private static async Task TellAsync(LocalNodes nodes, LocalNodesOptions options, TextWriter talk, CancellationToken cancellation)
    {
        var rulebook = RulebookFolder.Read(options.Rulebook ?? ServerCommand.DefaultRulebook()).Rulebook;
        var matter = rulebook?.Matters.Keys.FirstOrDefault() ?? "MATTER";
        using var first = new FirstFeed(nodes.Address, options.Data);
        var example = await first.ChooseAsync(options.Demo, matter, cancellation);
        var silo = nodes.Nodes.First();
        var settings = (nodes.Address == DefaultUrl ? "" : $"  export CREDIT_URL={nodes.Address}\n")
            + (options.Data == DefaultData ? "" : $"  export CREDIT_DATA='{Path.GetFullPath(options.Data)}'\n");
        await talk.WriteLineAsync();
        foreach (var node in nodes.Nodes)
            await talk.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {node.Name,-8} process {node.Id,-8} {node.Address}"));
        await talk.WriteLineAsync($"""

            Next, in another terminal:
            {settings}  ./credit check {example} --matter {matter}
              CREDIT_URL={silo.Address} ./credit check {example} --matter {matter}     # any node gives the same answer
              ./credit generate --subjects 5000 --seed 7 --out more.ndjson && ./credit feed more.ndjson --source DEMO2
              kill -9 {silo.Id}     # while it feeds: {silo.Name} dies, its shards move, it is started again
              ./credit cluster status
            These take a development token each; a bearer token of your own: ./credit token --roles checker

            Ctrl-C, or ./credit cluster down, stops everything. The data stays in {options.Folder}.

            """);
    }

    private static async Task<int> StatusAsync(LocalNodesOptions options, TextWriter output, TextWriter talk)
    {
        if (ClusterFile.Read(options.Folder) is not { } running)
        {
            await talk.WriteLineAsync($"No cluster runs in {options.Folder}: credit cluster up");
            return ExitCodes.Fault;
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        foreach (var node in running.Nodes)
        {
            var state = await StateAsync(http, node);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{node.Name,-8} process {node.Pid,-8} {node.Url,-28} {state}"));
        }

        return ExitCodes.Stopped;
    }

    private static async Task<string> StateAsync(HttpClient http, ClusterFile.Node node)
    {
        if (node.Url is null || !ClusterFile.IsAlive(node.Pid))
            return "gone";
        try
        {
            using var answer = await http.GetAsync(new Uri(new Uri(node.Url), "/readyz"));
            return answer.IsSuccessStatusCode ? "ready" : "not ready";
        }
        catch (Exception silent) when (silent is HttpRequestException or OperationCanceledException)
        {
            return "does not answer";
        }
    }

    private static async Task<int> DownAsync(LocalNodesOptions options, TextWriter talk)
    {
        if (ClusterFile.Read(options.Folder) is not { } running)
        {
            await talk.WriteLineAsync($"No cluster runs in {options.Folder}.");
            return ExitCodes.Stopped;
        }

        using var process = Process.GetProcessById(running.Pid);
        using (var kill = Process.Start("kill", ["-TERM", running.Pid.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var late = new CancellationTokenSource(DownMax);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new StartRefusedException(ExitCodes.Fault, $"Process {running.Pid} does not end.");
        }

        await talk.WriteLineAsync("The cluster has stopped.");
        return ExitCodes.Stopped;
    }

    private static Command Root()
    {
        Command With(string name, string does, params Symbol[] parts)
        {
            var command = new Command(name, does) { new HelpOption() };
            foreach (var part in parts)
            {
                if (part is Argument argument)
                    command.Add(argument);
                else
                    command.Add((Option)part);
            }

            return command;
        }

        return new Command("credit")
        {
            new Command("cluster", About)
            {
                new HelpOption(),
                With("up", "Starts them, and prints 'ready URL'; Ctrl-C stops them.", Silos, Url, Data, Rulebook, NoDemo),
                With("status", "What runs.", Data),
                With("down", "Stops it, from another terminal.", Data),
            },
        };
    }

    private static LocalNodesOptions Read(ParseResult given)
    {
        var silos = given.GetValue(Silos);
        if (given.CommandResult.Command.Name == "up" && silos is < 1 or > LocalNodesOptions.SilosMax)
            throw new StartRefusedException(ExitCodes.Usage, $"A cluster on one machine has 1 to {LocalNodesOptions.SilosMax} silos.");
        var url = given.GetValue(Url) ?? DefaultUrl;
        if (Addresses.Read([url]) is not [{ IsLoopback: true, IsEncrypted: false } address])
            throw new StartRefusedException(ExitCodes.Usage, $"--urls: '{url}' is no loopback address such as {DefaultUrl}.");
        return new LocalNodesOptions(
            silos, address.Url, given.GetValue(Data) ?? Environment.GetEnvironmentVariable("CREDIT_DATA") ?? DefaultData,
            given.GetValue(Rulebook), !given.GetValue(NoDemo));
    }
}
