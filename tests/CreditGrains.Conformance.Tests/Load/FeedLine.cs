using System.Text.Json;

namespace CreditGrains.Conformance.Tests.Load;

/// <summary>One event on its way to a server.</summary>
/// <param name="Subject">Subject of the line; null where the line cannot be read.</param>
/// <param name="Id">The record.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Bytes">The line without its end.</param>
internal sealed record FeedLine(string? Subject, string? Id, int Revision, byte[] Bytes)
{
    public static FeedLine Of(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return new FeedLine(
                root.GetProperty("subject").GetString(), root.GetProperty("id").GetString(), root.GetProperty("revision").GetInt32(),
                line.ToArray());
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            return new FeedLine(null, null, 0, line.ToArray());
        }
    }
}

/// <summary>One revision of one record as a source named it.</summary>
internal readonly record struct EventName(string Source, string Id, int Revision);
