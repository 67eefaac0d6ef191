using System.Reflection;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Architecture.Tests;

/// <summary>What the documents promise is there: each error code in page and code, each invariant in a test.</summary>
public sealed partial class PromiseTests
{
    private const int Invariants = 13;

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
        var missing = Enumerable.Range(1, Invariants).Where(invariant => !named.Contains(invariant)).ToList();
        Assert.Equal(NotYet.Keys.Order(), missing);
    }

    [GeneratedRegex(@"^## (\S+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    [GeneratedRegex(@"ErrorCatalogue\.(\w+)")]
    private static partial Regex UsePattern();

    /// <summary>I1 to I13 as a word of its own; ranges such as I1-I6 name their ends only.</summary>
    [GeneratedRegex(@"\bI(1[0-3]|[1-9])\b")]
    private static partial Regex InvariantPattern();
}
