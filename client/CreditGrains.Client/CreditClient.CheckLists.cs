using System.Net.Http.Headers;

namespace CreditGrains.Client;

// Lists of checks: asked for by a file of codes, followed, and fetched as a signed file.
public sealed partial class CreditClient
{
    private const int DownloadPart = 4 * 1024 * 1024;

    /// <summary>
    /// Asks for checks of up to 1,000,000 organisations, one code a line; of several columns the first. One list however often
    /// it is sent.
    /// </summary>
    /// <param name="codes">CSV, of which the columns behind the first are passed over.</param>
    /// <param name="question">Matter and purpose of all of them.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<CheckList> BeginCheckListAsync(
        ReadOnlyMemory<byte> codes, CheckListQuestion question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        var key = Guid.NewGuid().ToString("N");
        return SendAsync(
            () =>
            {
                var command = Request(
                    HttpMethod.Post, "v1/check-lists" + Query(
                        ("purpose", question.Purpose), ("matter", question.Matter), ("stage", question.Stage),
                        ("bom", question.HasByteOrderMark ? "true" : null), ("lang", question.Language)),
                    Content(codes, "text/csv"));
                command.Headers.TryAddWithoutValidation("Idempotency-Key", key);
                return command;
            },
            safe: true, CreditJson.Default.CheckList, cancellation);
    }

    /// <summary>How far a list is, its counts, and the digest of its file.</summary>
    public Task<CheckList> CheckListAsync(string list, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/check-lists/{Escape(list)}"), safe: true, CreditJson.Default.CheckList, cancellation);

    /// <summary>Lists of the caller and its department, the newest first; of auditors and operators all.</summary>
    public Task<CheckListPage> CheckListsAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/check-lists"), safe: true, CreditJson.Default.CheckListPage, cancellation);

    /// <summary>Ends a list.</summary>
    public Task<CheckList> CancelCheckListAsync(string list, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Post, $"v1/check-lists/{Escape(list)}:cancel"), safe: true, CreditJson.Default.CheckList, cancellation);

    /// <summary>The detached signature of a finished list's file: ECDSA P-256 over its SHA-256, in DER.</summary>
    public Task<byte[]> CheckListSignatureAsync(string list, CancellationToken cancellation = default) =>
        SendBytesAsync(() => Request(HttpMethod.Get, $"v1/check-lists/{Escape(list)}/signature"), safe: true, cancellation);

    /// <summary>The public keys that verify it as PEM, the present key first.</summary>
    public Task<byte[]> SigningKeysAsync(CancellationToken cancellation = default) =>
        SendBytesAsync(() => Request(HttpMethod.Get, ".well-known/credit-report.pem"), safe: true, cancellation);

    /// <summary>
    /// Fetches the file of a finished list from the output's length on, a part at a time: after a failure it is called again and goes on.
    /// </summary>
    /// <param name="list">A finished list.</param>
    /// <param name="output">Empty, or with the beginning of the same file; it is written at its end.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="InvalidOperationException">The list is not finished, or the output is longer than its file.</exception>
    public async Task DownloadCheckListAsync(CheckList list, Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(output);
        if (list.File is not { } file || output.Length > file.Bytes)
            throw new InvalidOperationException($"List {list.List} has no file that this is the beginning of.");
        output.Seek(0, SeekOrigin.End);
        while (output.Length < file.Bytes)
        {
            var from = output.Length;
            var to = Math.Min(from + DownloadPart, file.Bytes) - 1;
            var part = await SendBytesAsync(
                () =>
                {
                    var request = Request(HttpMethod.Get, $"v1/check-lists/{Escape(list.List)}/result");
                    request.Headers.Range = new RangeHeaderValue(from, to);
                    return request;
                },
                safe: true, cancellation).ConfigureAwait(false);
            if (part.Length != to - from + 1)
                throw new InvalidOperationException($"The server sent {part.Length} bytes instead of {to - from + 1}.");
            await output.WriteAsync(part, cancellation).ConfigureAwait(false);
        }
    }
}
