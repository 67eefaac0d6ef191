using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
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
        return new SubjectChange(shard, 0, new SubjectId(step.Subject), ChangeTypes.Case, JsonSerializer.Serialize(data), at);
    }

    /// <inheritdoc cref="Grade(SubjectView, string?, DateTimeOffset)"/>
    public static SubjectChange Grade(
        int shard, SubjectId subject, string? old, string? grade, DateOnly asOf, string policy, DateTimeOffset at) => new(
        shard, 0, subject, ChangeTypes.Grade,
        JsonSerializer.Serialize(new Dictionary<string, string?>
        {
            ["old"] = old,
            ["new"] = grade,
            ["asOf"] = asOf.ToString("O", CultureInfo.InvariantCulture),
            ["policy"] = policy,
        }),
        at);

    /// <summary>A record has come, has been revised, or has been withdrawn.</summary>
    /// <param name="shard">The subject's shard.</param>
    /// <param name="item">The event.</param>
    /// <param name="known">Revision known before; null for none.</param>
    /// <param name="at">When.</param>
    public static SubjectChange Record(int shard, in FoldItem item, int? known, DateTimeOffset at)
    {
        var type = item.Op == EventOp.Withdraw ? ChangeTypes.RecordWithdrawn
            : known is null ? ChangeTypes.RecordArrived : ChangeTypes.RecordRevised;

        // By hand: one for each event of a feed is made here.
        var (source, id, kind) = (Escaped(item.Record.Source.Value), Escaped(item.Record.Id), Escaped(item.Kind));
        var data = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"source":"{{source}}","id":"{{id}}","revision":{{item.Revision}},"kind":"{{kind}}"}
            """);
        return new SubjectChange(shard, 0, new SubjectId(item.Subject), type, data, at);
    }

    /// <summary>The publicity of a record has begun or ended.</summary>
    public static SubjectChange Publicity(int shard, SubjectId subject, PublicityChange change, DateOnly asOf, DateTimeOffset at) => new(
        shard, 0, subject, change.HasBegun ? ChangeTypes.PublicityBegun : ChangeTypes.PublicityEnded,
        JsonSerializer.Serialize(new Dictionary<string, string?>
        {
            ["source"] = change.Record.Source.Value,
            ["id"] = change.Record.Id,
            ["kind"] = change.Kind,
            ["asOf"] = asOf.ToString("O", CultureInfo.InvariantCulture),
        }),
        at);

    /// <summary>
    /// Measures that have begun or ended, lists that have been entered or left, and warnings that have begun, between two moments.
    /// </summary>
    public static IEnumerable<SubjectChange> Effects(
        int shard, SubjectId subject, SubjectEffects old, SubjectEffects current, DateOnly asOf, Evaluator evaluator, DateTimeOffset at) =>
        ReferenceEquals(old, current) ? [] : Different(shard, subject, old, current, asOf, evaluator, at);

    private static IEnumerable<SubjectChange> Different(
        int shard, SubjectId subject, SubjectEffects old, SubjectEffects current, DateOnly asOf, Evaluator evaluator, DateTimeOffset at)
    {
        foreach (var list in current.Lists.Except(old.Lists))
            yield return List(list, ChangeTypes.ListEntered);
        foreach (var list in old.Lists.Except(current.Lists))
            yield return List(list, ChangeTypes.ListLeft);
        foreach (var measure in current.Measures.Except(old.Measures, StringComparer.Ordinal))
            yield return Measure(measure, ChangeTypes.MeasureBegun);
        foreach (var measure in old.Measures.Except(current.Measures, StringComparer.Ordinal))
            yield return Measure(measure, ChangeTypes.MeasureEnded);
        foreach (var warning in current.Warnings.Except(old.Warnings, StringComparer.Ordinal))
            yield return Warning(warning);

        SubjectChange List(ListMembership list, string type) => new(
            shard, 0, subject, type,
            JsonSerializer.Serialize(new Dictionary<string, string?>
            {
                ["list"] = list.Kind, ["level"] = list.Level, ["asOf"] = asOf.ToString("O", CultureInfo.InvariantCulture),
            }),
            at);

        SubjectChange Warning(string warning) => new(
            shard, 0, subject, ChangeTypes.Warning,
            JsonSerializer.Serialize(new Dictionary<string, string?>
            {
                ["warning"] = warning, ["asOf"] = asOf.ToString("O", CultureInfo.InvariantCulture),
            }),
            at);

        SubjectChange Measure(string measure, string type) => new(
            shard, 0, subject, type,
            JsonSerializer.Serialize(new Dictionary<string, string?>
            {
                ["measure"] = measure,
                ["class"] = ClassOf(evaluator.Rulebook, measure),
                ["asOf"] = asOf.ToString("O", CultureInfo.InvariantCulture),
                ["policy"] = evaluator.Policy.Version,
            }),
            at);
    }

    /// <summary>Null where the rulebook no longer has the measure.</summary>
    private static string? ClassOf(Rulebook rulebook, string measure) => rulebook.Measures.TryGetValue(measure, out var known)
        ? JsonNamingPolicy.KebabCaseLower.ConvertName(known.Class.ToString()) : null;

    private static string Escaped(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}
