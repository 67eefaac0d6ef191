using CreditGrains.Development;
using System.Diagnostics;
using System.Text.Json;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Benchmarks;

/// <summary>The real server in a process of its own, on a free loopback port.</summary>
public sealed class BenchServer : IServed, IAsyncDisposable
{
    private static readonly HttpClient Client = new();

    private readonly ServerProcess _process;
    private readonly string _data;
    private readonly bool _endsWithInput;
    private string? _operator;

    private BenchServer(ServerProcess process, string data, bool endsWithInput)
    {
        _process = process;
        _data = data;
        _endsWithInput = endsWithInput;
        Address = new Uri(process.Address);
    }

    public Uri Address { get; }

    public IReadOnlyList<Uri> Addresses => [Address];

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>CPU it has used so far.</summary>
    public TimeSpan Cpu => ProcessCpu.Of(_process.Id);

    /// <summary>Starts it and returns when it is ready.</summary>
    /// <param name="data">Its data directory.</param>
    /// <param name="postgres">Connection string of its PostgreSQL store; null for SQLite in the data directory.</param>
    /// <param name="options">Further ones of <c>credit up</c>.</param>
    public static async Task<BenchServer> StartAsync(string data, string? postgres = null, params IEnumerable<string> options)
    {
        Directory.CreateDirectory(data);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "CreditGrains.Silo.dll"), "--data", data, "--urls", "http://127.0.0.1:0",
                "--no-demo",
                "--rulebook", TemplateSubjects.RulebookPath(),
            },
        };
        if (postgres is not null)
        {
            start.ArgumentList.Add("--store");
            start.ArgumentList.Add("postgres");
            start.Environment["CREDIT_CONNECTION"] = postgres;
        }

        foreach (var option in options)
            start.ArgumentList.Add(option);
        return await StartAsync(start, data);
    }

    /// <summary>Starts this program as a server.</summary>
    /// <param name="word">Which, see <see cref="ReferenceServer"/> and <see cref="HostedServer"/>.</param>
    /// <param name="data">Its data directory.</param>
    /// <param name="connection">Of PostgreSQL; null for none.</param>
    /// <param name="answers">Where the reference of P3 finds its answers.</param>
    public static Task<BenchServer> StartOursAsync(string word, string data, string? connection, string? answers = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            ArgumentList = { typeof(BenchServer).Assembly.Location, word, data },
        };
        if (connection is not null)
            start.Environment["CREDIT_CONNECTION"] = connection;
        if (answers is not null)
            start.Environment[ReferenceServer.Answers] = answers;
        return StartAsync(start, data);
    }

    private static async Task<BenchServer> StartAsync(ProcessStartInfo start, string data)
    {
        start.Environment.TryAdd("DOTNET_GCgen0size", "0x8000000"); // as the launcher does
        return new BenchServer(await ServerProcess.StartAsync(start), data, start.RedirectStandardInput);
    }

    /// <summary>Gives it a word and returns its answer.</summary>
    public Task<string> AskAsync(string word) => _process.AskAsync(word);

    /// <summary>A development token.</summary>
    public string Token(string role, string? source = null) =>
        DevelopmentIssuer.Open(_data).Issue([role], source, null, "bench", TimeSpan.FromHours(4));

    /// <summary>State by its own report.</summary>
    public async Task<ServerStatus> StatusAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/statusz"));
        request.Headers.Authorization = new("Bearer", _operator ??= Token("operator"));
        using var answer = await Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using var status = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        var (engine, store) = (status.RootElement.GetProperty("engine"), status.RootElement.GetProperty("store"));
        return new ServerStatus(
            engine.GetProperty("warmSubjects").GetInt32(), engine.GetProperty("dirtySubjects").GetInt32(),
            engine.GetProperty("unfoldedEvents").GetInt64(), store.GetProperty("lag").GetInt64(),
            engine.GetProperty("copies") is { ValueKind: JsonValueKind.Object } copies ? copies.GetProperty("subjects").GetInt32() : 0);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasEnded)
        {
            if (_endsWithInput)
                _process.EndInput(); // a program that waits for words ends with its input
            await _process.TerminateAsync();
        }

        await _process.DisposeAsync();
    }
}

/// <summary>Where a server stands.</summary>
/// <param name="WarmSubjects">Subjects in memory.</param>
/// <param name="DirtySubjects">Subjects waiting to be written back.</param>
/// <param name="UnfoldedEvents">Appended events waiting to be folded.</param>
/// <param name="Lag">Events that the stored rows do not reflect yet.</param>
/// <param name="Copies">Copies of other nodes' subjects.</param>
public readonly record struct ServerStatus(int WarmSubjects, int DirtySubjects, long UnfoldedEvents, long Lag, int Copies);
