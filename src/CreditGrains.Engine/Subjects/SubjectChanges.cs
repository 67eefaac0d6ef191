using System.Text.Json;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>Entries of the outbox.</summary>
internal static class SubjectChanges
{
    /// <summary>The stored grade becomes another one.</summary>
    public static SubjectChange Grade(SubjectView view, string? old, DateTimeOffset at) => new(
        view.Shard, 0, view.Subject, "grade",
        JsonSerializer.Serialize(new Dictionary<string, string?>
        {
            ["old"] = old,
            ["new"] = view.Grade,
            ["asOf"] = view.AsOf.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["policy"] = view.Evaluator.Policy.Version,
        }),
        at);
}
