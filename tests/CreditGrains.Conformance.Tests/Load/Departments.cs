using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Conformance.Tests.Load;

/// <summary>Several senders that report on the same invented organisations at once; each record belongs to one of them.</summary>
internal sealed class Departments
{
    private readonly List<Sender> _senders;
    private readonly List<string> _codes;

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

        _codes = [.. feed.SubjectCodes(subjects)];
        _senders = [.. lines.Select((own, i) => new Sender($"DEPT{i + 1}", own, batchLines))];
    }

    /// <summary>Every organisation that is reported on sooner or later.</summary>
    public IReadOnlyList<string> Codes() => _codes;

    public bool AreDone => _senders.TrueForAll(sender => sender.IsDone);

    public IEnumerable<Answer> Refusals => _senders.SelectMany(sender => sender.Refusals);

    /// <summary>How connections broke off without an answer.</summary>
    public IEnumerable<Exception> BrokenOff => _senders.Select(sender => sender.BrokenOff).OfType<Exception>();

    /// <summary>Tokens of the newest receipts.</summary>
    public IEnumerable<string> Tokens => _senders.Select(sender => sender.Token).OfType<string>();

    /// <summary>Every acknowledged event of a subject.</summary>
    public IEnumerable<EventName> AcknowledgedOf(string subject) =>
        _senders.SelectMany(sender => sender.Acknowledged.GetValueOrDefault(subject) ?? []);

    /// <summary>How many those are; may be read while they send.</summary>
    public int AcknowledgedCount => _senders.Sum(sender => sender.AcknowledgedCount);

    /// <summary>Every subject with an acknowledged event.</summary>
    public HashSet<string> Subjects() => [.. _senders.SelectMany(sender => sender.Acknowledged.Keys)];

    /// <summary>Subjects of lines sent since the last call, answered or not.</summary>
    public HashSet<string> TakeTouched() => [.. _senders.SelectMany(sender => sender.TakeTouched())];

    /// <summary>
    /// All send at once until they are told to stop, a batch each and a pause, going on by themselves after a refusal or a broken
    /// connection.
    /// </summary>
    /// <param name="caller">The server.</param>
    /// <param name="pause">Between two batches of one sender.</param>
    /// <param name="goesOn">False ends the run.</param>
    /// <param name="failed">Told of every refusal and broken connection, in words; on any thread.</param>
    public Task RunThroughAsync(Caller caller, TimeSpan pause, Func<bool> goesOn, Action<string> failed) =>
        Task.WhenAll(_senders.Select(sender => Task.Run(async () =>
        {
            while (goesOn() && !sender.IsDone)
            {
                var acknowledged = false;
                await sender.RunAsync(caller, () => !(acknowledged = true));
                if (!acknowledged)
                    failed($"feed: {(sender.Refusals.Count > 0 ? sender.Refusals[^1].Text : sender.BrokenOff!.Message)}");
                await Task.Delay(pause);
            }
        })));

    /// <summary>All send at once, until each is done or broken off.</summary>
    public Task RunAsync(Caller caller, Func<bool> acknowledged) =>
        Task.WhenAll(_senders.Select(sender => Task.Run(() => sender.RunAsync(caller, acknowledged))));
}
