using CreditGrains.Portal.Hosting;

namespace CreditGrains.Portal.Embedding;

/// <summary>
/// Metadata of a page that pages of other origins may frame. It is shown without header and footer, knows people by the session of frames
/// (<see cref="FrameSession"/>), and takes the purpose with each question.
/// </summary>
internal sealed class FramedPage(IReadOnlyList<EmbedOrigin> origins)
{
    /// <summary>The policy of all pages but for the origins that may frame this one.</summary>
    public string ContentPolicy { get; } =
        SecurityHeaders.ContentPolicyFor(string.Join(' ', origins.Select(origin => origin.Value)));

    public static FramedPage? Of(HttpContext? context) => context?.GetEndpoint()?.Metadata.GetMetadata<FramedPage>();

    /// <summary>
    /// Whether a page of an allowed origin, or of our own, led here. A browser does not let a page write this header as another's; it may
    /// leave it out, and then the question waits for a press of the button.
    /// </summary>
    public bool IsLedHere(HttpContext context) =>
        Uri.TryCreate(context.Request.Headers.Referer.ToString(), UriKind.Absolute, out var from)
        && from.GetLeftPart(UriPartial.Authority) is var origin
        && (origins.Any(allowed => allowed.Value == origin) || origin == $"{context.Request.Scheme}://{context.Request.Host}");
}
