using CreditGrains.Domain.Errors;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// One subscription's sender, step by step: the same in one process and in a cluster's grain. It sends the changes of one subject one after
/// the other, so that they arrive in their order, and those of several subjects beside each other. It keeps how far it is after each page.
/// A change whose delivery was taken and not kept is sent again under the same id.
/// </summary>
internal sealed partial class SubscriptionRun
{
    private const string Operation = "subscription";
    private const int ReadMin = 500;
    private const double PauseSpread = 0.1;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly string _id;
    private readonly DeliveryContext _tools;
    private readonly IProgressRepository _keeper;
    private Subscription? _subscription;
    private SubscriptionProgress? _progress;

    // Guards the outcomes of attempts that are under way together.
    private readonly Lock _outcomeLock = new();

    // Tried and not taken yet; taken, and behind a change that is not: at most a page each.
    private readonly HashSet<ShardNumber> _shown = [];
    private readonly HashSet<ShardNumber> _taken = [];
    private DateTimeOffset _began;
    private long _kept;
    private bool _isKept = true;
    private long _read;
    private volatile bool _isAsked = true;
    private volatile bool _isAbandoned;

    public SubscriptionRun(string id, DeliveryContext tools, IProgressRepository keeper)
    {
        _id = id;
        _tools = tools;
        _keeper = keeper;
    }

    /// <summary>How far it is, kept or not.</summary>
    public SubscriptionProgress? Progress => Volatile.Read(ref _progress);

    /// <summary>Something has been asked of the subscription: the step under way ends early, and the next one looks.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>Keeps nothing any more: as if the process were gone.</summary>
    public void Abandon() => _isAbandoned = true;

    /// <summary>Keeps how far it is, if that is not kept yet.</summary>
    /// <exception cref="StoreException">The progress cannot be written, or another sender has kept some.</exception>
    public async Task KeepAsync()
    {
        if (_isKept || _isAbandoned)
            return;
        try
        {
            await _keeper.KeepAsync(_progress!).ConfigureAwait(false);
            (_isKept, _kept) = (true, _tools.Time.GetTimestamp());
        }
        catch (WriteConflictException)
        {
            // Another sender has kept something: it goes on from there.
            (_progress, _isKept) = (null, true);
            lock (_outcomeLock)
                _taken.Clear();
            throw;
        }
    }

    /// <summary>Sends a page at most.</summary>
    /// <param name="cancellation">Ends it; what was sent is kept all the same.</param>
    /// <exception cref="StoreException">The store cannot be read or written; the next step goes on.</exception>
    public async Task<NextAttempt> StepAsync(CancellationToken cancellation)
    {
        if (_tools.Time.GetElapsedTime(_kept) >= _tools.Options.KeepEvery)
            await KeepAsync().ConfigureAwait(false);
        var subscription = await SubscriptionAsync(cancellation).ConfigureAwait(false);
        if (subscription is null)
            return NextAttempt.Gone;
        var progress = _progress ?? await _keeper.ReadAsync(cancellation).ConfigureAwait(false);
        if (progress is null || progress.Subscription != _id || progress.Turn < subscription.Turn)
        {
            progress = SubscriptionProgress.AtStart(subscription, progress);
            lock (_outcomeLock)
                _taken.Clear();
            Move(progress);
            await KeepAsync().ConfigureAwait(false);
        }

        _progress ??= progress;
        if (_progress.IsPaused || subscription.IsHeld)
            return NextAttempt.UntilAsked;
        var now = _tools.Time.GetUtcNow();
        if (_progress.NextAttemptAt is { } due && due > now)
            return NextAttempt.For(due - now);
        if (!ChangeCursor.TryParse(_progress.After, out var after))
            throw new InvalidDataException($"Subscription {_id} has lost its place.");
        after = _tools.Feed.Kept(after);
        if (_progress.Attempts == 0 && !await _tools.Feed.HasAfterAsync(after, cancellation).ConfigureAwait(false))
            return NextAttempt.UntilChanges(after);
        return await SendAsync(subscription, after, cancellation).ConfigureAwait(false);
    }

