using CreditGrains.Engine.Changes;

namespace CreditGrains.Api.Changes;

/// <summary>Changes as CloudEvents 1.0; those of one organisation in their order.</summary>
/// <param name="Items">Perhaps none.</param>
/// <param name="Cursor">Where to go on, as <c>after</c>; also where there is nothing more yet.</param>
/// <param name="More">Whether there is more already.</param>
public sealed record ChangesResponse(IReadOnlyList<CloudEvent> Items, string Cursor, bool More);
