using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Subjects;

/// <summary>The content of an event as JSON.</summary>
internal static class Payload
{
    /// <summary>Null for a withdrawal.</summary>
    /// <param name="entry">The event.</param>
    /// <param name="withWritten">False leaves out of a case or mark what its parties have written: that there was a step stays.</param>
    public static JsonElement? Of(JournalEntry entry, bool withWritten)
    {
        if (entry.Payload.IsEmpty)
            return null;
        if (!withWritten && CaseKinds.Has(entry.Record, entry.Kind))
        {
            var data = JsonNode.Parse(entry.Payload.Span)!.AsObject();
            foreach (var field in CaseKinds.Written)
                data.Remove(field);
            return JsonSerializer.SerializeToElement(data);
        }

        using var document = JsonDocument.Parse(entry.Payload);
        return document.RootElement.Clone();
    }
}