    private async Task<NextAttempt> SendAsync(Subscription subscription, ChangeCursor after, CancellationToken cancellation)
    {
        ChangePage page;
        try
        {
            page = await _tools.Feed.ReadAsync(after, Math.Max(ReadMin, _tools.Options.Page), cancellation).ConfigureAwait(false);
        }
        catch (TokenException lost)
        {
            Pause("The store does not hold the place any more where it was: " + lost.Message);
            await KeepAsync().ConfigureAwait(false);
            return NextAttempt.UntilAsked;
        }
        catch (CursorExpiredException expired)
        {
            Pause($"{ErrorCatalogue.CursorExpired.Code}: {expired.Message} Replay from an instant or now.");
            await KeepAsync().ConfigureAwait(false);
            return NextAttempt.UntilAsked;
        }

        _began = _tools.Time.GetUtcNow();

        // A receiver that fails is tried with one change; the others wait, so that their order is kept.
        var wanted = page.Changes.Where(subscription.Wants).ToList();
        var attempt = new DeliveryAttempt(
            wanted.Take(_tools.Options.Page), _progress!.Attempts > 0 ? 1 : _tools.Options.InFlightMax, _tools.Options.KeepEvery,
            _tools.Time);
        await attempt.RunAsync(
            change => TryAsync(subscription, change, cancellation), () => _isAsked || cancellation.IsCancellationRequested)
            .ConfigureAwait(false);
        after = Passed(page, wanted, after);
        Move(_progress! with { After = after.ToString() });
        var isWhole = wanted.TrueForAll(change => after.NumberOf(change.Shard) >= change.Number);
        var isIdle = isWhole && !page.More;
        if (wanted.Count > 0 || isIdle || _tools.Time.GetElapsedTime(_kept) >= _tools.Options.KeepEvery)
            await KeepAsync().ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (_progress is { IsPaused: true })
            return NextAttempt.UntilAsked;
        return isIdle ? NextAttempt.UntilChanges(after) : NextAttempt.None;
    }

    /// <summary>
    /// The cursor behind everything that is taken or not wanted: in each shard up to the first change that is neither. Later ones that are
    /// taken already are not sent again while this sender lives.
    /// </summary>
    private ChangeCursor Passed(ChangePage page, List<SubjectChange> wanted, ChangeCursor after)
    {
        lock (_outcomeLock)
        {
            var open = wanted.Where(change => !_taken.Contains(new ShardNumber(change.Shard, change.Number)))
                .GroupBy(change => change.Shard).ToDictionary(shard => shard.Key, shard => shard.Min(change => change.Number));
            foreach (var shard in page.Changes.GroupBy(change => change.Shard))
            {
                var last = open.TryGetValue(shard.Key, out var first)
                    ? shard.LastOrDefault(change => change.Number < first) : shard.Last();
                if (last is not null)
                    after = after.Passing(last);
            }

            _taken.RemoveWhere(place => place.Number <= after.NumberOf(place.Shard));
            return after;
        }
    }

