using System.Text.Json;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>A case as a revision of its record holds it.</summary>
/// <param name="Number">The case's number.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Revision">1 for the case as it was filed.</param>
/// <param name="File">After that step.</param>
public sealed record StoredCase(CaseNumber Number, SubjectId Subject, int Revision, CaseFile File)
{
    /// <summary>The steps up to the revision; empty where they were not asked for.</summary>
    public IReadOnlyList<StoredStep> Steps { get; init; } = [];

    /// <summary>Position of the revision in the subject's shard; 0 where it was not read from the journal.</summary>
    public long Position { get; init; }

    /// <summary>By what operation the revision was made; null where its steps were not asked for.</summary>
    internal string? Operation { get; init; }

    /// <exception cref="InvalidDataException">The entry is no case's.</exception>
    /// <param name="entries">All revisions up to one, in their order.</param>
    /// <param name="before">The case with its steps before these; null for none.</param>
    internal static StoredCase Of(IReadOnlyList<JournalEntry> entries, StoredCase? before = null) => Of(entries[^1]) with
    {
        Steps =
        [
            .. before?.Steps ?? [],
            .. entries.Select(entry => StoredStep.Of(entry) with { File = CaseFile.OfPayload(entry.Payload.Span) }),
        ],
        Operation = StoredStep.OperationOf(entries[^1]),
    };

    /// <exception cref="InvalidDataException">The entry is no case's.</exception>
    internal static StoredCase Of(JournalEntry entry) => new(
        CaseNumber.Parse(entry.Record.Id) ?? throw new InvalidDataException($"{entry.Record} is no case."), entry.Subject, entry.Revision,
        CaseFile.OfPayload(entry.Payload.Span)) { Position = entry.Position };
}

/// <summary>One step of a case, as the journal keeps it.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">The state after it.</param>
/// <param name="On">The legal date.</param>
/// <param name="At">When it was received.</param>
/// <param name="By">Actor, from the credentials.</param>
/// <param name="Role">In whose place.</param>
/// <param name="Note">The reason that was given; null for none.</param>
public sealed record StoredStep(string Step, string State, DateOnly On, DateTimeOffset At, string By, string Role, string? Note)
{
    /// <summary>The case after it; null where a step is read by itself.</summary>
    public CaseFile? File { get; init; }

    /// <summary>Name of the step that an entry of a case's record is.</summary>
    public static string NameOf(JournalEntry entry) => Of(entry).Step;

    internal static StoredStep Of(JournalEntry entry)
    {
        using var payload = JsonDocument.Parse(entry.Payload);
        var content = payload.RootElement;
        return new StoredStep(
            Text("step") ?? "", Text("state") ?? "",
            DateOnly.ParseExact(Text("on")!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), entry.ReceivedAt,
            entry.Actor, Text("role") ?? "", Text("note"));

        string? Text(string name) => content.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    /// <summary>By what operation a step was made.</summary>
    internal static string? OperationOf(JournalEntry entry)
    {
        using var payload = JsonDocument.Parse(entry.Payload);
        return payload.RootElement.TryGetProperty("operation", out var value) ? value.GetString() : null;
    }
}
