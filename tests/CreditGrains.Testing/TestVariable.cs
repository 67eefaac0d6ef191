using System.Globalization;

namespace CreditGrains.Testing;

/// <summary>
/// Environment variables that give a test another size or seed. <c>./credit campaign</c> sets them to run its long form; the suite's own
/// numbers are those that meet every interleaving, not those that make a rare one likely.
/// </summary>
public static class TestVariable
{
    /// <summary>The variable's whole number; null where it is not set.</summary>
    /// <exception cref="FormatException">The variable is set and is no whole number.</exception>
    public static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The seed of a run: <c>CREDIT_SEED</c> if set, else drawn. It is written out, so that the run can be replayed.</summary>
    public static int Seed(ITestOutputHelper output)
    {
        var seed = Number("CREDIT_SEED") ?? Random.Shared.Next();
        output.WriteLine($"CREDIT_SEED={seed}");
        return seed;
    }
}
