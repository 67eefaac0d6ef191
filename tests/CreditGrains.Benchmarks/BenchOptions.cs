namespace CreditGrains.Benchmarks;

/// <summary>Size and length of a measurement.</summary>
/// <param name="Subjects">Organisations in memory or in the store.</param>
/// <param name="Rounds">Alternations of ours and the reference, at least 5.</param>
/// <param name="Seconds">Length of one side of one round.</param>
/// <param name="Work">Folder for data, reused between runs.</param>
public sealed record BenchOptions(int Subjects, int Rounds, double Seconds, string Work);