    /// <summary>One attempt for one change.</summary>
    /// <returns>Whether the receiver has taken it.</returns>
    private async Task<bool> TryAsync(Subscription subscription, SubjectChange change, CancellationToken cancellation)
    {
        var sent = CloudEvent.Of(change, _tools.Feed.Start.Incarnation);
        var place = new ShardNumber(change.Shard, change.Number);
        bool isShown;
        lock (_outcomeLock)
        {
            if (_taken.Contains(place))
                return true;
            isShown = _shown.Contains(place);
        }

        WebhookAnswer answer;
        try
        {
            // Once, however often it is tried: it is the first attempt that may show it.
            if (!isShown)
            {
                await _tools.Access.RecordAsync(
                    subscription.Actor, subscription.Purpose, Operation, change.Subject, _id, cancellation).ConfigureAwait(false);
                lock (_outcomeLock)
                    _shown.Add(place);
            }

            answer = await _tools.Webhooks.SendAsync(
                subscription.Url, _tools.SecretsOf(subscription), sent.Id, sent.ToUtf8(), cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        _tools.Sent(answer.Error is null);
        lock (_outcomeLock)
            return Note(answer, place);
    }

    private bool Note(WebhookAnswer answer, ShardNumber place)
    {
        var now = _tools.Time.GetUtcNow();
        if (answer.Error is null)
        {
            _shown.Remove(place);
            _taken.Add(place);

            // Another change that is on its way may have failed: one that is taken does not undo that.
            var isWell = _progress!.LastErrorAt is null || _progress.LastErrorAt < _began;
            Move(isWell
                ? _progress with
                {
                    Delivered = _progress.Delivered + 1, Attempts = 0, FailingSince = null, NextAttemptAt = null, LastDeliveryAt = now,
                }
                : _progress with { Delivered = _progress.Delivered + 1, LastDeliveryAt = now });
            return true;
        }

        // Several that fail together are one failure of the receiver.
        var isFirst = _progress!.LastErrorAt is null || _progress.LastErrorAt < _began;
        var attempts = _progress.Attempts + (isFirst ? 1 : 0);
        var since = _progress.FailingSince ?? now;
        Move(_progress with
        {
            Attempts = attempts, FailingSince = since, NextAttemptAt = now + PauseAfter(attempts, answer.RetryAfter),
            LastError = answer.Error, LastErrorAt = now,
        });
        if (attempts == 1 && isFirst)
            Fails(_tools.Log, _id, answer.Error);
        if (answer.IsGone || now - since >= _tools.Options.GiveUpAfter)
            Pause(answer.Error);
        return false;
    }

    private TimeSpan PauseAfter(int attempts, TimeSpan? wanted)
    {
        var pause = _tools.Options.PauseAfter(attempts, wanted);

        // Receivers that failed together are not all tried at the same moment.
#pragma warning disable CA5394 // a failure here has no consequence
        return pause * (1 + (PauseSpread * Random.Shared.NextDouble()));
#pragma warning restore CA5394
    }

    private void Pause(string error)
    {
        Move(_progress! with { IsPaused = true, NextAttemptAt = null, LastError = error, LastErrorAt = _tools.Time.GetUtcNow() });
        GivenUp(_tools.Log, _id, error);
    }

    private void Move(SubscriptionProgress progress)
    {
        Volatile.Write(ref _progress, progress with { Number = progress.Number + 1 });
        _isKept = false;
    }

    /// <summary>The subscription as it stands now; null when it is deleted.</summary>
    private async Task<Subscription?> SubscriptionAsync(CancellationToken cancellation)
    {
        if (!_isAsked && _read != 0 && _tools.Time.GetElapsedTime(_read) < LookAgain)
            return _subscription;
        _isAsked = false;
        try
        {
            _subscription = await _tools.FindAsync(_id, cancellation).ConfigureAwait(false);
        }
        catch
        {
            _isAsked = true;
            throw;
        }

        _read = _tools.Time.GetTimestamp();
        return _subscription;
    }

    [LoggerMessage(2401, LogLevel.Warning, "Delivery of subscription {Subscription} failed; retrying: {Error}")]
    private static partial void Fails(ILogger log, string subscription, string error);

    [LoggerMessage(2402, LogLevel.Error, "Subscription {Subscription} paused until a replay is requested: {Error}")]
    private static partial void GivenUp(ILogger log, string subscription, string error);
}

/// <summary>When a sender is to go on.</summary>
internal readonly record struct NextAttempt
{
    /// <summary>The subscription is deleted: never.</summary>
    public static NextAttempt Gone => new() { IsGone = true };

    /// <summary>At once.</summary>
    public static NextAttempt None => default;

    /// <summary>When something is asked.</summary>
    public static NextAttempt UntilAsked => new() { Length = Timeout.InfiniteTimeSpan };

    public bool IsGone { get; private init; }

    public TimeSpan Length { get; private init; }

    /// <summary>When there are changes after it; null where changes are not waited for.</summary>
    public ChangeCursor? Changes { get; private init; }

    public static NextAttempt For(TimeSpan length) => new() { Length = length };

    /// <summary>When there are changes after a cursor.</summary>
    public static NextAttempt UntilChanges(ChangeCursor after) => new() { Length = Timeout.InfiniteTimeSpan, Changes = after };
}
