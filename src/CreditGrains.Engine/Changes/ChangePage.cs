using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Changes;

/// <summary>Changes that follow a cursor; those of one subject in their order.</summary>
/// <param name="Changes">Perhaps none.</param>
/// <param name="Next">Where to go on; also where there are none.</param>
/// <param name="More">Whether there are more already.</param>
public sealed record ChangePage(IReadOnlyList<SubjectChange> Changes, ChangeCursor Next, bool More);
