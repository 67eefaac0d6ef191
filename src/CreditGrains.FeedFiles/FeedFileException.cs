namespace CreditGrains.FeedFiles;

/// <summary>A file cannot be read as what it seems to be; nothing of it was sent.</summary>
/// <param name="fault">The fault.</param>
/// <param name="message">The same as a sentence, for the command line.</param>
/// <param name="advice">Advice about that place; may be empty.</param>
/// <param name="values">Values that the sentence names, in the order that <see cref="FeedFileFault"/> documents.</param>
public sealed class FeedFileException(FeedFileFault fault, string message, string advice = "", params string[] values)
    : Exception(message)
{
    public FeedFileFault Fault { get; } = fault;

    public string Advice { get; } = advice;

    public IReadOnlyList<string> Values { get; } = values;
}
