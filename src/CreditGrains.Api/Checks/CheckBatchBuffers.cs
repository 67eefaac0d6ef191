using System.Buffers;
using System.Collections.Concurrent;

namespace CreditGrains.Api.Checks;

/// <summary>
/// Memory of one batch's answer, used again by later ones: an answer of a MB made anew for each batch is collected with the oldest
/// generation, during which all answers wait.
/// </summary>
internal sealed class CheckBatchBuffers(int sideBySide, int heldBytesMax)
{
    private static readonly int KeptMax = 2 * Environment.ProcessorCount;
    private static readonly ConcurrentQueue<CheckBatchBuffers> Kept = new();

    private const int AnswerBytes = 2048;
    private const int AnswerBytesMax = 256 * 1024;

    /// <summary>The answer so far.</summary>
    public ArrayBufferWriter<byte> Written { get; } = new(64 * 1024);

    /// <summary>The answers that are being made.</summary>
    public ArrayBufferWriter<byte>[] Answers { get; } =
        [.. Enumerable.Range(0, sideBySide).Select(_ => new ArrayBufferWriter<byte>(AnswerBytes))];

    public static CheckBatchBuffers Take(int sideBySide, int heldBytesMax) =>
        Kept.TryDequeue(out var kept) ? kept : new CheckBatchBuffers(sideBySide, heldBytesMax);

    /// <summary>Gives it back, unless it has grown beyond what batches take; never while one is being answered with it.</summary>
    public void Return()
    {
        if (Kept.Count >= KeptMax || Written.Capacity > 2 * heldBytesMax || Answers.Any(answer => answer.Capacity > AnswerBytesMax))
            return;
        Written.ResetWrittenCount();
        foreach (var answer in Answers)
            answer.ResetWrittenCount();
        Kept.Enqueue(this);
    }
}
