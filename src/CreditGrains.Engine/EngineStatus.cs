namespace CreditGrains.Engine;

/// <summary>Where the engine stands.</summary>
/// <param name="WarmSubjects">Subjects in memory.</param>
/// <param name="DirtySubjects">Subjects waiting to be written back.</param>
/// <param name="UnfoldedEvents">Appended events waiting for their owner.</param>
/// <param name="Rules">Policy version and rulebook digest.</param>
public sealed record EngineStatus(int WarmSubjects, int DirtySubjects, long UnfoldedEvents, string Rules);
