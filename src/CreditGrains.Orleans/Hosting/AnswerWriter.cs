using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Writes answers for callers inside the network as the HTTP interface does.</summary>
/// <param name="Check">The answer to a check with its number, in a language.</param>
/// <param name="Subject">The subject itself, in a language.</param>
public sealed record AnswerWriter(Func<AskedCheck, string, byte[]> Check, Func<SubjectView, string, byte[]> Subject);
