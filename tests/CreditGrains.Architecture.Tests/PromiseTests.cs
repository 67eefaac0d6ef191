using System.Reflection;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Architecture.Tests;

/// <summary>Promises of the documents: each error code in page and code, each invariant in a test, each citation in a page.</summary>
public sealed partial class PromiseTests
{
    /// <summary>Codes whose subject does not exist yet; likewise.</summary>
    private static readonly Dictionary<string, string> CodesNotYet = new()
    {
    };

    [Fact]
    public void Each_error_code_is_documented()
    {
        var page = Repository.Read("docs/errors.md");
        var documented = HeadingPattern().Matches(page).Select(match => match.Groups[1].Value);
        Assert.Equal(ErrorCatalogue.All.Keys.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_error_code_is_used()
    {
        var product = string.Concat(Repository.Product
            .Where(file => !file.Contains("/Errors/ErrorCatalogue", StringComparison.Ordinal)).Select(Repository.Read));
        var named = UsePattern().Matches(product).Select(match => match.Groups[1].Value).ToHashSet();
        var unused = typeof(ErrorCatalogue).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.GetValue(null) is ErrorDescription error && !named.Contains(field.Name)
                && !product.Contains($"\"{error.Code}\"", StringComparison.Ordinal))
            .Select(field => field.Name).ToList();
        Assert.Equal(CodesNotYet.Keys.Order(), unused.Order());
    }

    /// <summary>
    /// The last column of the page is the list of test classes with <c>[Invariant(n)]</c>: a test that is taken away, or whose mark is,
    /// leaves the page wrong. An invariant without any says in its row that it is not built.
    /// </summary>
    [Fact]
    public void Each_invariant_names_the_tests_that_show_it()
    {
        var marked = Repository.Tests
            .SelectMany(file => MarkPattern().Matches(Repository.Read(file)).SelectMany(match => MarkNumberPattern().Matches(match.Value))
                .Select(match => (Number: int.Parse(match.Groups[1].ValueSpan, null), Test: TestIn(file))))
            .ToLookup(mark => mark.Number, mark => mark.Test);
        Assert.NotEmpty(Documented);
        Assert.All(Documented, row =>
        {
            Assert.Equal(row.Value.Shown.Order(StringComparer.Ordinal), marked[row.Key].Distinct().Order(StringComparer.Ordinal));
            Assert.True(row.Value.Shown.Count > 0 || row.Value.Held.StartsWith("not built", StringComparison.Ordinal), $"I{row.Key}");
        });
        Assert.Subset(Documented.Keys.ToHashSet(), marked.Select(mark => mark.Key).ToHashSet());
    }

    [Fact]
    public void Places_that_hold_an_invariant_exist()
    {
        var files = Repository.Product.Select(file => "/" + file.Replace("src/CreditGrains.", "", StringComparison.Ordinal)).ToList();
        var named = Documented.Values.SelectMany(row => PlacePattern().Matches(row.Held)).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, place => !files.Any(file =>
            file.Contains($"/{place}/", StringComparison.Ordinal) || file.Contains($"/{place}.", StringComparison.Ordinal)));
    }

    /// <summary>
    /// Numbers of invariants (I), trials (R) and benchmarks (P) are rows of their pages, wherever a comment or a page cites one: a number
    /// that stands nowhere is a riddle.
    /// </summary>
    [Theory]
    [InlineData('I', "docs/invariants.md")]
    [InlineData('R', "docs/reliability.md")]
    [InlineData('P', "docs/performance.md")]
    public void Each_cited_number_is_documented(char letter, string page)
    {
        var rows = Regex.Matches(Repository.Read(page), $@"^\| {letter}(\d+) \|", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToHashSet();
        Assert.NotEmpty(rows);
        var cited = CitedLines().SelectMany(line => Regex.Matches(line.Text, $@"(?<![\w.\-/\[]){letter}([1-9]\d?)\b(?![-/\w])")
            .Select(match => (line.Place, Number: match.Groups[1].Value)));
        Assert.Empty(cited.Where(reference => !rows.Contains(reference.Number))
            .Select(reference => $"{reference.Place}: {letter}{reference.Number}"));
    }

    /// <summary>Sections of the semantics and of the domain notes, wherever they are cited, are headings of these pages.</summary>
    [Theory]
    [InlineData("semantics", @"\b[Ss]emantics(?:\.md)?,? sections? (\d+)")]
    [InlineData("domain", @"\b[Dd]omain(?:\.md |, section )(\d+(?:\.\d+)?)")]
    public void Each_cited_section_exists(string page, string citation)
    {
        var sections = SectionPattern().Matches(Repository.Read($"docs/{page}.md")).Select(match => match.Groups[1].Value).ToHashSet();
        var cited = CitedLines().SelectMany(line => Regex.Matches(line.Text, citation).Select(match => match.Groups[1].Value)).ToHashSet();
        Assert.NotEmpty(cited);
        Assert.Subset(sections, cited);
    }

    /// <summary>Pages that are named are pages of the repository: a stranger has no others.</summary>
    [Fact]
    public void Each_named_page_exists()
    {
        var pages = Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))
            .Select(file => file[(file.LastIndexOf('/') + 1)..]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var named = Repository.Lines(Repository.Code.Concat(Repository.Files.Where(IsCitingText)))
            .SelectMany(line => PagePattern().Matches(line.Text).Select(match => (line.Place, Page: match.Groups[1].Value)));
        Assert.Empty(named.Where(reference => !pages.Contains(reference.Page))
            .Select(reference => $"{reference.Place}: {reference.Page}"));
    }

