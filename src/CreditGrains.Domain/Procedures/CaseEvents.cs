using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// A step as the events that are appended together: its effects, then the case's own revision. Every one is read as a line of a feed is,
/// so that what a feed refuses (unknown values, numbers of persons) a case cannot bring in either (I10).
/// </summary>
public static class CaseEvents
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="reader">Of the rulebook in force.</param>
    /// <param name="subject">Subject of the case.</param>
    /// <param name="number">Which.</param>
    /// <param name="revision">The case's next revision.</param>
    /// <param name="command">The step.</param>
    /// <param name="decision">Result of the step; not a refusal.</param>
    /// <param name="today">The legal date.</param>
    /// <returns>The events; or why they are not good.</returns>
    public static (IReadOnlyList<RecordEvent> Events, Rejection? Rejection) Read(
        EventReader reader, SubjectId subject, CaseNumber number, int revision, CaseCommand command, CaseDecision decision, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(decision);
        var next = decision.Next ?? throw new ArgumentException("The step was refused.", nameof(decision));
        if (TextsOf(command).Concat(NamesOf(next, command)).Any(text => reader.HoldsPersonalData(text, today)))
            return ([], new Rejection(ErrorCatalogue.PersonalData, ""));
        var data = new JsonObject
        {
            ["kind"] = CaseNames.Of(next.Kind),
            ["step"] = CaseNames.Of(command.Step),
            ["state"] = CaseNames.Of(next.State),
            ["role"] = CaseNames.Of(decision.Role),
            ["openedOn"] = CaseWork.Text(next.OpenedOn),
            ["closedOn"] = next.ClosedOn is { } closed ? CaseWork.Text(closed) : null,
            ["on"] = CaseWork.Text(today),
            ["note"] = NoteOf(command),
            ["content"] = next.ToJson(),
            ["operation"] = command.Operation,
        };
        var events = new List<RecordEvent>(decision.Events.Count + 1);
        foreach (var made in decision.Events.Append(new CaseEvent(number.Record, revision, EventOp.Put, CaseKinds.Case, data)))
        {
            var read = reader.Read(LineOf(made, subject), made.Record.Source, today);
            if (read.Event is null)
                return ([], Placed(read.Rejection!, made));
            events.Add(Keyed(read.Event));
        }

        return (events, null);
    }

    /// <summary>A record that a case makes in another organisation's file.</summary>
    /// <param name="reader">Of the rulebook in force.</param>
    /// <param name="subject">That organisation.</param>
    /// <param name="made">The revision.</param>
    /// <param name="today">The legal date.</param>
    public static (RecordEvent? Event, Rejection? Rejection) ReadOne(
        EventReader reader, SubjectId subject, CaseEvent made, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(made);
        var read = reader.Read(LineOf(made, subject), made.Record.Source, today);
        return (read.Event is { } written ? Keyed(written) : null, read.Rejection);
    }

    /// <summary>
    /// The other party's record of a contract has no natural key: a contract's number is the first party's, and another first party may
    /// have given the same.
    /// </summary>
    private static RecordEvent Keyed(RecordEvent written) =>
        ContractProcedure.IsMirror(written.Record) ? written with { NaturalKey = 0 } : written;

    /// <summary>Each hearing's own words stay with its step: the case keeps the last ones only.</summary>
    private static string? NoteOf(CaseCommand command) =>
        command.Step == CaseStep.Hear ? command.Statement ?? command.Reason : command.Reason;

    /// <summary>A fault of a correction is the fault of its new values; of the case's own record, of what was written.</summary>
    private static Rejection Placed(Rejection rejection, CaseEvent made) =>
        rejection with { Pointer = made.Record.Source == SourceId.Platform ? "" : "/changes" };

    private static byte[] LineOf(CaseEvent made, SubjectId subject)
    {
        var line = new JsonObject
        {
            ["id"] = made.Record.Id,
            ["revision"] = made.Revision,
            ["op"] = made.Op == EventOp.Put ? "put" : "withdraw",
            ["subject"] = subject.Value,
            ["kind"] = made.Kind,
        };
        if (made.Data is { } data)
            line["data"] = data.DeepClone();
        return Encoding.UTF8.GetBytes(line.ToJsonString(Json));
    }

    /// <summary>Names of the step's proofs are written by the party too.</summary>
    private static IEnumerable<byte[]> NamesOf(CaseFile next, CaseCommand command) => next.Proofs.TakeLast(command.Proofs.Count)
        .Select(proof => Encoding.UTF8.GetBytes(new JsonArray(JsonValue.Create(proof.Name)).ToJsonString(Json)));

    /// <summary>
    /// Everything that somebody has written, each text for itself: within the content they stand in a text of their own, and side by side
    /// two amounts would be taken for one long number.
    /// </summary>
    private static IEnumerable<byte[]> TextsOf(CaseCommand command)
    {
        var texts = new List<JsonNode?>
        {
            command.Grounds, command.Statement, command.Reason, command.Ruling, command.Origin?.Site, command.Origin?.Number,
        };
        foreach (var value in command.Facts.Values)
            texts.Add(value);
        foreach (var (field, value) in command.Expected ?? new Dictionary<string, string>())
            texts.AddRange([field, value]);
        foreach (var change in command.Changes)
        {
            texts.Add(change.Field);
            foreach (var value in new[] { change.Old, change.New })
            {
                if (value is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } given)
                    texts.Add(JsonNode.Parse(given.GetRawText()));
            }
        }

        return texts.OfType<JsonNode>().Select(text => Encoding.UTF8.GetBytes(new JsonArray(text).ToJsonString(Json)));
    }
}
