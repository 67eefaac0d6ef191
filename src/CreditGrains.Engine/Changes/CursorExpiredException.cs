namespace CreditGrains.Engine.Changes;

/// <summary>Changes after a cursor or an instant are no longer kept: a reader that went on from there would miss some.</summary>
public sealed class CursorExpiredException() : Exception("Changes after this place are no longer kept.");
