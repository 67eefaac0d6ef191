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

    /// <summary>A step of a case: which, and where the case stands; nothing that somebody has written.</summary>
    public static SubjectChange Case(int shard, FoldItem step, DateTimeOffset at)
    {
        using var payload = JsonDocument.Parse(step.Payload);
        var data = new Dictionary<string, string?> { ["case"] = step.Record.Id };
        foreach (var name in (string[])["kind", "step", "state", "on"])
            data[name] = payload.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        return new SubjectChange(shard, 0, new SubjectId(step.Subject), "case", JsonSerializer.Serialize(data), at);
    }

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
