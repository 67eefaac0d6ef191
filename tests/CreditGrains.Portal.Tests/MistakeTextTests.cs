using System.Text.RegularExpressions;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Tests;

/// <summary>Mistakes of rulebooks and policies have Chinese sentences: every code that the readers can give.</summary>
public sealed partial class MistakeTextTests
{
    /// <summary>Keys of a policy that stand before a sentence, and no codes.</summary>
    private static readonly string[] NoCodes = ["places", "when"];

    [Fact]
    public void Every_code_that_a_reader_gives_has_a_chinese_sentence()
    {
        var codes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var folder in new[]
        {
            "src/CreditGrains.Domain/Rulebooks", "src/CreditGrains.Domain/Policies", "src/CreditGrains.Engine/Rulebooks",
            "src/CreditGrains.Engine/Rules",
        })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
                codes.UnionWith(CallPattern().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value));
        }

        Assert.True(codes.Count >= 45, $"only {codes.Count} codes were found");
        Assert.Equal(NoCodes, codes.Except(MistakeTexts.Codes));
    }

    [Theory]
    [InlineData("'bace' is not a key of policy.", "不认识的键，请检查拼写：bace。")]
    [InlineData("There is no quoted part.", "不认识的键，请检查拼写。")]
    public void Sentence_names_what_the_message_quotes(string message, string expected) =>
        Assert.Equal(expected, MistakeTexts.Of("unknown-key", message).Zh);

    [Fact]
    public void Chinese_sentence_has_no_word_of_the_message_beside_what_is_quoted()
    {
        foreach (var code in MistakeTexts.Codes)
            Assert.DoesNotMatch("[A-Za-z]{4,} [A-Za-z]{2,} [A-Za-z]{2,}", MistakeTexts.Of(code, "Something is said here.").Zh);
    }

    /// <summary>A mistake's code is the literal before its message, which is a sentence.</summary>
    [GeneratedRegex(@"""(?<code>[a-z]+(?:-[a-z0-9]+)*)"",\s*(?:\$?""[^""]*[A-Z' {]|fault\.Message|message)", RegexOptions.Singleline)]
    private static partial Regex CallPattern();
}
