namespace CreditGrains.Domain.Tests.Policies;

/// <summary>Seeds of property tests: printed, and given again by CREDIT_SEED.</summary>
internal static class Seeds
{
    public static Random Random(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CREDIT_SEED"), out var given) ? given : System.Random.Shared.Next();
        output.WriteLine($"seed {seed}; CREDIT_SEED={seed} replays it");
        return new Random(seed);
    }
}
