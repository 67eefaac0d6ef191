using CreditGrains.Conformance.Tests.Cluster;
using CreditGrains.Development.Postgres;
using CreditGrains.Silo;

namespace CreditGrains.Conformance.Tests.Server;

/// <summary>
/// The two hosts that must answer alike: one process on a SQLite file, and three silos with a gateway, in this process, on PostgreSQL. A
/// test that needs what is not there is skipped.
/// </summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    public const string Embedded = "embedded";
    public const string Cluster = "cluster";
    private const int Silos = 3;

    private readonly List<IAsyncDisposable> _parts = [];
    private string? _connection;

    /// <summary>Where it answers; of the cluster its gateway.</summary>
    public string Address { get; private set; } = "";

    public static async Task<HostUnderTest> StartAsync(string kind, string data)
    {
        var host = new HostUnderTest();
        if (kind == Embedded)
        {
            var server = await ServerProcess.StartAsync(data);
            host._parts.Add(server);
            host.Address = server.Address;
            return host;
        }

        if (ClusterUnderTest.Unavailable is { } reason)
            Assert.Skip(reason);
        try
        {
            var postgres = await ThrowAwayPostgres.SharedAsync();
            host._connection = await postgres.CreateDatabaseAsync();
            for (var node = 0; node <= Silos; node++)
            {
                var server = await CreditServer.StartAsync(Options(data, host._connection, node == Silos), TextWriter.Null, default);
                host._parts.Insert(0, server);
                host.Address = server.Address;
            }

            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
            await part.DisposeAsync();
        if (_connection is not null)
            await (await ThrowAwayPostgres.SharedAsync()).DropDatabaseAsync(_connection);
    }

    private static ServerOptions Options(string data, string connection, bool gateway) => new()
    {
        Urls = ["http://127.0.0.1:0"],
        DataDirectory = data,
        RulebookDirectory = Repository.DefaultRulebook,
        Connection = connection,
        Cluster = "conformance",
        Gateway = gateway,
        Demo = false,
    };
}
