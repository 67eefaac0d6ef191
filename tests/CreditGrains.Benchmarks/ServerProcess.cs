using System.Diagnostics;
using System.Text.Json;
using CreditGrains.Engine.Access;

namespace CreditGrains.Benchmarks;

/// <summary>The real server in a process of its own, on a free loopback port.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private ServerProcess(Process process, string data, Uri address)
    {
        _process = process;
        _data = data;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<ServerProcess> StartAsync(string data)
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
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
                return new ServerProcess(process, data, new Uri(line["ready ".Length..]));
        }

        throw new InvalidOperationException("The server ended before it was ready.");
    }

    /// <summary>A development token.</summary>
    public string Token(string role, string? source = null) =>
        DevelopmentIssuer.Open(_data).Issue([role], source, null, "bench", TimeSpan.FromHours(4));

    /// <summary>Waits until the server has brought its stored subjects into memory.</summary>
    /// <returns>The share of the subjects that is there.</returns>
    public async Task<double> WaitWarmAsync(int subjects)
    {
        using var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Token("operator"));
        for (var before = -1; ;)
        {
            using var status = JsonDocument.Parse(await client.GetStringAsync("/statusz"));
            var warm = status.RootElement.GetProperty("engine").GetProperty("warmSubjects").GetInt32();
            if (warm >= subjects || warm == before)
                return (double)warm / subjects;
            before = warm;
            await Task.Delay(2000);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            using var terminate = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await terminate.WaitForExitAsync();
            await _process.WaitForExitAsync();
        }
    }
}
