using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CreditGrains.Domain.Errors;

namespace CreditGrains.FeedFiles;

/// <summary>
/// The records of a file taken back: each event becomes a withdrawal of its id in the revision after its own. A line that names no record
/// is refused and never sent, since as it stands it would report.
/// </summary>
/// <param name="reported">File that was reported.</param>
internal sealed class WithdrawalFile(IFeedFile reported) : IFeedFile
{
    public bool AnyOrder => reported.AnyOrder;

    public async IAsyncEnumerable<FeedBatch> ReadAsync(
        FeedPlace from, int batchRows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in reported.ReadAsync(from, batchRows, cancellation))
            yield return Of(batch);
    }

    private static FeedBatch Of(FeedBatch batch)
    {
        var output = new ArrayBufferWriter<byte>(batch.Ndjson.Length);
        List<long> rows = [];
        List<RefusedRow> refused = [.. batch.Refused];
        var rest = batch.Ndjson;
        for (long line = 1; rest.Length > 0; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var text = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!text.Span.ContainsAnyExcept(" \t\r"u8))
                continue;
            if (TryWrite(text, output))
                rows.Add(batch.RowOf(line));
            else
                refused.Add(new RefusedRow(batch.RowOf(line), ErrorCatalogue.MalformedRow, "id, revision, subject and kind of one record"));
        }

        return batch with { Ndjson = output.WrittenMemory, Rows = rows, Lines = rows.Count, Refused = refused };
    }

    private static bool TryWrite(ReadOnlyMemory<byte> line, ArrayBufferWriter<byte> output)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var reported = document.RootElement;
            if (reported.ValueKind != JsonValueKind.Object || reported.TryGetProperty("id", out var id) is false
                || reported.TryGetProperty("revision", out var revision) is false || !revision.TryGetInt32(out var last)
                || last is < 1 or int.MaxValue || reported.TryGetProperty("subject", out var subject) is false
                || reported.TryGetProperty("kind", out var kind) is false)
                return false;

            // A withdrawal in the file is sent as it is: known already, it has no effect.
            var isWithdrawal = reported.TryGetProperty("op", out var op) && op.ValueEquals("withdraw");
            using (var writer = new Utf8JsonWriter(output))
            {
                writer.WriteStartObject();
                Write("id", id);
                writer.WriteNumber("revision", isWithdrawal ? last : last + 1);
                writer.WriteString("op", "withdraw");
                Write("subject", subject);
                Write("kind", kind);
                writer.WriteEndObject();

                void Write(string name, JsonElement value)
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
            }

            output.Write("\n"u8);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
