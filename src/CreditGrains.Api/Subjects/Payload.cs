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
    /// <param name="withFileNames">False puts numbers for the names of a case's files.</param>
    public static JsonElement? Of(JournalEntry entry, bool withWritten, bool withFileNames)
    {
        if (entry.Payload.IsEmpty)
            return null;
        if (withWritten && !withFileNames && CaseFile.OfPayload(entry.Payload.Span) is { Proofs.Count: > 0 } file)
        {
            var step = JsonNode.Parse(entry.Payload.Span)!.AsObject();
            step["content"] = file.WithoutProofNames().ToJson();
            return JsonSerializer.SerializeToElement(step);
        }

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
