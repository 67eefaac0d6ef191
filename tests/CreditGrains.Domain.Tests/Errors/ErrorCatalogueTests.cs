using System.Text.RegularExpressions;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Tests.Errors;

public class ErrorCatalogueTests
{
    private static readonly string[] KnownToClients =
    [
        "uscc-length", "uscc-alphabet", "uscc-check-digit", "uscc-organisation-check-digit", "uscc-authority",
        "unknown-kind", "unknown-field", "required",
        "wrong-type", "too-long", "not-in-code-list", "date-in-future", "date-order", "natural-person", "personal-data",
        "revision-conflict", "duplicate-record", "subject-changed", "kind-changed", "source-may-not-report",
        "malformed-json", "line-too-long", "restraint-needs-decision",
    ];

    [Fact]
    public void Codes_known_to_clients_stay() => Assert.All(KnownToClients, code => Assert.Contains(code, ErrorCatalogue.All.Keys));

    [Fact]
    public void Every_code_says_what_is_wrong_and_what_to_do_in_both_languages()
    {
        Assert.All(ErrorCatalogue.All.Values, error =>
        {
            Assert.Matches(new Regex("^[a-z0-9]+(-[a-z0-9]+)*$"), error.Code);
            Assert.InRange(error.HttpStatus, 400, 599);
            foreach (var text in new[] { error.Sentence, error.Advice })
            {
                Assert.NotEmpty(text.ByLanguage["en"]);
                Assert.Contains(text.ByLanguage["zh"], c => c >= 0x4E00);
            }
        });
    }

    [Fact]
    public void Page_is_the_one_the_catalogue_gives() => Repository.AssertDocument("errors.md", ErrorDocument.Render());
}
