using System.Text;
using CreditGrains.Cli.Commands;
using CreditGrains.Cli.Terminal;
using CreditGrains.Engine;
using CreditGrains.Silo;

namespace CreditGrains.Client.Tests.Server;

/// <summary>A real server on a free port with a data directory of its own, and command lines against it.</summary>
public sealed class CliServer : IAsyncDisposable
{
    private readonly CreditServer _server;

    private CliServer(CreditServer server, TemporaryFolder folder)
    {
        _server = server;
        Folder = folder;
    }

    public TemporaryFolder Folder { get; }

    public string Data => Path.Combine(Folder.Path, ".data");

    internal CreditEngine Engine => _server.Engine;

    public Uri Address => new(_server.Address);

    public static async Task<CliServer> StartAsync(string? rulebook = null, bool demo = false)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var folder = new TemporaryFolder();
        var server = await CreditServer.StartAsync(
            new ServerOptions
            {
                Urls = ["http://127.0.0.1:0"],
                DataDirectory = Path.Combine(folder.Path, ".data"),
                RulebookDirectory = rulebook ?? Repository.Rulebook("cn-district"),
                Demo = demo,
            },
            TextWriter.Null, TestContext.Current.CancellationToken);
        // Bulk work sees what has been written back.
        await server.Engine.FlushAsync();
        return new CliServer(server, folder);
    }

    /// <summary>Runs a command line with the test's folder as the working directory.</summary>
    public Task<CliResult> RunAsync(params string[] args) => RunAsync([], args);

    public Task<CliResult> RunAsync(Dictionary<string, string> environment, string[] args) =>
        CliResult.OfAsync(Folder.Path, new Dictionary<string,
            string>(environment)
        { ["CREDIT_URL"] = environment.GetValueOrDefault("CREDIT_URL", Address.ToString()) }, args);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Folder.Dispose();
    }
}

/// <summary>Result of a command line.</summary>
public sealed record CliResult(int ExitCode, string Out, string Talk)
{
    public static async Task<CliResult> OfAsync(string directory, IReadOnlyDictionary<string, string> environment, string[] args)
    {
        using var output = new StringWriter();
        using var talk = new StringWriter();
        var bytes = new MemoryStream();
        var surroundings = new Surroundings
        {
            Out = output,
            Talk = talk,
            OutBytes = () => bytes,
            Directory = directory,
            Variable = environment.GetValueOrDefault,
        };
        var code = await CreditCommand.RunAsync(args, surroundings, TestContext.Current.CancellationToken);
        return new CliResult(code, output + Encoding.UTF8.GetString(bytes.ToArray()), talk.ToString());
    }
}
