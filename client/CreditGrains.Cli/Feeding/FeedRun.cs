using System.Threading.Channels;
using CreditGrains.Client;
using CreditGrains.FeedFiles;

namespace CreditGrains.Cli.Feeding;

/// <summary>
/// Sends a file's batches: reading and converting go on while requests are under way, a few of them at once where order does not matter.
/// Batches are confirmed in the file's order.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="source">Source that reports.</param>
/// <param name="file">File that is reported.</param>
/// <param name="progress">Where confirmations go.</param>
/// <param name="report">Told of every row that was not accepted, one JSON object a line; null for none.</param>
internal sealed class FeedRun(CreditClient client, string source, IFeedFile file, FeedProgress progress, TextWriter? report = null)
{
    private const int RequestsAtOnce = 3;
    private const int BatchesAhead = 2;

    /// <summary>Sends everything from the progress on.</summary>
    /// <param name="batchRows">Rows of one request.</param>
    /// <param name="confirmed">Told of each confirmed place.</param>
    /// <param name="cancellation">Stops; what was confirmed stays.</param>
    /// <exception cref="Terminal.CliException">
    /// The answer to a batch does not tell of all its lines; the batch is not confirmed.
    /// </exception>
    public async Task<FeedSummary> SendAsync(int batchRows, Action<FeedPlace>? confirmed, CancellationToken cancellation)
    {
        var summary = new FeedSummary(report);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<FeedBatch>(BatchesAhead);
        var reading = Task.Run(() => ReadAsync(batches.Writer, batchRows, stop.Token), CancellationToken.None);
        var underWay = new Queue<(FeedBatch Batch, Task<FeedReceipt> Receipt)>();
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(stop.Token))
            {
                if (underWay.Count >= (file.AnyOrder ? RequestsAtOnce : 1))
                    await ConfirmAsync();
                underWay.Enqueue((batch, batch.Lines == 0
                    ? Task.FromResult(new FeedReceipt())
                    : client.FeedAsync(source, batch.Ndjson, cancellation: stop.Token)));
            }

            while (underWay.Count > 0)
                await ConfirmAsync();
            return summary;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(underWay.Select(pending =>
                pending.Receipt).Append(reading)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task ConfirmAsync()
        {
            var (batch, pending) = underWay.Peek();
            var receipt = await pending;
            underWay.Dequeue();
            summary.Add(batch, receipt);
            progress.Confirm(batch.End);
            confirmed?.Invoke(batch.End);
        }
    }

    private async Task ReadAsync(ChannelWriter<FeedBatch> writer, int batchRows, CancellationToken cancellation)
    {
        try
        {
            await foreach (var batch in file.ReadAsync(progress.From, batchRows, cancellation))
                await writer.WriteAsync(batch, cancellation);
            writer.Complete();
        }
#pragma warning disable CA1031 // handed on to the sender, who throws it
        catch (Exception exception)
#pragma warning restore CA1031
        {
            writer.Complete(exception);
        }
    }
}
