using System.Text.Json;

namespace CreditGrains.Client;

// Changes of the rulebook beyond its policy.
public sealed partial class CreditClient
{
    /// <summary>The files of the rulebook in force.</summary>
    public Task<RulebookFiles> RulebookFilesAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/rulebook/files"), safe: true, CreditJson.Default.RulebookFiles, cancellation);

    /// <summary>Reads files without keeping them: every change, and the stored records that stand against it.</summary>
    /// <exception cref="CreditProblemException">Among others <c>rulebook-invalid</c>, with every mistake.</exception>
    public Task<RulebookReview> ValidateRulebookAsync(RulebookFiles files, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Post, "v1/rulebook:validate", Content(Bytes(files), "application/json")), safe: true,
        CreditJson.Default.RulebookReview, cancellation);

    /// <summary>Hands in the files of a rulebook for another person to put in force.</summary>
    /// <exception cref="CreditProblemException">Among others <c>rulebook-invalid</c>, with every mistake.</exception>
    public Task<RulebookProposal> ProposeRulebookAsync(RulebookFiles files, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Post, "v1/rulebook", Content(Bytes(files), "application/json")), safe: true,
        CreditJson.Default.RulebookProposal, cancellation);

    /// <summary>Rulebooks that were handed in.</summary>
    public Task<RulebookProposalPage> RulebookProposalsAsync(
        int limit = 100, string? cursor = null, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/rulebook/proposals{Query(("limit", Number(limit)), ("cursor", cursor))}"), safe: true,
        CreditJson.Default.RulebookProposalPage, cancellation);

    /// <summary>Puts a rulebook in force that was handed in: the second person.</summary>
    /// <exception cref="CreditProblemException">Among others <c>catalogue-incompatible</c>, with the records.</exception>
    public Task<RulebookApplied> ApplyRulebookAsync(string digest, string reason, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Post, $"v1/rulebook/proposals/{Escape(digest)}:apply",
            Content(JsonSerializer.SerializeToUtf8Bytes(new StepReason(reason), CreditJson.Default.StepReason), "application/json")),
        safe: false, CreditJson.Default.RulebookApplied, cancellation);

    private static byte[] Bytes(RulebookFiles files) => JsonSerializer.SerializeToUtf8Bytes(files, CreditJson.Default.RulebookFiles);
}
