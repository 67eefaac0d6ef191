using System.Buffers;
using System.IO.Pipelines;
using CreditGrains.Api;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;
using CreditGrains.FeedFiles;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>
/// Reports a file batch by batch, as the command line does, and tells of every row in the file's order: memory does not grow with the
/// file. Rows that can be read in more ways than one are refused before they are sent.
/// </summary>
internal sealed class UploadRun(CreditEngine engine, ApiOptions options)
{
    private const int BatchRows = 5000;

    /// <param name="source">Source that reports.</param>
    /// <param name="actor">Caller that sends.</param>
    /// <param name="feed">The file.</param>
    /// <param name="tell">Told of each row, in order.</param>
    /// <param name="cancellation">Stops; what was answered stays.</param>
    /// <exception cref="FeedFileException">The file breaks off; rows told before are reported.</exception>
    /// <exception cref="UnansweredRowsException">An answer does not tell of all rows that were sent.</exception>
    public async Task SendAsync(
        SourceId source, string actor, FeedSource feed, Func<RowOutcome, ValueTask> tell, CancellationToken cancellation)
    {
        await foreach (var batch in feed.File.ReadAsync(default, BatchRows, cancellation))
        {
            var receipt = batch.Lines == 0 ? null : await engine.Feed.SubmitAsync(
                source, actor, PipeReader.Create(new ReadOnlySequence<byte>(batch.Ndjson)),
                options.Feed with { AllLines = true, Format = FeedFormat.Lines, ReportedLinesMax = int.MaxValue }, cancellation);
            var sent = receipt?.Lines ?? [];
            if (sent.Count != batch.Lines)
                throw new UnansweredRowsException(batch.Lines, sent.Count);
            var (next, refused) = (0, 0);
            while (next < sent.Count || refused < batch.Refused.Count)
            {
                var isSent = refused == batch.Refused.Count
                    || (next < sent.Count && batch.RowOf(sent[next].Line) < batch.Refused[refused].Row);
                await tell(isSent ? Of(sent[next], batch.RowOf(sent[next++].Line)) : Of(batch.Refused[refused++]));
            }
        }
    }

    private static RowOutcome Of(LineOutcome line, long row) => new(
        row, line.Id, WireNames.Of(line.Outcome), line.Rejection?.Code, line.Rejection is { } rejection ? WordsOf(rejection) : null,
        line.Warnings is null ? null : [.. line.Warnings.Select(WordsOf)]);

    private static RowOutcome Of(RefusedRow refused) => new(
        refused.Row, null, "rejected", refused.Error.Code,
        new Text($"{refused.Error.Sentence.In("zh")}（{refused.Detail}）", $"{refused.Error.Sentence.In("en")} ({refused.Detail})"), null)
    {
        IsRefused = true,
    };

    private static Text WordsOf(Rejection rejection) => new(rejection.Detail("zh"), rejection.Detail("en"));
}
