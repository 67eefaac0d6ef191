using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.AccessLog;

/// <summary>No read goes unrecorded: not among many at once, not where the log is slow or fails, not at the end.</summary>
[Invariant(9)]
public sealed class AccessRecorderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_of_many_callers_are_written_once_and_in_each_ones_order()
    {
        const int Callers = 8;
        const int Reads = 5_000;
        var log = new GatedLog();
        await using var recorder = Recorder(log, queueMax: 500);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                for (var read = 0; read < Reads; read++)
                    await RecordAsync(recorder, $"{caller}/{read}", Cancellation);
            },
            Cancellation)));
        await recorder.FlushAsync(Cancellation);
        Assert.All(log.Batches, batch => Assert.InRange(batch.Count, 1, 2_000));
        for (var caller = 0; caller < Callers; caller++)
        {
            Assert.Equal(
                Enumerable.Range(0, Reads).Select(read => $"{caller}/{read}"),
                log.Written.Where(reference => reference.StartsWith($"{caller}/", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Full_queue_holds_the_reader_until_the_log_goes_on()
    {
        var log = new GatedLog();
        await using var recorder = Recorder(log, queueMax: 4);
        log.Close();
        await RecordAsync(recorder, "being written", Cancellation);
        await log.Waits.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        foreach (var reference in (string[])["1", "2", "3"])
            Assert.True(RecordAsync(recorder, reference, Cancellation).IsCompletedSuccessfully);
        var held = RecordAsync(recorder, "4", Cancellation);
        using var gaveUp = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RecordAsync(recorder, "gave up", gaveUp.Token));
        Assert.False(held.IsCompleted);
        log.Open();
        await held;
        await recorder.FlushAsync(Cancellation);
        Assert.Equal(["being written", "1", "2", "3", "4"], log.Written);
    }

    [Fact]
    public async Task Append_that_fails_is_repeated_with_the_same_entries()
    {
        var log = new GatedLog { Failures = 2 };
        await using var recorder = Recorder(log, queueMax: 100);
        await RecordAsync(recorder, "a", Cancellation);
        await recorder.FlushAsync(Cancellation);
        await RecordAsync(recorder, "b", Cancellation);
        await recorder.FlushAsync(Cancellation);
        Assert.Equal(["a", "b"], log.Written);
        Assert.Equal(["a", "a"], log.Refused);
    }

    [Fact]
    public async Task What_is_queued_when_it_is_closed_is_written_and_nothing_after()
    {
        var log = new GatedLog();
        var recorder = Recorder(log, queueMax: 100);
        log.Close();
        for (var read = 0; read < 10; read++)
            await RecordAsync(recorder, $"{read}", Cancellation);
        var closed = recorder.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => RecordAsync(recorder, "after", Cancellation));
        log.Open();
        await closed;
        await recorder.DisposeAsync();
        Assert.Equal(Enumerable.Range(0, 10).Select(read => $"{read}"), log.Written);
    }

    private static Task RecordAsync(AccessRecorder recorder, string reference, CancellationToken cancellation) =>
        recorder.RecordAsync("officer", "approval", "check", new SubjectId("91990103MX1K7CFB7A"), reference, cancellation).AsTask();

    private static AccessRecorder Recorder(IAccessLog log, int queueMax) => new(
        log,
        new EngineOptions { AccessQueueMax = queueMax, AccessAgeMsMax = 1, RetryPauseMsMax = 1 },
        TimeProvider.System,
        new StoreFaultLog(NullLogger.Instance, TimeProvider.System),
        NullLogger.Instance);

    /// <summary>A log that can be made to wait and to fail.</summary>
    private sealed class GatedLog : IAccessLog
    {
        private volatile TaskCompletionSource? _closed;
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<IReadOnlyList<string>> Batches { get; } = [];

        public IEnumerable<string> Written => Batches.SelectMany(batch => batch);

        public List<string> Refused { get; } = [];

        public int Failures { get; set; }

        /// <summary>Ends when an append waits.</summary>
        public Task Waits => _waits.Task;

        public void Close() => _closed = new TaskCompletionSource();

        public void Open()
        {
            _closed!.SetResult();
            _closed = null;
        }

        public async Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation)
        {
            if (_closed is { } closed)
            {
                _waits.TrySetResult();
                await closed.Task;
            }

            var references = entries.Select(entry => entry.Reference!).ToList();
            if (Failures-- > 0)
            {
                Refused.AddRange(references);
                throw new StoreException("The store is away.", StoreFault.Unavailable);
            }

            Batches.Add(references);
        }

        public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<AccessEntry?> FindCheckAsync(string check, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<AccessBlock>> BlocksAsync(long number, int limit, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<long?> VerifyAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<AccessLogHead> HeadAsync(CancellationToken cancellation) => throw new NotSupportedException();

        public Task<byte[]?> HashAtAsync(long number, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
