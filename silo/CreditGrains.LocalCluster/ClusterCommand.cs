using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Silo;

namespace CreditGrains.LocalCluster;

/// <summary><c>credit cluster</c>: silos and a gateway on this machine, to try out what a cluster does.</summary>
public static class ClusterCommand
{
    private const string Usage = """
        Usage: credit cluster up [N] [options]     N silos (default 3) and a gateway on loopback, with a PostgreSQL server of their own
               credit cluster status [--data DIR]  what runs
               credit cluster down [--data DIR]    stops it, from another terminal

          --urls URL       the gateway listens here (default http://127.0.0.1:8080; port 0 takes a free one)
          --data DIR       keys, and under cluster/ the database, which stays (default $CREDIT_DATA, else .data)
          --rulebook DIR   the rulebook's folder (default rulebooks/cn-district)
          --no-demo        do not report invented organisations to an empty cluster

        Exit codes: 0 stopped, 1 fault, 2 options or a build without Orleans, 3 rulebook, 4 database, 5 runs already, 6 address.
        """;

    private const string DefaultData = ".data";
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private static readonly string[] WithValue = ["--urls", "--data", "--rulebook"];
    private static readonly TimeSpan DownMax = TimeSpan.FromSeconds(120);

    /// <summary>Runs one command; of <c>up</c> exactly one line, <c>ready URL</c>, goes to <paramref name="output"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter talk)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(talk);
        if (args.Count == 0 || args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            await talk.WriteLineAsync(Usage);
            return args.Count == 0 ? ExitCodes.Usage : ExitCodes.Stopped;
        }

        try
        {
            var options = Read([.. args.Skip(1)]);
            return args[0] switch
            {
                "up" => await UpAsync(options, output, talk),
                "status" => await StatusAsync(options, output, talk),
                "down" => await DownAsync(options, talk),
                _ => throw new StartRefusedException(ExitCodes.Usage, $"There is no 'cluster {args[0]}'.\n\n{Usage}"),
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

    private static LocalNodesOptions Read(IReadOnlyList<string> args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var (silos, demo) = (3, true);
        for (var i = 0; i < args.Count; i++)
        {
            var at = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var (name, value) = at > 0 ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (name == "--no-demo" && value is null)
                demo = false;
            else if (int.TryParse(name, CultureInfo.InvariantCulture, out var number))
                silos = number;
            else if (!WithValue.Contains(name))
                throw new StartRefusedException(ExitCodes.Usage, $"There is no option '{args[i]}'.\n\n{Usage}");
            else if (value is null && i + 1 == args.Count)
                throw new StartRefusedException(ExitCodes.Usage, $"{name} needs a value.");
            else
                given[name] = value ?? args[++i];
        }

        if (silos is < 1 or > LocalNodesOptions.SilosMax)
            throw new StartRefusedException(ExitCodes.Usage, $"A cluster on one machine has 1 to {LocalNodesOptions.SilosMax} silos.");
        var url = given.GetValueOrDefault("--urls", DefaultUrl);
        if (Addresses.Read([url]) is not [{ IsLoopback: true, IsEncrypted: false } address])
            throw new StartRefusedException(ExitCodes.Usage, $"--urls: '{url}' is no loopback address such as {DefaultUrl}.");
        return new LocalNodesOptions(
            silos, address.Url, given.GetValueOrDefault("--data") ?? Environment.GetEnvironmentVariable("CREDIT_DATA") ?? DefaultData,
            given.GetValueOrDefault("--rulebook"), demo);
    }
}
