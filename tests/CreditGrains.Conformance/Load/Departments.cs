using CreditGrains.Conformance.Server;
using CreditGrains.Engine.Synthetic;

namespace CreditGrains.Conformance.Load;

/// <summary>Several senders that report on the same invented organisations at once; each record belongs to one of them.</summary>
internal sealed class Departments
{
    private readonly List<Sender> _senders;

    public Departments(int senders, int subjects, ulong seed, int batchLines, int linesMax = int.MaxValue)
    {
        var feed = new SyntheticFeed(new SyntheticOptions
        {
            Seed = seed,
            Subjects = subjects,
            EndDate = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-1),
            Corrections = 0.08,
            Duplicates = 0.05,
        });
        var lines = Enumerable.Range(0, senders).Select(_ => new List<FeedLine>()).ToList();
        var bad = 0;
        foreach (var bytes in feed.Lines().Take(linesMax))
        {
            var line = FeedLine.Of(bytes);

            // All revisions of a record go to one sender, in their order.
            lines[line.Id is null ? bad++ % senders : line.Id.Sum(c => c) % senders].Add(line);
        }

        _senders = [.. lines.Select((own, i) => new Sender($"DEPT{i + 1}", own, batchLines))];
    }

    public bool AreDone => _senders.TrueForAll(sender => sender.IsDone);

    public IEnumerable<Answer> Refusals => _senders.SelectMany(sender => sender.Refusals);

    /// <summary>How connections broke off without an answer.</summary>
    public IEnumerable<Exception> BrokenOff => _senders.Select(sender => sender.BrokenOff).OfType<Exception>();

    /// <summary>Tokens of the newest receipts.</summary>
    public IEnumerable<string> Tokens => _senders.Select(sender => sender.Token).OfType<string>();

    /// <summary>Every acknowledged event of a subject.</summary>
    public IEnumerable<EventName> AcknowledgedOf(string subject) =>
        _senders.SelectMany(sender => sender.Acknowledged.GetValueOrDefault(subject) ?? []);

    public int AcknowledgedCount => _senders.Sum(sender => sender.Acknowledged.Values.Sum(events => events.Count));

    /// <summary>Every subject with an acknowledged event.</summary>
    public HashSet<string> Subjects() => [.. _senders.SelectMany(sender => sender.Acknowledged.Keys)];

    /// <summary>Subjects of lines sent since the last call, answered or not.</summary>
    public HashSet<string> TakeTouched() => [.. _senders.SelectMany(sender => sender.TakeTouched())];

    /// <summary>All send at once, until each is done or broken off.</summary>
    public Task RunAsync(Caller caller, Func<bool> acknowledged) =>
        Task.WhenAll(_senders.Select(sender => Task.Run(() => sender.RunAsync(caller, acknowledged))));
}
