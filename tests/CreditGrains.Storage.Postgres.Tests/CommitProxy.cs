using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>A way to the server that can be cut or held at the worst moment: when a commit is on its way.</summary>
internal sealed class CommitProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _serverPort;
    private Plan? _plan;

    public CommitProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Fate of the next commit that comes by.</summary>
    /// <param name="cuts">Whether its client is cut off as soon as the commit has left it.</param>
    /// <param name="delivers">Ends when the commit goes on to the server: with true, or with false when it is lost there.</param>
    /// <param name="mark">Bytes that mark it: a transaction of one round trip has no commit of its own.</param>
    /// <param name="after">Bytes that the same connection has sent before, where others commit, too.</param>
    /// <returns>Ends when the commit has come by.</returns>
    public Task NextCommit(bool cuts, Task<bool> delivers, string mark = "COMMIT\0", string after = "")
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = new Plan(cuts, delivers, Encoding.UTF8.GetBytes(mark), Encoding.UTF8.GetBytes(after), met);
        Volatile.Write(ref _plan, plan);
        return met.Task;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception closed) when (closed is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var ours = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
            await Task.WhenAny(ForthAsync(client, server), BackAsync(server, client));
        }
        catch (Exception cut) when (cut is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side is gone: so is the other.
        }
    }

    private async Task ForthAsync(TcpClient client, TcpClient server)
    {
        var buffer = new byte[256 * 1024];
        Plan? begun = null;
        while (true)
        {
            var count = await client.GetStream().ReadAsync(buffer, _stop.Token);
            if (count == 0)
                return;
            if (Volatile.Read(ref _plan) is { } next && buffer.AsSpan(0, count).IndexOf(next.After) >= 0)
                begun = next;
            if (Volatile.Read(ref _plan) is { } plan && begun == plan && buffer.AsSpan(0, count).IndexOf(plan.Mark) >= 0
                && Interlocked.CompareExchange(ref _plan, null, plan) == plan)
            {
                if (plan.Cuts)
                    client.Client.Close(0);
                plan.Met.SetResult();
                if (!await plan.Delivers)
                    return;
                await server.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                if (plan.Cuts)
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                continue;
            }

            await server.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }

    private async Task BackAsync(TcpClient server, TcpClient client)
    {
        var buffer = new byte[256 * 1024];
        while (true)
        {
            var count = await server.GetStream().ReadAsync(buffer, _stop.Token);
            if (count == 0)
                return;
            try
            {
                await client.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
            }
            catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // The client was cut off by plan: the server goes on as if nobody had told it.
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }
        }
    }

    private sealed record Plan(bool Cuts, Task<bool> Delivers, byte[] Mark, byte[] After, TaskCompletionSource Met);
}
