namespace CreditGrains.Client;

// Files that prove something in a case.
public sealed partial class CreditClient
{
    /// <summary>
    /// Uploads a file that a step of the caller's party names within a day, by the digest in the answer (<c>proofs</c> of its body). Sent
    /// again it is the same upload.
    /// </summary>
    /// <param name="subject">The organisation for whose case it is.</param>
    /// <param name="name">Name of the file; 1 to 100 characters.</param>
    /// <param name="content">PDF, PNG or JPEG, at most 5 MiB; judged by its content.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<CreditProof> UploadProofAsync(
        string subject, string name, byte[] content, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Post, $"v1/subjects/{Escape(subject)}/proofs{Query(("name", name))}", Content(content, "application/octet-stream")),
        safe: true, CreditJson.Default.CreditProof, cancellation);

    /// <summary>The content of a file of a case, for a party of it; the look is on the access log.</summary>
    /// <param name="number">The case.</param>
    /// <param name="digest">Of the file, as the case has it.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<byte[]> ProofAsync(string number, string digest, CancellationToken cancellation = default) => SendBytesAsync(
        () => Request(HttpMethod.Get, $"v1/cases/{Escape(number)}/proofs/{Escape(digest)}"), safe: true, cancellation);
}
