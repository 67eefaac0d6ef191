namespace CreditGrains.Benchmarks;

/// <summary>Size and length of a measurement.</summary>
/// <param name="Subjects">Organisations in memory or in the store.</param>
/// <param name="Rounds">Alternations of ours and the reference, at least 5.</param>
/// <param name="Seconds">Length of one side of one round.</param>
/// <param name="Work">Folder for data, reused between runs.</param>
/// <param name="Events">Lines fed in one round, where a line is about feeding.</param>
/// <param name="Store">Which store our side uses: <c>sqlite</c> or <c>postgres</c>.</param>
public sealed record BenchOptions(int Subjects, int Rounds, double Seconds, string Work, int Events, string Store);
