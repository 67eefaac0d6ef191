using System.Reflection;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Architecture.Tests;

/// <summary>What the documents promise is there: each error code in page and code, each invariant in a test.</summary>
public sealed partial class PromiseTests
{
    /// <summary>Invariants whose subject does not exist yet. An entry whose test has come is a failure, so that none stays here.</summary>
    private static readonly Dictionary<int, string> NotYet = new()
    {
        [8] = "receipts are not kept yet, so none can be replayed",
    };

    /// <summary>Codes whose subject does not exist yet; likewise.</summary>
    private static readonly Dictionary<string, string> CodesNotYet = new()
    {
        ["UnknownRecord"] = "no address names one record yet",
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

    [Fact]
    public void Each_invariant_is_named_by_a_test()
    {
        var named = Repository.Tests.Where(file => !file.Contains("Architecture", StringComparison.Ordinal))
            .SelectMany(file => InvariantPattern().Matches(Repository.Read(file)))
            .Select(match => int.Parse(match.Groups[1].ValueSpan, null))
            .ToHashSet();
        Assert.Equal(NotYet.Keys.Order(), Documented.Keys.Except(named).Order());
    }

    /// <summary>A number in code or documents that stands nowhere is a riddle.</summary>
    [Fact]
    public void Each_named_invariant_is_documented()
    {
        var pages = Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal));
        var unknown = Repository.Code.Concat(pages)
            .SelectMany(file => AnyInvariantPattern().Matches(Repository.Read(file)).Select(match => (file, Number: match.Groups[1].Value)))
            .Where(reference => !Documented.ContainsKey(int.Parse(reference.Number, null)));
        Assert.Empty(unknown);
    }

    [Fact]
    public void Tests_that_show_an_invariant_exist()
    {
        var tests = Repository.Tests.Select(file => Path.GetFileNameWithoutExtension(file)!).ToHashSet();
        var shown = Documented.SelectMany(row => TestNamePattern().Matches(row.Value)).Select(match => match.Groups[1].Value);
        Assert.Empty(shown.Except(tests));
    }

    /// <summary>Section numbers of the semantics, wherever they are cited, are headings of that page.</summary>
    [Fact]
    public void Each_cited_section_of_the_semantics_exists()
    {
        var sections = SectionPattern().Matches(Repository.Read("docs/semantics.md")).Select(match => match.Groups[1].Value).ToHashSet();
        var cited = Repository.Lines(Repository.Code)
            .SelectMany(line => CitationPattern().Matches(line.Text).Select(match => match.Groups[1].Value)).ToHashSet();
        Assert.NotEmpty(cited);
        Assert.Subset(sections, cited);
    }

    /// <summary>The rows of the page: number, and where it is held and shown.</summary>
    private static Dictionary<int, string> Documented { get; } = RowPattern().Matches(Repository.Read("docs/invariants.md"))
        .ToDictionary(match => int.Parse(match.Groups[1].ValueSpan, null), match => match.Groups[2].Value);

    [GeneratedRegex(@"^## (\S+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"^\| I(\d+) \|.*\|([^|]*)\|\r?$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex TestNamePattern();

    [GeneratedRegex(@"^## (\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex SectionPattern();

    [GeneratedRegex(@"\b[Ss]emantics,? sections? (\d+)")]
    private static partial Regex CitationPattern();

    [GeneratedRegex(@"(?<![\w.])I([1-9]\d?)\b(?!-)")]
    private static partial Regex AnyInvariantPattern();

    [GeneratedRegex(@"ErrorCatalogue\.(\w+)")]
    private static partial Regex UsePattern();

    /// <summary>I1 to I13 as a word of its own; ranges such as I1-I6 name their ends only.</summary>
    [GeneratedRegex(@"\bI(1[0-3]|[1-9])\b")]
    private static partial Regex InvariantPattern();
}
