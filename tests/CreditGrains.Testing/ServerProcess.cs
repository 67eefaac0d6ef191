using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace CreditGrains.Testing;

/// <summary>A real server process: the program that an operator starts, on a data directory and a free port.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Ready = "ready ";
    private const int TerminateSignal = 15;
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;
    private const int AccountLines = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _talk = new();
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<string?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _talk.Enqueue(line.Data);
        };
        process.BeginOutputReadLine();
        if (process.StartInfo.RedirectStandardError)
            process.BeginErrorReadLine();
    }

    /// <summary>Everything on standard output so far, by line.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Everything on standard error so far.</summary>
    public string Talk => string.Join('\n', _talk);

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>How the program fares, for a test that fails: its exit code if it has ended, and the end of standard error.</summary>
    public async Task<string> AccountAsync()
    {
        // A process that has just broken its connections off may still be writing its last words.
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(5)));
        var state = _process.HasExited ? $"ended with exit code {_process.ExitCode}" : "is still running";
        return $"The server {state}. Its standard error ends:\n{string.Join('\n', _talk.TakeLast(AccountLines))}";
    }

    /// <summary>Most memory that the process has had resident (VmHWM).</summary>
    public long PeakResidentBytes => StatusKilobytes("VmHWM:") * 1024;

    /// <summary>Memory that the process has resident now (VmRSS).</summary>
    public long ResidentBytes => StatusKilobytes("VmRSS:") * 1024;

    /// <summary>Starts a program that writes <c>ready URL</c> when it serves, and waits for that. Its output must be redirected.</summary>
    public static Task<ServerProcess> StartAsync(ProcessStartInfo start) => ServingAsync(new ServerProcess(Process.Start(start)!));

    /// <summary>Starts the program and does not wait for it.</summary>
    public static ServerProcess Launch(string data, params string[] options) => Launch([], data, options);

    /// <summary>
    /// Starts the program with a bound on its heap, beyond which it ends, and else with the collector as the launcher, the unit and the
    /// image set it. Waits until it serves.
    /// </summary>
    public static Task<ServerProcess> StartLimitedAsync(string data, long heapBytesMax, params string[] options) => StartAsync(
        [
            "env", "DOTNET_GCgen0size=0x8000000",
            string.Create(CultureInfo.InvariantCulture, $"DOTNET_GCHeapHardLimit=0x{heapBytesMax:x}"),
        ],
        data, options);

    /// <summary>... by way of another program, whose place it takes.</summary>
    public static ServerProcess Launch(IEnumerable<string> by, string data, params string[] options) =>
        LaunchLine([.. by, "dotnet", Path.Combine(AppContext.BaseDirectory, "CreditGrains.Silo.dll")], data, options);

    /// <summary>Starts the server of another build and waits until it serves.</summary>
    public static Task<ServerProcess> StartBuildAsync(string assembly, string data, params string[] options) =>
        ServingAsync(LaunchLine(["dotnet", assembly], data, options));

    private static ServerProcess LaunchLine(string[] line, string data, string[] options)
    {
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] usual = ["--data", data, "--urls", "http://127.0.0.1:0", "--rulebook", Repository.DefaultRulebook, "--no-demo"];
        foreach (var option in usual.Concat(options))
            start.ArgumentList.Add(option);
        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Starts the program and waits until it serves.</summary>
    public static Task<ServerProcess> StartAsync(string data, params string[] options) => StartAsync([], data, options);

    /// <summary>... by way of another program, whose place it takes.</summary>
    public static Task<ServerProcess> StartAsync(IEnumerable<string> by, string data, params string[] options) =>
        ServingAsync(Launch(by, data, options));

    private static async Task<ServerProcess> ServingAsync(ServerProcess server)
    {
        await Task.WhenAny(server._ready.Task, Task.Delay(Patience));
        if (server._ready.Task is { IsCompleted: true, Result: not null })
            return server;
        var account = await server.AccountAsync();
        await server.DisposeAsync();
        throw new InvalidOperationException($"The server did not start within {Patience.TotalSeconds} s. {account}");
    }

    /// <summary>The address, once the program serves; null when it has ended without.</summary>
    public Task<string?> ReadyAsync() => _ready.Task.WaitAsync(Patience);

    /// <summary>The address of a server that serves.</summary>
    public string Address => _ready.Task is { IsCompletedSuccessfully: true, Result: { } address }
        ? address : throw new InvalidOperationException("The server does not serve.");

    /// <summary>Writes a line to its standard input, which must be redirected, and returns the next line of its output.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await _answers.Reader.ReadAsync();
    }

    /// <summary>Ends the input of a program that stops with it.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>SIGKILL: it ends at once, wherever it is.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM, as an operator stops it.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "this system has no SIGTERM");
        Assert.Equal(0, Signal(_process.Id, TerminateSignal));
        return ExitAsync();
    }

    /// <summary>SIGSTOP: it does nothing any more, and does not know it.</summary>
    public void Pause() => Assert.Equal(0, Signal(_process.Id, StopSignal));

    /// <summary>SIGCONT.</summary>
    public void Resume() => Assert.Equal(0, Signal(_process.Id, ContinueSignal));

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    private long StatusKilobytes(string field) => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);

    private void Take(string? line)
    {
        if (line is null)
        {
            _ready.TrySetResult(null);
            _answers.Writer.TryComplete();
            return;
        }

        _output.Enqueue(line);
        if (line.StartsWith(Ready, StringComparison.Ordinal) && _ready.TrySetResult(line[Ready.Length..]))
            return;
        if (_process.StartInfo.RedirectStandardInput)
            _answers.Writer.TryWrite(line);
    }
}
