using System.Buffers;
using System.IO.Pipelines;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Sources;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Reads feed bodies: lines are validated here, on the caller's thread, while the batch before is being committed.</summary>
internal sealed class FeedService(
    IStore store, RulesInForce rules, IEventCommitter committer, TimeProvider time, SourceService sources,
    SupersededLines superseded) : IFeed
{
    private const int QuarantinedBytesMax = 64 * 1024;

    /// <summary>Fewer lines than these are validated where they stand: the way to another thread would take as long.</summary>
    private const int FewLines = 16;

    /// <summary>Batches of all feeds of this process: as many at once as there are processors, and none in the way of a check.</summary>
    private static readonly WorkThreads Validating = new("feed", Environment.ProcessorCount);

    /// <summary>
    /// Batches between being parsed and being answered, of all feeds of this process; the others wait as bytes. What a batch is parsed to
    /// is many times larger, and each collection of the garbage goes through all of it (R8).
    /// </summary>
    private static readonly SemaphoreSlim InWork = new(8 * Environment.ProcessorCount);

    private readonly QuarantineGroups _quarantine = new(store.Quarantine);

    public async Task<FeedReceipt> SubmitAsync(
        SourceId source, string actor, PipeReader body, FeedOptions options, CancellationToken cancellation)
    {
        if (source == SourceId.Platform && !options.MayBePlatform)
            throw new FeedBodyException(ErrorCatalogue.PlatformSource, source.Value);
        using var span = EngineTraces.Begin("feed");
        span?.SetTag("creditgrains.source", source.Value);
        var session = new Session(source, actor, options);
        var paced = new TimedBody(body, options, time);
        var splitter = new BodySplitter(options.LineBytesMax, options.BatchLinesMax, options.Format);
        var batch = new LineBatch();
        var commit = Task.CompletedTask;
        long total = 0;
        try
        {
            while (true)
            {
                var read = await paced.ReadAsync(total, cancellation).ConfigureAwait(false);
                var taken = 0L;
                foreach (var segment in read.Buffer)
                {
                    var count = splitter.Take(segment.Span, batch);
                    taken += count;
                    if (count < segment.Length)
                        break;
                }

                total += taken;
                var ended = read.IsCompleted && taken == read.Buffer.Length;
                body.AdvanceTo(read.Buffer.GetPosition(taken),
                    taken == read.Buffer.Length ? read.Buffer.End : read.Buffer.GetPosition(taken));
                if (total > options.BodyBytesMax)
                    throw new FeedBodyException(ErrorCatalogue.BodyTooLarge, $"more than {options.BodyBytesMax} bytes");
                if (ended)
                    splitter.End(batch);
                if (ended || splitter.IsFull(batch))
                {
                    var validated = await ParseAsync(batch, commit, session, cancellation).ConfigureAwait(false);
                    commit = CommitAsync(validated, session, cancellation);
                    batch = new LineBatch();
                }

                if (ended)
                    break;
            }
        }
        finally
        {
            await commit.ConfigureAwait(false);
        }

        var receipt = session.Receipt(new Token(store.Incarnation, time.GetUtcNow(), committer.Heads()));
        span?.SetTag("creditgrains.accepted", receipt.Accepted).SetTag("creditgrains.rejected", receipt.Rejected);
        sources.Note(new SourceActivity(
            source.Value, time.GetUtcNow(), time.GetUtcNow(), receipt.Accepted, receipt.Duplicate, receipt.Stale, receipt.Rejected)
        {
            Codes = receipt.Codes,
            Delays = receipt.Delays,
        });
        return receipt;
    }

    /// <summary>Validates a batch while the one before it is being committed, which it waits for.</summary>
    private async ValueTask<ValidatedBatch> ParseAsync(LineBatch batch, Task before, Session session, CancellationToken cancellation)
    {
        await InWork.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var validated = await ValidateAsync(batch, session).ConfigureAwait(false);
            await before.ConfigureAwait(false);
            return validated;
        }
        catch
        {
            InWork.Release();
            throw;
        }
    }

    private ValueTask<ValidatedBatch> ValidateAsync(LineBatch batch, Session session) => batch.Lines.Count < FewLines
        ? ValueTask.FromResult(Validate(batch, session)) : new(Validating.RunAsync(() => Validate(batch, session)));

    private ValidatedBatch Validate(LineBatch batch, Session session)
    {
        var now = rules.Now();
        var (today, reader) = (now.Today, now.Reader);
        var validated = new ValidatedBatch(batch, reader, new List<EventReadResult>(batch.Lines.Count), []);
        for (var i = 0; i < batch.Lines.Count; i++)
        {
            var result = batch.Lines[i].Length < 0
                ? new EventReadResult(null,
                    new Rejection(ErrorCatalogue.LineTooLong, "", $"more than {session.Options.LineBytesMax} bytes"), null, null)
                : reader.Read(batch[i].Span, session.Source, today);
            validated.Results.Add(result);
            if (result.Event is not null)
                validated.Events.Add(result.Event);
        }

        return validated;
    }

    private async Task CommitAsync(ValidatedBatch validated, Session session, CancellationToken cancellation)
    {
        try
        {
            await AppendAsync(validated, session, cancellation).ConfigureAwait(false);
        }
        finally
        {
            InWork.Release();
        }
    }

    private async Task AppendAsync(ValidatedBatch validated, Session session, CancellationToken cancellation)
    {
        var verdicts = await committer.CommitAsync(validated.Events, validated.Reader, session.Actor, cancellation).ConfigureAwait(false);
        var quarantined = new List<(int Index, QuarantinedLine Line)>();
        var arrivals = new List<(int Index, SupersededLines.Arrival Arrival)>();
        var open = await superseded.MayBeOpenAsync(session.Source, cancellation).ConfigureAwait(false);
        var next = 0;
        for (var i = 0; i < validated.Results.Count; i++)
        {
            var result = validated.Results[i];
            var verdict = result.Event is null ? new Verdict(FeedOutcome.Rejected, result.Rejection) : verdicts[next++];
            session.Add(new LineOutcome(validated.Batch.Lines[i].Line, result.Id, result.Revision, verdict.Outcome, verdict.Rejection)
            {
                Warnings = verdict.Rejection is null ? result.Warnings : null,
            });
            if (verdict.Outcome == FeedOutcome.Accepted && result.Event is { Revision: 1, Op: EventOp.Put, Facts.Description: null } first)
                session.Add(first.Facts.Date, rules.Now().Today);
            if (verdict.Rejection is { } rejection)
                quarantined.Add((i, Quarantine(session.Source, result, rejection, validated.Batch[i])));
            else if (result.Event is { } taken)
                arrivals.Add((i, new(taken.Record.Id, taken.Revision, verdict.Outcome == FeedOutcome.Accepted)));
        }

        if (open || quarantined.Count > 0)
            await QuarantineAsync(session, quarantined, arrivals, open, cancellation).ConfigureAwait(false);
        validated.Batch.Release();
    }

    /// <summary>
    /// Lines of the quarantine that later lines put right are closed, in this batch too; those that come after them stay open.
    /// </summary>
    private async Task QuarantineAsync(
        Session session, List<(int Index, QuarantinedLine Line)> quarantined,
        List<(int Index, SupersededLines.Arrival Arrival)> arrivals, bool open, CancellationToken cancellation)
    {
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        if (quarantined.Count > 0)
        {
            foreach (var (index, arrival) in arrivals)
                last[arrival.Id] = index;
        }

        var followed = quarantined.ToLookup(
            each => each.Line.RecordId is { } id && last.TryGetValue(id, out var index) && index > each.Index, each => each.Line);
        if (followed[true].Any())
            await _quarantine.AddAsync([.. followed[true]]).ConfigureAwait(false);
        if (open || followed[true].Any())
        {
            await superseded.CloseAsync(
                session.Source, session.Actor, arrivals.ConvertAll(each => each.Arrival), session.Options.Resubmits, cancellation)
                .ConfigureAwait(false);
        }

        if (followed[false].Any())
            await _quarantine.AddAsync([.. followed[false]]).ConfigureAwait(false);
        if (quarantined.Count > 0)
            superseded.Opened(session.Source);
    }

    /// <summary>
    /// Of a line with personal data, or of a natural person, nothing is kept but the reason (I10); nor of one whose texts could not all
    /// be unescaped and looked at, since its bytes may hide what its texts would show.
    /// </summary>
    private QuarantinedLine Quarantine(SourceId source, EventReadResult read, Rejection rejection, ReadOnlyMemory<byte> line)
    {
        var id = read.Id;
        var personal = rejection.Error == ErrorCatalogue.PersonalData || rejection.Error == ErrorCatalogue.NaturalPerson;
        var unread = rejection.Error == ErrorCatalogue.MalformedJson || rejection.Error == ErrorCatalogue.InvalidUtf8
            || rejection.Error == ErrorCatalogue.TooDeep || rejection.Error == ErrorCatalogue.DuplicateKey;
        var keeps = !personal && !unread && line.Length is > 0 and <= QuarantinedBytesMax
            && !rules.Now().Reader.HoldsPersonalData(line.Span, rules.Now().Today);
        return new QuarantinedLine(
            0, source, id, rejection.Code, rejection.Detail(),
            rejection.Pointer, keeps ? line.ToArray() : null, time.GetUtcNow()) { Revision = read.Revision };
    }

    private sealed record ValidatedBatch(LineBatch Batch, EventReader Reader, List<EventReadResult> Results, List<RecordEvent> Events);

    /// <summary>Counts and outcomes of one body so far.</summary>
    private sealed class Session(SourceId source, string actor, FeedOptions options)
    {
        private readonly List<LineOutcome> _lines = [];
        private readonly long[] _counts = new long[4];
        private readonly Dictionary<string, long> _codes = new(StringComparer.Ordinal);
        private FeedDelays _delays;
        private bool _partial;

        public SourceId Source => source;

        public string Actor => actor;

        public FeedOptions Options => options;

        public void Add(LineOutcome outcome)
        {
            _counts[(int)outcome.Outcome]++;
            if (outcome.Rejection is { } rejection)
                _codes[rejection.Code] = _codes.GetValueOrDefault(rejection.Code) + 1;
            if (outcome.Outcome == FeedOutcome.Accepted && !options.AllLines && outcome.Warnings is null)
                return;
            if (_lines.Count < options.ReportedLinesMax)
                _lines.Add(outcome);
            else
                _partial = true;
        }

        /// <summary>Counts a record that came for the first time.</summary>
        public void Add(DateOnly? decidedOn, DateOnly receivedOn) => _delays = _delays.With(decidedOn, receivedOn);

        public FeedReceipt Receipt(Token token) => new()
        {
            Token = token,
            Accepted = _counts[(int)FeedOutcome.Accepted],
            Duplicate = _counts[(int)FeedOutcome.Duplicate],
            Stale = _counts[(int)FeedOutcome.Stale],
            Rejected = _counts[(int)FeedOutcome.Rejected],
            Codes = _codes,
            Delays = _delays,
            Lines = _lines,
            Partial = _partial,
        };
    }
}
