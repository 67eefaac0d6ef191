using CreditGrains.Engine.Subjects;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Writes answers for callers inside the network as the HTTP interface does.</summary>
/// <param name="Subject">The subject itself, in a language.</param>
public sealed record AnswerWriter(Func<SubjectView, string, byte[]> Subject);
