using System.Buffers;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>Answers checks from memory, and gives answers again.</summary>
public interface ICheckService
{
    /// <summary>
    /// Answers one check that somebody asks, whichever way the question has come: with its number, once the access is recorded (I9)
    /// together with what gives the answer again (I8).
    /// </summary>
    /// <param name="request">The question.</param>
    /// <param name="consistency">How fresh.</param>
    /// <param name="output">Takes the answer as <c>POST /v1/checks</c> gives it; null where it is not wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The check; null where <see cref="WhyRefused"/> says why, and then nothing was disclosed or recorded.</returns>
    /// <exception cref="TokenException">The token is of another store or ahead of the journal.</exception>
    /// <exception cref="StoreException">The subject cannot be read, or the access cannot be recorded: nothing is answered.</exception>
    ValueTask<AskedCheck?> AskAsync(
        CheckRequest request, Consistency consistency, IBufferWriter<byte>? output, CancellationToken cancellation);

    /// <summary>
    /// Why the rulebook in force lets the check not be asked, whoever it is about: an unknown matter or stage, a matter or purpose that is
    /// not for this caller. Null where it may be.
    /// </summary>
    Rejection? WhyRefused(CheckRequest request);

    /// <summary>The answer without number and log entry: for comparisons and measurements that show it to no one.</summary>
    /// <returns>The answer; null when the rulebook has no such matter.</returns>
    /// <exception cref="TokenException">The token is of another store or ahead of the journal.</exception>
    ValueTask<CheckAnswer?> CheckAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation);

    /// <summary>The entry of the access log that holds a check's receipt.</summary>
    /// <param name="number">Number of the check; any text.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when there is no check of this number, or one of a time from which no receipts are kept.</returns>
    /// <exception cref="StoreException">The access log cannot be read.</exception>
    Task<AccessEntry?> FindReceiptAsync(string number, CancellationToken cancellation);

    /// <summary>Gives the answer of a receipt again: the subject's journal folded to that position, judged by those rules (I8).</summary>
    /// <param name="entry">Result of <see cref="FindReceiptAsync"/>.</param>
    /// <param name="output">Takes the answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    Task<ReplayedCheck> ReplayAsync(AccessEntry entry, IBufferWriter<byte> output, CancellationToken cancellation);

    /// <summary>The answer of a receipt again, as values instead of bytes; null where it cannot be given again here.</summary>
    /// <exception cref="StoreException">The journal cannot be read.</exception>
    Task<CheckAnswer?> AnswerAgainAsync(AccessEntry entry, CancellationToken cancellation);
}
