namespace CreditGrains.Api.Limits;

/// <summary>Capacities of a node that callers share; docs/limits.md lists them.</summary>
internal sealed class SharedCapacities : IAsyncDisposable
{
    private const int ReportFilesMax = 16;
    private const int ReportFilesPerCallerMax = 4;
    private const int ProofsMax = 8;
    private const int ProofsPerCallerMax = 2;

    public SharedCapacities(ApiOptions options)
    {
        var wait = TimeSpan.FromMilliseconds(options.CapacityWaitMsMax);
        Feeds = new SharedCapacity("feeds", options.ConcurrentFeedsMax, options.FeedsPerSourceMax);
        ChangeStreams = new SharedCapacity("streams of changes", options.ChangeStreamsMax, options.ChangeStreamsPerCallerMax);
        JournalReads = new SharedCapacity("reads of the whole journal", options.JournalReadsMax, 1, callerQueue: 2, wait);
        Assessments = new SharedCapacity(
            "assessments", options.AssessmentsMax, options.AssessmentsPerCallerMax, callerQueue: 256, wait);
        Lists = new SharedCapacity("searches and histories", options.ListReadsMax, options.ListReadsPerCallerMax, callerQueue: 32, wait);
        Reports = new SharedCapacity(
            "credit reports", options.ReportsMax, Math.Max(1, options.ReportsMax / 2), callerQueue: 32, wait);
        ReportFiles = new SharedCapacity("files of reports", ReportFilesMax, ReportFilesPerCallerMax);
        Proofs = new SharedCapacity("files of proofs", ProofsMax, ProofsPerCallerMax, callerQueue: 8, wait);
    }

    /// <summary>Bodies of feeds that are being read.</summary>
    public SharedCapacity Feeds { get; }

    /// <summary>Open streams of changes.</summary>
    public SharedCapacity ChangeStreams { get; }

    /// <summary>Requests that go through the whole journal, or through all subjects.</summary>
    public SharedCapacity JournalReads { get; }

    /// <summary>Assessments with every record behind them, until their reader has them.</summary>
    public SharedCapacity Assessments { get; }

    /// <summary>Searches, and lists whose length is that of a subject's or a plan's history.</summary>
    public SharedCapacity Lists { get; }

    /// <summary>Credit reports that are being made, for anybody.</summary>
    public SharedCapacity Reports { get; }

    /// <summary>Files that are being sent to be verified.</summary>
    public SharedCapacity ReportFiles { get; }

    /// <summary>Files of proofs that are being read, or sent.</summary>
    public SharedCapacity Proofs { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var capacity in new[] { Feeds, ChangeStreams, JournalReads, Assessments, Lists, Reports, ReportFiles, Proofs })
            await capacity.DisposeAsync();
    }
}
