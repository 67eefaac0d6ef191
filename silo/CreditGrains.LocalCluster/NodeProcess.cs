using System.Diagnostics;

namespace CreditGrains.LocalCluster;

/// <summary>
/// A silo or gateway as a process of its own. It stops when its input ends, which also happens when this process is killed; an interrupt
/// from the keyboard does not reach it, so that nodes stop in the order that this process chooses.
/// </summary>
internal sealed class NodeProcess : IDisposable
{
    private const string Ready = "ready ";
    private const string NewSession = "/usr/bin/setsid";
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(40);
    private readonly Process _process;
    private readonly TaskCompletionSource<string?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(string name, Process process, TextWriter talk)
    {
        (Name, _process) = (name, process);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                talk.WriteLine($"{name}: {line.Data}");
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>Where it answers; null until it does.</summary>
    public string? Address => _ready.Task.IsCompletedSuccessfully ? _ready.Task.Result : null;

    /// <summary>Starts a node; it is not ready yet.</summary>
    /// <param name="name">For people.</param>
    /// <param name="connection">Of the database; goes by the environment, where other users of the machine do not see it.</param>
    /// <param name="talk">Gets what it says, each line with its name.</param>
    /// <param name="options">Of <c>credit up</c>.</param>
    public static NodeProcess Start(string name, string connection, TextWriter talk, params IEnumerable<string> options)
    {
        var hasSessions = File.Exists(NewSession);
        var start = new ProcessStartInfo(hasSessions ? NewSession : "dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        string[] program = [Path.Combine(AppContext.BaseDirectory, "CreditGrains.Silo.dll"), "--stop-with-input", "--store", "postgres"];
        foreach (var argument in (hasSessions ? program.Prepend("dotnet") : program).Concat(options))
            start.ArgumentList.Add(argument);
        start.Environment["CREDIT_CONNECTION"] = connection;
        return new NodeProcess(name, Process.Start(start)!, TextWriter.Synchronized(talk));
    }

    /// <summary>The address, once it serves; null when it has ended without.</summary>
    public Task<string?> ReadyAsync(CancellationToken cancellation) => _ready.Task.WaitAsync(cancellation);

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <summary>Lets it hand over, write back and end; one that does not is killed.</summary>
    public async Task StopAsync()
    {
        using var late = new CancellationTokenSource(StopMax);
        try
        {
            if (!_process.HasExited)
                _process.StandardInput.Close();
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
    }

    public void Dispose() => _process.Dispose();

    private void Take(string? line)
    {
        if (line is null)
            _ready.TrySetResult(null);
        else if (line.StartsWith(Ready, StringComparison.Ordinal))
            _ready.TrySetResult(line[Ready.Length..]);
    }
}
