using System.Text.Json;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Subjects;

/// <summary>The content of an event as JSON.</summary>
internal static class Payload
{
    /// <summary>Null for a withdrawal.</summary>
    public static JsonElement? Of(JournalEntry entry)
    {
        if (entry.Payload.IsEmpty)
            return null;
        using var document = JsonDocument.Parse(entry.Payload);
        return document.RootElement.Clone();
    }
}
