using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.CheckLists;

namespace CreditGrains.Api.Checks;

/// <summary>
/// Reads a list of ids as it comes, a line at a time: of CSV the first column, of NDJSON a text or the member <c>subject</c>. Codes are
/// ASCII, so the encoding of other columns does not matter. A first line of CSV without any digit is a heading.
/// </summary>
internal static class CheckListBody
{
    public const string Csv = "text/csv";
    public const string Lines = "application/x-ndjson";

    private const string Plain = "text/plain";
    public const int BytesMax = 256 * 1024 * 1024;
    private const int LineBytesMax = 64 * 1024;

    private static readonly SearchValues<byte> Ends = SearchValues.Create(",;\t"u8);

    /// <summary>Whether a request sends NDJSON; else CSV.</summary>
    /// <exception cref="RequestRefusedException">Another content type.</exception>
    public static bool RequireLines(HttpRequest request)
    {
        var type = (request.ContentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();
        if (type is not (Csv or Lines or Plain) || request.Headers.ContentEncoding.Count > 0)
            throw new RequestRefusedException(ErrorCatalogue.UnsupportedMediaType, "", $"{Csv} or {Lines}");
        return type == Lines;
    }

    /// <param name="body">The file.</param>
    /// <param name="isJson">Whether it is NDJSON.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="command">Digests what is read; null where no key came with it.</param>
    /// <exception cref="RequestRefusedException">Too many lines, or none.</exception>
    public static async Task<CheckListLines> ReadAsync(
        PipeReader body, bool isJson, CancellationToken cancellation, StreamedCommand? command = null)
    {
        var reading = new Reading(isJson);
        var total = 0L;
        while (true)
        {
            var read = await body.ReadAsync(cancellation);
            var (consumed, examined) = (read.Buffer.Start, read.Buffer.End);
            try
            {
                var rest = read.Buffer;
                while (rest.PositionOf((byte)'\n') is { } feed)
                {
                    reading.Line(rest.Slice(0, feed));
                    rest = rest.Slice(rest.GetPosition(1, feed));
                }

                if (read.IsCompleted && rest.Length > 0)
                {
                    reading.Line(rest);
                    rest = rest.Slice(rest.End);
                }
                else if (rest.Length > LineBytesMax)
                {
                    // No line of a list is so long: the beginning is kept, and the rest of it passed over.
                    reading.Cut(rest);
                    rest = rest.Slice(rest.End);
                }

                consumed = rest.Start;
                var passed = read.Buffer.Slice(0, consumed);
                total += passed.Length;
                command?.Append(passed);
                if (total > BytesMax)
                    throw new RequestRefusedException(ErrorCatalogue.BodyTooLarge, "", $"at most {BytesMax} bytes");
                if (read.IsCompleted)
                    break;
            }
            catch
            {
                // The server must be able to read on, or the answer is lost with the connection.
                consumed = read.Buffer.End;
                throw;
            }
            finally
            {
                body.AdvanceTo(consumed, examined);
            }
        }

        return reading.Lines.Subjects > 0 ? reading.Lines : throw new RequestRefusedException(ErrorCatalogue.Required, "", "a line");
    }

    private sealed class Reading(bool isJson)
    {
        private byte[]? _cut;
        private bool _isFirst = true;

        public CheckListLines Lines { get; } = new();

        public void Cut(in ReadOnlySequence<byte> line) => _cut ??= line.Slice(0, Math.Min(line.Length, LineBytesMax)).ToArray();

        public void Line(in ReadOnlySequence<byte> line)
        {
            var text = Trim(_cut is { } cut ? cut : line.IsSingleSegment ? line.FirstSpan : line.ToArray());
            _cut = null;
            if (_isFirst && text.StartsWith("\uFEFF"u8))
                text = text[3..];
            var isHeading = _isFirst && !isJson && text.Length > 0 && !text.ContainsAnyInRange((byte)'0', (byte)'9');
            _isFirst = false;
            if (!Lines.Add(isHeading ? default : isJson ? OfJson(text) : OfCsv(text)))
                throw new RequestRefusedException(ErrorCatalogue.TooLong, "", $"at most {CheckListLines.SubjectsMax} subjects");
        }

        private static ReadOnlySpan<byte> OfCsv(ReadOnlySpan<byte> line)
        {
            // ="…" keeps spreadsheets from making a number of a code.
            if (line.StartsWith("=\""u8))
                line = line[1..];
            if (line is [(byte)'"', ..])
            {
                var end = line[1..].IndexOf((byte)'"');
                return Trim(end < 0 ? line[1..] : line.Slice(1, end));
            }

            var first = line.IndexOfAny(Ends);
            return Trim(first < 0 ? line : line[..first]);
        }

        /// <summary>A line that is no JSON of this form stays as it is, so that it is named as a wrong one.</summary>
        private static ReadOnlySpan<byte> OfJson(ReadOnlySpan<byte> line)
        {
            if (line.IsEmpty)
                return line;
            try
            {
                var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 8 });
                if (json.Read() && json.TokenType == JsonTokenType.String)
                    return TextOf(ref json);
                while (json.Read())
                {
                    if (json.CurrentDepth == 1 && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("subject"u8))
                        return json.Read() && json.TokenType == JsonTokenType.String ? TextOf(ref json) : "?"u8;
                }
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException)
            {
                return "?"u8;
            }

            return "?"u8;
        }

        private static byte[] TextOf(ref Utf8JsonReader json)
        {
            var text = System.Text.Encoding.UTF8.GetBytes(json.GetString() ?? "").AsSpan();
            text = Trim(text[..Math.Min(text.Length, CheckListLines.IdBytesMax + 1)]).ToArray();
            text.Replace((byte)'\n', (byte)' ');
            return text.IsEmpty ? "?"u8.ToArray() : text.ToArray();
        }

        private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r"u8);
    }
}
