using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace CreditGrains.Benchmarks;

/// <summary>Keep-alive requests over plain sockets: as little client as possible, since it shares the machine with the server.</summary>
public static partial class RawHttpLoad
{
    /// <summary>Runs connections side by side, each sending its next request when the answer before has come (closed loop).</summary>
    /// <param name="addresses">The server, or the nodes over which connections are spread.</param>
    /// <param name="connections">How many.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="prepare">Makes one connection's request maker, which gives the bytes to send.</param>
    /// <param name="answerBytesMax">Longest answer.</param>
    public static async Task<LoadResult> RunAsync(
        IReadOnlyList<Uri> addresses, int connections, double seconds, Func<int, Func<ReadOnlyMemory<byte>>> prepare,
        int answerBytesMax = 256 * 1024)
    {
        var stop = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        var began = Stopwatch.GetTimestamp();
        var runs = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(number => Task.Run(() => ConnectionAsync(
                addresses[number % addresses.Count], prepare(number), stop, answerBytesMax))));
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var latencies = runs.SelectMany(run => run).Order().ToList();
        return new LoadResult(latencies.Count / elapsed, latencies[latencies.Count / 2], latencies[(int)(latencies.Count * 0.99)]);
    }

    /// <summary>
    /// Runs connections side by side at a given rate in all (open loop): a request that is due while the answer before is still awaited
    /// counts from when it was due, so that a slow answer is not forgotten with the requests it held back. Connections are opened, and
    /// have had an answer, before the first request is due; nothing is allocated from then on, since a collection in the client would
    /// count as the server's.
    /// </summary>
    public static async Task<LoadResult> RunAtAsync(
        IReadOnlyList<Uri> addresses, int connections, double seconds, double rate, Func<int, Func<ReadOnlyMemory<byte>>> prepare)
    {
        var (began, answers) = await AnswersAtAsync(addresses, connections, seconds, rate, prepare);
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var latencies = answers.SelectMany(each => each)
            .Select(answer => Stopwatch.GetElapsedTime(answer.Due, answer.Answered).TotalMicroseconds).Order().ToList();
        return new LoadResult(latencies.Count / elapsed, latencies[latencies.Count / 2], latencies[(int)(latencies.Count * 0.99)]);
    }

    /// <summary>The same, with when each answer was due and came, by connection.</summary>
    public static async Task<(long Began, IReadOnlyList<IReadOnlyList<(long Due, long Answered)>> Answers)> AnswersAtAsync(
        IReadOnlyList<Uri> addresses, int connections, double seconds, double rate, Func<int, Func<ReadOnlyMemory<byte>>> prepare)
    {
        var step = (long)(Stopwatch.Frequency * connections / rate);
        var expected = (int)(rate / connections * seconds) + 16;
        var begin = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var open = new CountdownEvent(connections);
        var runs = Enumerable.Range(0, connections).Select(number => Task.Factory.StartNew(
            () => PacedConnection(
                addresses[number % addresses.Count], prepare(number), number, connections, step, seconds, expected, open, begin.Task),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var opened = Task.Run(open.Wait);
        if (await Task.WhenAny([opened, .. runs]) != opened)
            await await Task.WhenAny(runs);
        GC.Collect();
        var began = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 20);
        begin.SetResult(began);
        return (began, await Task.WhenAll(runs));
    }

    /// <summary>
    /// Asks two servers in turn, one request at a time, over a connection each: what else the machine does slows down both alike.
    /// </summary>
    /// <param name="ours">Our side.</param>
    /// <param name="next">Its requests.</param>
    /// <param name="theirs">The other side.</param>
    /// <param name="other">Its request.</param>
    /// <param name="requests">So many on each side.</param>
    /// <param name="answerBytesMax">Longest answer.</param>
    public static async Task<(LoadResult Ours, LoadResult Theirs)> RunInTurnAsync(
        Uri ours, Func<ReadOnlyMemory<byte>> next, Uri theirs, ReadOnlyMemory<byte> other, int requests, int answerBytesMax)
    {
        ArgumentNullException.ThrowIfNull(next);
        using var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var two = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await one.ConnectAsync(ours.Host, ours.Port);
        await two.ConnectAsync(theirs.Host, theirs.Port);
        var buffer = new byte[answerBytesMax];
        var (mine, others) = (new List<double>(requests), new List<double>(requests));
        for (var i = 0; i < requests; i++)
        {
            mine.Add(await AskAsync(one, next()));
            others.Add(await AskAsync(two, other));
        }

        return (ResultOf(mine), ResultOf(others));

        async ValueTask<double> AskAsync(Socket socket, ReadOnlyMemory<byte> request)
        {
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            await ReceiveAsync(socket, buffer);
            return Stopwatch.GetElapsedTime(sent).TotalMicroseconds;
        }

        static LoadResult ResultOf(List<double> latencies)
        {
            var rate = latencies.Count / latencies.Sum() * 1e6;
            latencies.Sort();
            return new LoadResult(rate, latencies[latencies.Count / 2], latencies[(int)(latencies.Count * 0.99)]);
        }
    }

    /// <summary>Sends every request once, so many connections side by side, and shows each answer, head and all.</summary>
    public static async Task SendAllAsync(
        IReadOnlyList<Uri> addresses, int connections, IReadOnlyList<(byte[] Head, byte[] Body)> requests, Action<ReadOnlySpan<byte>> show)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(async () =>
        {
            var address = addresses[number % addresses.Count];
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address.Host, address.Port);
            var buffer = new byte[1024 * 1024];
            for (var at = Interlocked.Increment(ref next); at < requests.Count; at = Interlocked.Increment(ref next))
            {
                await socket.SendAsync([new ArraySegment<byte>(requests[at].Head), new ArraySegment<byte>(requests[at].Body)]);
                show(buffer.AsSpan(0, await ReceiveAsync(socket, buffer)));
            }
        })));
    }

    /// <summary>The head of a POST whose body is sent after it.</summary>
    public static byte[] Head(string path, string token, string type, int length) => Encoding.UTF8.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        + $"Content-Type: {type}\r\nContent-Length: {length}\r\n\r\n");

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(string method, string path, string? token, string? body)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        if (token is not null)
            text.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        if (body is not null)
            text.Append("Content-Type: application/json\r\nContent-Length: ").Append(Encoding.UTF8.GetByteCount(body)).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    private static async Task<List<double>> ConnectionAsync(
        Uri address, Func<ReadOnlyMemory<byte>> next, long stop, int answerBytesMax)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port);
        var buffer = new byte[answerBytesMax];
        var latencies = new List<double>(100_000);
        while (Stopwatch.GetTimestamp() < stop)
        {
            var request = next();
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            await ReceiveAsync(socket, buffer);
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
        }

        return latencies;
    }

    /// <summary>
    /// A thread of its own, which sleeps to the microsecond: a pool and its timers wake many requests in the same millisecond, and the
    /// answers then wait for each other in the client.
    /// </summary>
    private static List<(long Due, long Answered)> PacedConnection(
        Uri address, Func<ReadOnlyMemory<byte>> next, int number, int connections, long step, double seconds, int expected,
        CountdownEvent open, Task<long> begin)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address.Host, address.Port);
        var buffer = new byte[256 * 1024];
        var answers = new List<(long, long)>(expected);
        Ask(socket, next().Span, buffer);
        open.Signal();
        var began = begin.GetAwaiter().GetResult();
        var stop = began + (long)(seconds * Stopwatch.Frequency);
        for (var due = began + (step * number / connections); due < stop; due += step)
        {
            var request = next();
            var early = due - Stopwatch.GetTimestamp();
            var waited = early > 0;
            if (waited)
                _ = Sleep((uint)(early * 1_000_000 / Stopwatch.Frequency));

            // A sleeper wakes up a little late, which is none of the server's doing.
            var from = waited ? Stopwatch.GetTimestamp() : due;
            Ask(socket, request.Span, buffer);
            answers.Add((from, Stopwatch.GetTimestamp()));
        }

        return answers;
    }

    private static void Ask(Socket socket, ReadOnlySpan<byte> request, byte[] buffer)
    {
        socket.Send(request);
        var (length, expected) = (0, -1);
        do
        {
            var read = socket.Receive(buffer.AsSpan(length));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            length += read;
            if (expected < 0)
                expected = ExpectedLength(buffer.AsSpan(0, length));
        }
        while (!IsWhole(buffer, length, expected));
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);

    private static bool IsWhole(byte[] buffer, int length, int expected) =>
        expected >= 0 && (expected == int.MaxValue ? buffer.AsSpan(0, length).EndsWith("0\r\n\r\n"u8) : length >= expected);

    private static async ValueTask<int> ReceiveAsync(Socket socket, byte[] buffer)
    {
        var length = 0;
        var expected = -1;
        do
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            length += read;
            if (expected < 0)
                expected = ExpectedLength(buffer.AsSpan(0, length));
        }
        while (!IsWhole(buffer, length, expected));
        return length;
    }

    /// <summary>Bytes of the whole answer; -1 while its head is not whole; the greatest number when it comes in chunks.</summary>
    private static int ExpectedLength(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return -1;
        var head = bytes[..end];
        if (!head.StartsWith("HTTP/1.1 200"u8))
            throw new IOException(Encoding.UTF8.GetString(bytes));
        var at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
            return int.MaxValue;
        var number = head[(at + 16)..];
        var stop = number.IndexOf((byte)'\r');
        return end + 4 + int.Parse(stop < 0 ? number : number[..stop], System.Globalization.CultureInfo.InvariantCulture);
    }
}

/// <summary>Rate and latencies of one run, in microseconds.</summary>
public readonly record struct LoadResult(double Rate, double MedianUs, double P99Us);
