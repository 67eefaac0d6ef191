using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

public sealed class RulebookDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(RulebookTexts.Folder, "..", "docs", "rulebook.md"));

    [Fact]
    public void Reference_names_every_key_of_the_schemas()
    {
        var keys = RulebookSchemas.Generate().Values
            .SelectMany(schema => PropertyNames(JsonNode.Parse(schema)!)).Distinct().ToList();

        Assert.True(keys.Count > 80, $"only {keys.Count} keys found");
        Assert.All(keys, key => Assert.Matches($@"(?<![\w-]){Regex.Escape(key)}(?![\w-])", Document));
    }

    [Fact]
    public void Reference_names_every_code_that_the_tests_of_mistakes_provoke()
    {
        var codes = RulebookMistakeTests.Cases.Select(test => test.Data.Item1).Distinct().ToList();

        Assert.All(codes, code => Assert.Contains($"`{code}`", Document, StringComparison.Ordinal));
    }

    private static IEnumerable<string> PropertyNames(JsonNode node) => node switch
    {
        JsonObject whole => whole.SelectMany(
            pair => (pair.Key == "properties" ? pair.Value!.AsObject().Select(property => property.Key) : [])
                .Concat(pair.Value is null ? [] : PropertyNames(pair.Value))),
        JsonArray list => list.Where(item => item is not null).SelectMany(item => PropertyNames(item!)),
        _ => [],
    };
}
