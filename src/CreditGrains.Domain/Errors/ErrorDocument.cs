using System.Text;

namespace CreditGrains.Domain.Errors;

/// <summary>Writes <c>docs/errors.md</c> from the catalogue.</summary>
public static class ErrorDocument
{
    /// <summary>The page as Markdown with line feeds, codes in ordinal order.</summary>
    public static string Render()
    {
        var page = new StringBuilder()
            .Append("# Error codes\n\n")
            .Append("Generated from `ErrorCatalogue`; do not edit. Codes never change their meaning. The status is that of an answer to\n")
            .Append("a whole request; a line of a feed carries the code in its own outcome instead.\n");
        foreach (var error in ErrorCatalogue.All.Values.OrderBy(error => error.Code, StringComparer.Ordinal))
        {
            page.Append("\n## ").Append(error.Code).Append("\n\n")
                .Append("HTTP ").Append(error.HttpStatus).Append("\n\n")
                .Append(error.Sentence.In("en")).Append("  \n").Append(error.Sentence.In("zh")).Append("\n\n")
                .Append("**What to do:** ").Append(error.Advice.In("en")).Append("  \n").Append(error.Advice.In("zh")).Append('\n');
        }

        return page.ToString();
    }
}
