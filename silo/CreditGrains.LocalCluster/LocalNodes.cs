using CreditGrains.Engine.Storage;
using CreditGrains.Development;
using System.Net;
using System.Net.Sockets;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Development.Postgres;
using CreditGrains.Silo;

namespace CreditGrains.LocalCluster;

/// <summary>
/// Silos and a gateway as processes of this machine, on a PostgreSQL server of their own that goes with them; its data stays. A node that
/// ends by itself or is killed is started again after a while.
/// </summary>
internal sealed class LocalNodes : IAsyncDisposable
{
    private const string Name = "trial";
    private const string Database = "credit";
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(20);
    private const int ShortLivesMax = 3;

    private readonly LocalNodesOptions _options;
    private readonly TextWriter _talk;
    private readonly ThrowAwayPostgres _postgres;
    private readonly string _connection;
    private readonly NodeProcess?[] _nodes;

    private LocalNodes(LocalNodesOptions options, TextWriter talk, ThrowAwayPostgres postgres, string connection)
    {
        (_options, _talk, _postgres, _connection) = (options, talk, postgres, connection);
        _nodes = new NodeProcess?[options.Silos + 1];
    }

    /// <summary>The gateway's address.</summary>
    public string Address => _nodes[^1]?.Address ?? _options.Url;

    /// <summary>The silos, then the gateway.</summary>
    public IEnumerable<NodeProcess> Nodes => _nodes.OfType<NodeProcess>();

    /// <summary>Starts everything; it answers when the task completes.</summary>
    /// <exception cref="StartRefusedException">The cluster cannot start; the message says why.</exception>
    public static async Task<LocalNodes> StartAsync(LocalNodesOptions options, TextWriter talk, CancellationToken cancellation)
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            throw new StartRefusedException(ExitCodes.Data, $"A cluster needs PostgreSQL: {reason}.");
        if (ClusterFile.Read(options.Folder) is { } running)
        {
            throw new StartRefusedException(
                ExitCodes.DataInUse,
                $"The cluster in {options.Folder} runs already (process {running.Pid}): credit cluster status, or down.");
        }

        RequireFree(options.Url);
        if (!Directory.Exists(options.Data))
        {
            PrivateFile.CreateDirectory(options.Data);

            // PostgreSQL refuses root and runs under another account, which must pass through to its folder.
            if (Environment.UserName == "root" && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    options.Data, File.GetUnixFileMode(options.Data) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            }
        }

        Directory.CreateDirectory(options.Folder);

        // All nodes sign and read tokens with one key: it is made before they look for it together.
        DevelopmentIssuer.Open(options.Data).Dispose();
        var postgres = await StartPostgresAsync(options);
        var nodes = new LocalNodes(options, talk, postgres, await postgres.OpenDatabaseAsync(Database));
        try
        {
            // The first makes the schema and forms the cluster, the others join.
            await nodes.StartNodeAsync(0, cancellation);
            await Task.WhenAll(Enumerable.Range(1, options.Silos).Select(i => nodes.StartNodeAsync(i, cancellation)));
            nodes.Note();
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts again what ends, until it is told to stop.</summary>
    public Task WatchAsync(CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, _nodes.Length).Select(i => WatchAsync(i, cancellation)));

    /// <summary>Stops the gateway, then the silos, then the database.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_nodes[^1] is { } gateway)
            await gateway.StopAsync();
        await Task.WhenAll(Nodes.Select(node => node.StopAsync()));
        foreach (var node in Nodes)
            node.Dispose();
        await _postgres.DisposeAsync();
        ClusterFile.Remove(_options.Folder);
    }

    private static async Task<ThrowAwayPostgres> StartPostgresAsync(LocalNodesOptions options)
    {
        try
        {
            return await ThrowAwayPostgres.StartAsync(
                new Dictionary<string, string> { ["max_connections"] = $"{60 + (40 * options.Silos)}" },
                Path.GetFullPath(Path.Combine(options.Folder, "postgres")));
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                ExitCodes.Data,
                $"PostgreSQL does not start in {options.Folder}/postgres: {fault.Message.Trim()}\n"
                + "As root it runs under another account, which must be able to reach that folder: choose one with --data.",
                fault);
        }
    }

    private static void RequireFree(string url)
    {
        var address = new Uri(url);
        if (address.Port == 0)
            return;
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, address.Port);
            listener.Start();
        }
        catch (SocketException)
        {
            throw new StartRefusedException(
                ExitCodes.Address, $"{url} is in use by another program. Choose another port with --urls.");
        }
    }

    private async Task StartNodeAsync(int number, CancellationToken cancellation)
    {
        var isGateway = number == _options.Silos;
        string[] options =
        [
            "--cluster", Name, "--data", _options.Data, "--urls", isGateway ? Address : "http://127.0.0.1:0",
            .. isGateway ? (string[])["--gateway"] : [], .. _options.Rulebook is { } rulebook ? (string[])["--rulebook", rulebook] : [],
        ];
        var node = NodeProcess.Start(isGateway ? "gateway" : $"silo-{number + 1}", _connection, _talk, options);
        _nodes[number] = node;
        if (await node.ReadyAsync(cancellation) is null)
        {
            var code = await node.EndAsync(cancellation);
            throw new StartRefusedException(code == 0 ? ExitCodes.Fault : code, $"{node.Name} did not start.");
        }
    }

    private async Task WatchAsync(int number, CancellationToken cancellation)
    {
        for (var shortLives = 0; ;)
        {
            var began = TimeProvider.System.GetTimestamp();
            var node = _nodes[number]!;
            try
            {
                var code = await node.EndAsync(cancellation);
                shortLives = TimeProvider.System.GetElapsedTime(began) < ShortLife ? shortLives + 1 : 0;
                if (shortLives == ShortLivesMax)
                {
                    await _talk.WriteLineAsync($"{node.Name} has ended again, with {code}, and is left alone.");
                    return;
                }

                await _talk.WriteLineAsync(
                    $"{node.Name} (process {node.Id}) has ended with {code}; it is started again in {RestartAfter.TotalSeconds:0} s.");
                await Task.Delay(RestartAfter, cancellation);
                node.Dispose();
                await StartNodeAsync(number, cancellation);
                await _talk.WriteLineAsync($"{node.Name} is back: process {_nodes[number]!.Id}, {_nodes[number]!.Address}");
                Note();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StartRefusedException refused)
            {
                await _talk.WriteLineAsync(refused.Message);
            }
        }
    }

    private void Note() => new ClusterFile(
        Environment.ProcessId, [.. Nodes.Select(node => new ClusterFile.Node(node.Name, node.Id, node.Address))]).Write(_options.Folder);
}
