using System.Text.Json;

namespace CreditGrains.Client.Orleans;

/// <summary>A change of one organisation: a CloudEvent, the same wherever it is told.</summary>
/// <param name="Cursor">Where to go on after it.</param>
/// <param name="Id">Its own: store, shard and number.</param>
/// <param name="Type">For instance <c>creditgrains.subject.grade</c>.</param>
/// <param name="Subject">The organisation's code.</param>
/// <param name="Time">When it was stored.</param>
/// <param name="Data">Of a grade: <c>old</c>, <c>new</c> (null for none), <c>asOf</c>, <c>policy</c>.</param>
public sealed record OrganisationChange(string Cursor, string Id, string Type, string Subject, DateTimeOffset Time, JsonElement Data)
{
    internal static OrganisationChange Read(string cursor, byte[] cloudEvent)
    {
        var root = JsonElement.Parse(cloudEvent);
        return new OrganisationChange(
            cursor, root.GetProperty("id").GetString()!, root.GetProperty("type").GetString()!, root.GetProperty("subject").GetString()!,
            root.GetProperty("time").GetDateTimeOffset(), root.GetProperty("data"));
    }
}
