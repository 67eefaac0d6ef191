using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class PolicyTextTests
{
    private static readonly Domain.Rulebooks.Rulebook Rulebook = RulebookTexts.Load(RulebookTexts.Small());

    [Fact]
    public void New_policy_leaves_all_else_as_it_is()
    {
        var reading = PolicyText.Read(Rulebook, RulebookTexts.Policy.Replace("base: 1000", "base: 900", StringComparison.Ordinal));

        Assert.Empty(reading.Mistakes);
        var changed = reading.Rulebook!;
        Assert.Equal(900_000, changed.Policy.BaseMilli);
        Assert.Same(Rulebook.Catalogue, changed.Catalogue);
        Assert.Same(Rulebook.Measures, changed.Measures);
        Assert.Equal(Rulebook.BaseDigest, changed.BaseDigest);
        Assert.Equal(Rulebook.FactsDigest, changed.FactsDigest);
        Assert.NotEqual(Rulebook.Digest, changed.Digest);
        Assert.Equal(reading.Text, changed.Files["policy.yaml"]);
        Assert.Equal(Rulebook.Files.Count, changed.Files.Count);
    }

    [Fact]
    public void Digest_depends_on_base_and_text_alone()
    {
        var other = RulebookTexts.Policy.Replace("base: 1000", "base: 900", StringComparison.Ordinal);
        var files = RulebookTexts.Small();
        files["policy.yaml"] = other;
        var changed = PolicyText.Read(Rulebook, other).Rulebook!;

        Assert.Equal(RulebookTexts.Load(files).Digest, changed.Digest);
        Assert.Equal(Rulebook.Digest, PolicyText.Read(changed, RulebookTexts.Policy).Rulebook!.Digest);
        files["measures.yaml"] += "\n# another base";
        Assert.NotEqual(changed.Digest, RulebookTexts.Load(files).Digest);
    }

    [Fact]
    public void Mistakes_are_told_all_at_once_with_line_and_advice()
    {
        var text = RulebookTexts.Policy
            .Replace("base: 1000", "base: much", StringComparison.Ordinal)
            .Replace("{grade: B, min: 900}", "{grade: B, min: 995}", StringComparison.Ordinal)
            .Replace("kind: [penalty]", "kind: [penalties]", StringComparison.Ordinal);

        var reading = PolicyText.Read(Rulebook, text);

        Assert.Null(reading.Rulebook);
        Assert.Equal(["grades-order", "unknown-kind", "wrong-type"], reading.Mistakes.Select(mistake => mistake.Code).Order());
        Assert.All(reading.Mistakes, mistake =>
        {
            Assert.Equal("policy.yaml", mistake.File);
            Assert.True(mistake.Line > 0);
            Assert.NotEmpty(mistake.Advice);
        });
    }

    /// <summary>No restraint without a decision, at run time as at the start.</summary>
    [Invariant(7)]
    [Theory]
    [InlineData("restraint-needs-decision", "{measure: green-channel, when", "{measure: restrict-public-funds, when")]
    [InlineData("restraint-needs-decision", "record: {kind: [list-entry], level: [serious]}", "record: {kind: [tax-grade]}")]
    [InlineData("unknown-measure", "measure: green-channel", "measure: without-basis")]
    public void Legal_gates_hold(string code, string from, string to)
    {
        Assert.Contains(from, RulebookTexts.Policy, StringComparison.Ordinal);

        var reading = PolicyText.Read(Rulebook, RulebookTexts.Policy.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(code, Assert.Single(reading.Mistakes).Code);
    }

    [Fact]
    public void Grade_that_a_matter_asks_for_cannot_go()
    {
        var files = RulebookTexts.Small();
        files["matters.yaml"] = """
            matters:
              loan: {title: L, outcomes: [{outcome: review, when: {gradeIn: [C]}}, {outcome: proceed}]}
            """;
        var rulebook = RulebookTexts.Load(files);

        var mistakes = PolicyText.Read(
            rulebook, RulebookTexts.Policy.Replace("{grade: C, min: 700}", "{grade: C2, min: 700}", StringComparison.Ordinal)).Mistakes;

        var mistake = Assert.Single(mistakes);
        Assert.Equal(("matters.yaml", 2, "unknown-grade"), (mistake.File, mistake.Line, mistake.Code));
    }

    [Fact]
    public void Rulebook_made_in_code_is_refused() =>
        Assert.Throws<ArgumentException>(() => PolicyText.Read(SampleRulebook.Instance, RulebookTexts.Policy));
}
