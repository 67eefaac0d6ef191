using System.Text.Json;

namespace CreditGrains.Client;

/// <summary>A page of changes.</summary>
/// <param name="Items">Perhaps none.</param>
/// <param name="Cursor">Where to go on; also where there is nothing more yet.</param>
/// <param name="More">Whether there is more already.</param>
public sealed record ChangePage(IReadOnlyList<Change> Items, string Cursor, bool More);

/// <summary>A change of one organisation: a CloudEvent 1.0.</summary>
/// <param name="Id">Names the change for good.</param>
/// <param name="Type">For instance <c>creditgrains.subject.grade</c>.</param>
/// <param name="Subject">The organisation's code.</param>
/// <param name="Time">When it was written.</param>
/// <param name="Data">By type, see docs/subscriptions.md.</param>
public sealed record Change(string Id, string Type, string Subject, DateTimeOffset Time, JsonElement Data);
