using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Tests;

/// <summary>The word table: no text lacks a language, and both say as much.</summary>
public sealed partial class TextTests
{
    /// <summary>Every text in every class of words, by its name.</summary>
    private static List<(string Name, Text Text)> All { get; } = [.. typeof(Text).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(Text).Namespace && type is { IsAbstract: true, IsSealed: true })
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .SelectMany(member => Within(member.GetValue(null)).Select((text, i) => ($"{type.Name}.{member.Name}[{i}]", text))))];

    [Fact]
    public void Every_text_has_both_languages()
    {
        Assert.True(All.Count > 100, $"only {All.Count} texts were found");
        foreach (var (name, text) in All)
        {
            Assert.True(HanPattern().IsMatch(text.Zh), $"{name}: no Chinese in '{text.Zh}'");
            Assert.True(!HanPattern().IsMatch(text.En) && LatinPattern().IsMatch(text.En), $"{name}: no English in '{text.En}'");
        }
    }

    [Fact]
    public void Both_languages_have_the_same_places()
    {
        foreach (var (name, text) in All)
        {
            Assert.True(
                Places(text.Zh).SequenceEqual(Places(text.En)), $"{name}: places of '{text.Zh}' and '{text.En}' are not the same");
        }
    }

    private static IEnumerable<string> Places(string text) =>
        PlacePattern().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<Text> Within(object? value) => value switch
    {
        Text text => [text],
        string => [],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Within(tuple[i])),
        IDictionary dictionary => dictionary.Values.Cast<object?>().SelectMany(Within),
        IEnumerable many => many.Cast<object?>().SelectMany(Within),
        _ => [],
    };

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex HanPattern();

    [GeneratedRegex("[A-Za-z]")]
    private static partial Regex LatinPattern();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex PlacePattern();
}
