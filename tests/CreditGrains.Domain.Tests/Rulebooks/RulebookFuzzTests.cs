using System.Text;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

public sealed class RulebookFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 300;

    private static readonly string[] Morsels =
    [
        "{", "}", "[", "]", ":", ",", "\"", "'", "- ", "\n", "\t", "&a ", "*a", "!!int ", "---\n", "...\n", "? ", "| ", "> ",
        "%YAML 9.9\n", "\0",
        "\ud800", "\uFEFF", "null", "true", "-1", "1e999", "99999999999999999999999", "0000-00-00", "<<: ", "\"\\U99999999\"", "{min: 1}",
        "[a]",
    ];

    [Fact]
    public void Mutated_rulebook_never_throws()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CREDIT_SEED"), out var given) ? given : 20261121;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = RulebookTexts.Shipped.Select(RulebookTexts.OfShipped).ToList();
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var files = new Dictionary<string, string>(good[round % good.Count]);
            var name = files.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(files.Count));
            for (var change = random.Next(1, 6); change > 0; change--)
                files[name] = Mutate(files[name], random);

            var result = RulebookReader.Read(files);

            Assert.True((result.Rulebook is null) == (result.Mistakes.Count > 0), $"round {round}, {name}");
            Assert.All(result.Mistakes, mistake => Assert.InRange(mistake.Line, 0, 10_000));
            refused += result.Rulebook is null ? 1 : 0;
        }

        Assert.InRange(refused, Rounds / 4, Rounds);
    }

    private static string Mutate(string text, Random random)
    {
        if (text.Length < 2)
            return Morsels[random.Next(Morsels.Length)];
        var at = random.Next(text.Length);
        var length = Math.Min(random.Next(1, 40), text.Length - at);
        switch (random.Next(6))
        {
            case 0:
                return text.Insert(at, Morsels[random.Next(Morsels.Length)]);
            case 1:
                return text.Remove(at, length);
            case 2:
                return text.Insert(random.Next(text.Length), text.Substring(at, length));
            case 3:
                var lines = text.Split('\n').ToList();
                lines.Insert(random.Next(lines.Count), lines[random.Next(lines.Count)]);
                return string.Join('\n', lines);
            case 4:
                return text[..at];
            default:
                var changed = new StringBuilder(text);
                changed[at] = (char)random.Next(1, 0xFFFF);
                return changed.ToString();
        }
    }
}
