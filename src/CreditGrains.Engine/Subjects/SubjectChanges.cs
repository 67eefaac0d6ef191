using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>Entries of the outbox.</summary>
internal static class SubjectChanges
{
    /// <summary>The stored grade becomes another one.</summary>
    public static SubjectChange Grade(SubjectView view, string? old, DateTimeOffset at) =>
        Grade(view.Shard, view.Subject, old, view.Grade, view.AsOf, view.Evaluator.Policy.Version, at);

    /// <inheritdoc cref="Grade(SubjectView, string?, DateTimeOffset)"/>
    public static SubjectChange Grade(
        int shard, SubjectId subject, string? old, string? grade, DateOnly asOf, string policy, DateTimeOffset at) => new(
        shard, 0, subject, "grade",
        JsonSerializer.Serialize(new Dictionary<string, string?>
        {
            ["old"] = old,
            ["new"] = grade,
            ["asOf"] = asOf.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["policy"] = policy,
        }),
        at);
}
