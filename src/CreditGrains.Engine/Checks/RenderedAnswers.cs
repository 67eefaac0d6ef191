using System.Runtime.CompilerServices;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>
/// Answers written before, as long as nothing in them can differ: an answer is a function of the subject's view, the matter and the
/// language, and views are immutable. A table of fixed size in which a newer answer takes an older one's place (I13), but only when it
/// is asked for again: most subjects are not, and keeping what nobody asks for costs the collector more than writing it.
/// </summary>
/// <param name="slots">Most answers kept: a power of two.</param>
internal sealed class RenderedAnswers(int slots)
{
    private const int CoreBytesMax = 8 * 1024;

    private readonly Rendered?[] _slots = new Rendered?[slots];

    // Recently written answers that were not kept: some bits of their hashes. A race costs one more rendering, or a slot too early.
    private readonly byte[] _seen = new byte[4 * slots];

    /// <summary>The answer as written before; null when it has to be written.</summary>
    public Rendered? Find(CheckAnswer answer, string language)
    {
        var found = Volatile.Read(ref _slots[SlotOf(answer)]);
        return found is not null && ReferenceEquals(found.View, answer.View) && ReferenceEquals(found.Matter, answer.Matter)
            && found.Stage == answer.Stage && found.Language == language ? found : null;
    }

    /// <summary>Keeps an answer that is written for the second time.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="language">Its language.</param>
    /// <param name="bytes">The part that the digest covers, and behind it what the receipt says of policy and digest.</param>
    /// <param name="coreLength">Length of that part.</param>
    /// <param name="digest">Of that part.</param>
    public void Keep(CheckAnswer answer, string language, ReadOnlySpan<byte> bytes, int coreLength, AnswerDigest digest)
    {
        var hash = HashOf(answer);
        var mark = (byte)(1 | (hash >> 24));
        ref var seen = ref _seen[hash & (uint)(_seen.Length - 1)];
        if (seen != mark)
        {
            seen = mark;
            return;
        }

        if (coreLength <= CoreBytesMax)
        {
            Volatile.Write(
                ref _slots[SlotOf(answer)], new Rendered(answer, language, bytes.ToArray(), coreLength, digest));
        }
    }

    private int SlotOf(CheckAnswer answer) => (int)(HashOf(answer) & (uint)(_slots.Length - 1));

    private static uint HashOf(CheckAnswer answer)
    {
        var hash = (uint)(RuntimeHelpers.GetHashCode(answer.View) ^ (RuntimeHelpers.GetHashCode(answer.Matter) * 31)) * 0x9E3779B1u;
        return hash ^ (hash >> 15);
    }

    /// <summary>One answer.</summary>
    internal sealed class Rendered(CheckAnswer answer, string language, byte[] bytes, int coreLength, AnswerDigest digest)
    {
        public SubjectView View { get; } = answer.View;

        public Matter Matter { get; } = answer.Matter;

        public string? Stage { get; } = answer.Stage;

        public string Language => language;

        public AnswerDigest Digest => digest;


        public ReadOnlySpan<byte> Core => bytes.AsSpan(0, coreLength);

        public ReadOnlySpan<byte> Receipt => bytes.AsSpan(coreLength);
    }
}
