using System.Buffers;
using System.Security.Cryptography;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Commands;

/// <summary>
/// A command with a key whose body is too long to be held: its endpoint digests the body while reading it, and takes the key behind the
/// last byte. A body that breaks off has taken nothing, however long it was under way.
/// </summary>
internal sealed class StreamedCommand : IDisposable
{
    private readonly CommandAnswers _answers;
    private readonly string _key;
    private readonly string _actor;
    private readonly IncrementalHash _digest;

    /// <param name="answers">Where the key is taken.</param>
    /// <param name="key">From <see cref="CommandAnswers.KeyOf"/>.</param>
    /// <param name="actor">Caller who sends the command.</param>
    /// <param name="digest">Of the request without its body.</param>
    public StreamedCommand(CommandAnswers answers, string key, string actor, IncrementalHash digest)
    {
        _answers = answers;
        _key = key;
        _actor = actor;
        _digest = digest;
    }

    /// <summary>The note under which it is carried out; null until the key is taken.</summary>
    public CommandAnswer? Taken { get; private set; }

    /// <summary>The first answer, which is to be given again; null where there is none.</summary>
    public CommandAnswer? Kept { get; private set; }

    /// <summary>Null for a command without a key.</summary>
    public static StreamedCommand? Of(HttpContext context) => context.Features.Get<StreamedCommand>();

    /// <summary>Adds what decides how the body is read, and bytes of the body in their order.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _digest.AppendData(bytes);

    /// <inheritdoc cref="Append(ReadOnlySpan{byte})"/>
    public void Append(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
            _digest.AppendData(segment.Span);
    }

    /// <summary>Takes the key once the body has been read.</summary>
    /// <returns>False when the command was answered already: its endpoint answers nothing, and the first answer is given again.</returns>
    /// <exception cref="Errors.RequestRefusedException">The key is another request's, or the first one is under way.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<bool> TakeAsync(HttpContext context)
    {
        var request = Convert.ToHexStringLower(_digest.GetHashAndReset());
        var (note, isHeld) = await _answers.TakeAsync(_key, request, _actor, context.RequestAborted);
        if (isHeld)
        {
            CommandAnswers.RequireAnswered(note, request);
            Kept = note;
            return false;
        }

        context.Features.Set(CommandOperation.Of(note));
        Taken = note;
        return true;
    }

    public void Dispose() => _digest.Dispose();
}
