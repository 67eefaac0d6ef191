namespace CreditGrains.FeedFiles;

/// <summary>A file cannot be read as what it seems to be; nothing of it was sent.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">The same as a sentence, for the command line.</param>
/// <param name="advice">What to do there; may be empty.</param>
/// <param name="values">What the sentence names, in the order that <see cref="FeedFileFault"/> tells.</param>
public sealed class FeedFileException(FeedFileFault fault, string message, string advice = "", params string[] values)
    : Exception(message)
{
    public FeedFileFault Fault { get; } = fault;

    public string Advice { get; } = advice;

    public IReadOnlyList<string> Values { get; } = values;
}
