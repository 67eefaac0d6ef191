using System.IO.Pipelines;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Feeds;

/// <summary>Sends a rejected line again, put right or as it was kept.</summary>
internal sealed class QuarantineResubmission(CreditEngine engine, ApiOptions options, TimeProvider time)
{
    /// <param name="source">Source of the line.</param>
    /// <param name="number">Its number.</param>
    /// <param name="sent">The line put right; empty to try it as it was kept.</param>
    /// <param name="actor">Caller that sends it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The receipt of that one line.</returns>
    /// <exception cref="RequestRefusedException">No such line is open, or nothing was sent and nothing kept.</exception>
    public async Task<FeedReceipt> SendAsync(SourceId source, long number, byte[] sent, string actor, CancellationToken cancellation)
    {
        var kept = await engine.Store.Quarantine.FindAsync(source, number, cancellation)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownQuarantineLine);
        var line = sent.Length > 0 ? sent : kept.Line
            ?? throw new RequestRefusedException(ErrorCatalogue.Required, "", "this line was not kept; send it put right");
        var (text, format) = AsOneLine(line);
        var body = PipeReader.Create(new MemoryStream(text, writable: false));
        var receipt = await engine.Feed.SubmitAsync(
            source, actor, body, options.Feed with { AllLines = true, Format = format, Resubmits = number }, cancellation);

        // Refused again with other content, the line has a successor in the quarantine; with the same content it stays open itself.
        if (receipt.Rejected == 0 || (kept.Line is null ? sent.Length > 0 : !line.AsSpan().SequenceEqual(kept.Line)))
        {
            await engine.Store.Quarantine.CloseAsync(
                source, [number], QuarantineState.Resubmitted, actor, time.GetUtcNow(), cancellation);
        }

        return receipt;
    }

    /// <summary>An event written over several lines goes as an array of one.</summary>
    private static (byte[] Text, FeedFormat Format) AsOneLine(byte[] line) => line.AsSpan().Contains((byte)'\n')
        ? ([(byte)'[', .. line, (byte)']'], FeedFormat.Array)
        : (line, FeedFormat.Lines);
}
