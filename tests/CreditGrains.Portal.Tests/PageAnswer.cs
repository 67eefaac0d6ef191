using System.Net;
using System.Text.RegularExpressions;

namespace CreditGrains.Portal.Tests;

/// <summary>One answer, read whole.</summary>
public sealed partial record PageAnswer(
    int Status, string? Type, string Text, string? Location, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    /// <summary>Text that a reader sees: no tags, entities decoded, blanks drawn together.</summary>
    public string Words => BlankPattern().Replace(WebUtility.HtmlDecode(TagPattern().Replace(Text, " ")), " ").Trim();

    public string Title => WebUtility.HtmlDecode(TitlePattern().Match(Text).Groups[1].Value);

    /// <summary>Address of the next page of a list; null on its last page.</summary>
    public string? Next => NextPattern().Match(Text) is { Success: true } link ? WebUtility.HtmlDecode(link.Groups[1].Value) : null;

    public static async Task<PageAnswer> OfAsync(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new PageAnswer(
            (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(PortalFixture.Stop), response.Headers.Location?.OriginalString,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsByteArrayAsync(PortalFixture.Stop));
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"\s+")]
    private static partial Regex BlankPattern();

    [GeneratedRegex("govuk-pagination__next.*?href=\"([^\"]*)\"", RegexOptions.Singleline)]
    private static partial Regex NextPattern();

    [GeneratedRegex("<title>(.*?)</title>", RegexOptions.Singleline)]
    private static partial Regex TitlePattern();
}