    /// <summary>The walks of README and architecture are lists of file and method: a stranger opens them.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("README.zh.md")]
    [InlineData("docs/ARCHITECTURE.md")]
    public void Steps_of_the_walks_exist(string page)
    {
        var steps = StepPattern().Matches(Repository.Read(page)).Select(match => match.Groups).ToList();
        Assert.True(steps.Count >= 12, $"{page} has {steps.Count} steps");
        Assert.Empty(steps.Where(step => !Repository.Product.Any(file =>
                file.StartsWith($"src/CreditGrains.{step[1].Value}", StringComparison.Ordinal)
                && Regex.IsMatch(Repository.Read(file), $@"\b{step[2].Value}(<[^>]+>)?\(")))
            .Select(step => step[0].Value));
    }

    /// <summary>A visitor reads the first page whole.</summary>
    [Fact]
    public void Readme_is_short() =>
        Assert.InRange(Repository.Read("README.md").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 1, 900);

    /// <summary>Comments of code, and whole texts of pages and rulebooks.</summary>
    private static IEnumerable<(string Place, string Text)> CitedLines() =>
        Repository.Lines(Repository.Code).Where(line => CommentPattern().IsMatch(line.Text))
            .Concat(Repository.Lines(Repository.Files.Where(IsCitingText)));

    private static bool IsCitingText(string file) =>
        Path.GetExtension(file) is ".md" or ".sql" || file.EndsWith(".yaml", StringComparison.Ordinal);

    private static string TestIn(string file) => Path.GetFileName(file).Split('.')[0];

    /// <summary>The rows of the page: where each is held, and the tests that show it.</summary>
    private static Dictionary<int, (string Held, List<string> Shown)> Documented { get; } =
        RowPattern().Matches(Repository.Read("docs/invariants.md")).ToDictionary(
            match => int.Parse(match.Groups[1].ValueSpan, null),
            match => (match.Groups[2].Value.Trim(), TestNamePattern().Matches(match.Groups[3].Value).Select(name => name.Groups[1].Value)
                .ToList()));

    [GeneratedRegex(@"^## (\S+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"^\| I(\d+) \|[^|]*\|([^|]*)\|([^|]*)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex TestNamePattern();

    /// <summary>A type or folder of ours, perhaps with a member: neither a setting of a database nor an attribute.</summary>
    [GeneratedRegex(@"`((?:[A-Z]\w+/)*[A-Z][a-z]\w+)(?:\.\w+)?`")]
    private static partial Regex PlacePattern();

    [GeneratedRegex(@"^ *\[Invariant\(.*\]\r?$", RegexOptions.Multiline)]
    private static partial Regex MarkPattern();

    [GeneratedRegex(@"Invariant\((\d+)\)")]
    private static partial Regex MarkNumberPattern();

    [GeneratedRegex(@"^## (\d+(?:\.\d+)?)\.? ", RegexOptions.Multiline)]
    private static partial Regex SectionPattern();

    [GeneratedRegex(@"(?:^|\s)//")]
    private static partial Regex CommentPattern();

    [GeneratedRegex(@"(?<![\w./-])(?:docs/)?(?:adr/)?([\w-]+\.md)\b")]
    private static partial Regex PagePattern();

    [GeneratedRegex(@"`((?:[A-Z]\w+/)+[A-Z]\w+)\.([A-Z]\w+)`")]
    private static partial Regex StepPattern();

    [GeneratedRegex(@"ErrorCatalogue\.(\w+)")]
    private static partial Regex UsePattern();
}
