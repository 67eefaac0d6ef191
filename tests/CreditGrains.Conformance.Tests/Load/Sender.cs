using System.Net.Sockets;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests.Load;

/// <summary>
/// A department that sends its lines in order, a batch at a time, keeps account of every event that was acknowledged, and sends a batch
/// again until it has been answered.
/// </summary>
internal sealed class Sender(string source, IReadOnlyList<FeedLine> lines, int batchLines)
{
    private readonly Dictionary<string, HashSet<EventName>> _acknowledged = [];
    private readonly HashSet<string> _touched = [];
    private int _answered;
    private int _acknowledgedCount;

    /// <summary>Events answered <c>accepted</c>, or <c>duplicate</c> when a batch was sent again, by subject.</summary>
    public IReadOnlyDictionary<string, HashSet<EventName>> Acknowledged => _acknowledged;

    /// <summary>How many those are; may be read while it sends.</summary>
    public int AcknowledgedCount => Volatile.Read(ref _acknowledgedCount);

    public bool IsDone => _answered >= lines.Count;

    /// <summary>Answers that were neither a receipt nor a broken connection.</summary>
    public List<Answer> Refusals { get; } = [];

    /// <summary>How the last connection broke off without an answer, if one did.</summary>
    public Exception? BrokenOff { get; private set; }

    /// <summary>The newest receipt's token.</summary>
    public string? Token { get; private set; }

    /// <summary>Subjects of lines sent since the last call, answered or not.</summary>
    public HashSet<string> TakeTouched()
    {
        var touched = _touched.ToHashSet();
        _touched.Clear();
        return touched;
    }

    /// <summary>Sends until the lines are used up, the server breaks off or refuses, or it is told to stop.</summary>
    /// <param name="caller">The server.</param>
    /// <param name="acknowledged">Called after each batch that was answered; false ends the run.</param>
    public async Task RunAsync(Caller caller, Func<bool> acknowledged)
    {
        while (!IsDone)
        {
            var batch = lines.Skip(_answered).Take(batchLines).ToList();
            _touched.UnionWith(batch.Select(line => line.Subject).OfType<string>());
            Answer answer;
            try
            {
                answer = await caller.FeedAsync(source, [.. batch.SelectMany(line => line.Bytes.Append((byte)'\n'))]);
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                BrokenOff = broken;
                return;
            }

            if (answer.Status != 200)
            {
                Refusals.Add(answer);
                return;
            }

            Take(answer, batch);
            _answered += batch.Count;
            if (!acknowledged())
                return;
        }
    }

    private void Take(Answer answer, List<FeedLine> batch)
    {
        Token = answer.Json.GetProperty("token").GetString();
        var outcomes = answer.Json.GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(batch.Count, outcomes.Count);
        foreach (var outcome in outcomes)
        {
            var line = batch[outcome.GetProperty("line").GetInt32() - 1];
            if (outcome.GetProperty("outcome").GetString() is not ("accepted" or "duplicate"))
                continue;
            Assert.NotNull(line.Subject);
            if (!_acknowledged.TryGetValue(line.Subject, out var events))
                _acknowledged[line.Subject] = events = [];
            if (events.Add(new EventName(source, line.Id!, line.Revision)))
                Interlocked.Increment(ref _acknowledgedCount);
        }
    }
}
