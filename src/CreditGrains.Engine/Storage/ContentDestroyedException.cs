namespace CreditGrains.Engine.Storage;

/// <summary>
/// A past state cannot be folded again, because the content of a record that it needs has been destroyed after its retention: an answer
/// from what is left would be a wrong one (I8).
/// </summary>
/// <param name="record">The record: source and id.</param>
public sealed class ContentDestroyedException(string record) : Exception($"The content of {record} was destroyed after its retention.");
