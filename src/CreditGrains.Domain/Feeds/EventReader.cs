using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Feeds;

/// <summary>
/// Reads one event of the wire format and judges it against the catalogue (semantics, sections 3 to 5 and 11). The first fault is
/// reported, in this order: form of the line; natural persons and personal data; id, revision, op, subject, kind; unknown fields; the
/// fields in catalogue order; the order of dates. Safe for any number of threads.
/// </summary>
public sealed partial class EventReader(Rulebook rulebook, IIdentifierExceptions exceptions)
{
    /// <summary>Longest line in bytes, without its end.</summary>
    public const int LineBytesMax = 256 * 1024;

    /// <summary>Longest record id in Unicode scalar values.</summary>
    public const int IdLengthMax = 128;

    private static readonly RecordFacts NoFacts = new();

    private readonly Dictionary<string, KindTable> _kinds =
        rulebook.Catalogue.Kinds.Values.ToDictionary(kind => kind.Name, kind => new KindTable(kind));

    private readonly PersonalForms _forms = PersonalDataScanner.FormsOf(rulebook.Jurisdiction);

    private Utf8Lookup<KindTable> KindsByName => field ??= new Utf8Lookup<KindTable>(_kinds);

    /// <summary>Reads a line sent by a source. Never throws for what the line holds.</summary>
    /// <param name="line">One JSON object in UTF-8, without the line end.</param>
    /// <param name="source">Source that sends, from the credentials.</param>
    /// <param name="today">The legal date.</param>
    public EventReadResult Read(ReadOnlySpan<byte> line, SourceId source, DateOnly today)
    {
        if (line.Length > LineBytesMax)
            return new EventReadResult(null, new Rejection(ErrorCatalogue.LineTooLong, "", $"at most {LineBytesMax} bytes"), null, null);
        var scratch = ReadScratch.OfThread;
        var tape = scratch.Tape;
        var fault = tape.Load(line);
        if (fault is null && tape.TypeOf(0) != JsonTokenType.StartObject)
            fault = new Rejection(ErrorCatalogue.WrongType, "", "expected an object");
        var envelope = Envelope.Of(tape);
        var id = IdOf(tape, envelope.Id, today, out var idFault);
        var revision = RevisionOf(tape, envelope.Revision, out var revisionFault);
        if (fault is not null)
            return new EventReadResult(null, fault, id, revision);

        var kind = KindOf(tape, envelope.Kind, out var kindFault);
        scratch.Begin(kind?.Fields.Length ?? 0);
        var op = OpOf(tape, envelope.Op, out var opFault);
        var subject = default(SubjectId);
        var subjectFault = Required(tape, envelope.Subject, JsonTokenType.String, "/subject", "expected text");
        if (subjectFault is null)
            subjectFault = rulebook.Scheme.Parse(tape.Text(envelope.Subject), exceptions, out subject);

        var dataFault = op == EventOp.Withdraw
            ? null
            : Required(tape, envelope.Data, JsonTokenType.StartObject, "/data", "expected an object");
        var guard = new Guard(tape, today, _forms);
        guard.LookAtEnvelope(envelope, subjectFault);
        Rejection? fieldsFault = null;
        if (envelope.Data > 0)
        {
            // A withdrawal needs no data and keeps none, but what it carries is looked at: a refused line goes to the quarantine.
            var placeFault = PlaceFields(scratch, envelope.Data, kind, ref guard);
            fieldsFault = op == EventOp.Put ? placeFault : null;
        }

        var rejection = guard.Rejection
            ?? envelope.Fault
            ?? idFault ?? revisionFault ?? opFault ?? subjectFault ?? kindFault
            ?? (kind!.MayBeReportedBy(source.Value) ? null : new Rejection(ErrorCatalogue.SourceMayNotReport, "/kind"))
            ?? dataFault ?? fieldsFault
            ?? (op == EventOp.Put ? ReadFields(scratch, kind, today) : null);
        if (rejection is not null)
            return new EventReadResult(null, rejection, id, revision);
        if (rulebook.Scheme is UsccScheme && !Uscc.IsTypeKnown(subject.Value))
            scratch.Warn(new Rejection(ErrorCatalogue.UsccTypeUnknown, "/subject"));
        return new EventReadResult(Accept(scratch, kind!, subject, new RecordId(source, id!), revision!.Value, op), null, id, revision)
        {
            Warnings = scratch.Warnings,
        };
    }

    /// <summary>The facts of a journaled event: the same that <see cref="Read"/> gave when the catalogue is the same.</summary>
    /// <param name="kind">Kind name; a kind that the catalogue no longer has gives empty facts.</param>
    /// <param name="payload">Canonical content.</param>
    public RecordFacts FactsOf(string kind, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || !_kinds.TryGetValue(kind, out var table))
            return NoFacts;
        var scratch = ReadScratch.OfThread;
        if (scratch.Tape.Load(payload) is not null || scratch.Tape.TypeOf(0) != JsonTokenType.StartObject)
            return NoFacts;
        scratch.Begin(table.Fields.Length);
        var guard = default(Guard);
        PlaceFields(scratch, 0, table, ref guard);

        // A value that the present catalogue would refuse counts as absent: what was accepted stays readable.
        for (var i = 0; i < table.Fields.Length; i++)
        {
            if (scratch.Tokens[i] != 0 && ReadField(scratch, table.Fields[i], scratch.Tokens[i], null, ref scratch.Values[i]) is not null)
                scratch.Values[i] = default;
        }

        return Facts(scratch, table);
    }

    private static RecordEvent Accept(ReadScratch scratch, KindTable kind, SubjectId subject, RecordId record, int revision, EventOp op)
    {
        var isPut = op == EventOp.Put;
        var payload = isPut ? WritePayload(scratch, kind) : [];
        return new RecordEvent
        {
            Subject = subject,
            Record = record,
            Revision = revision,
            Op = op,
            Kind = kind.Kind.Name,
            Payload = payload,
            Digest = DigestOf(scratch, kind, subject, op, payload),
            NaturalKey = isPut ? NaturalKeyOf(scratch, kind, subject, payload) : 0,
            Facts = isPut ? Facts(scratch, kind) : NoFacts,
        };
    }

    /// <summary>The id, or null where there is none that may be shown.</summary>
    private string? IdOf(JsonTape tape, int token, DateOnly today, out Rejection? fault)
    {
        fault = Required(tape, token, JsonTokenType.String, "/id", "expected text");
        if (fault is not null)
            return null;
        var bytes = tape.Bytes(token);
        if (PlainText.IsBlank(bytes))
            fault = new Rejection(ErrorCatalogue.Required, "/id");
        else if (IsLonger(bytes, IdLengthMax))
            fault = new Rejection(ErrorCatalogue.TooLong, "/id", $"at most {IdLengthMax} characters");
        else if (HoldsControl(bytes, allowLineFeedAndTab: false))
            fault = new Rejection(ErrorCatalogue.ControlCharacter, "/id");
        else if (PlainText.FaultBeyondAscii(bytes, isName: true) is { } error)
            fault = new Rejection(error, "/id");
        return fault is null && !PersonalDataScanner.Holds(bytes, today, _forms) ? tape.Text(token) : null;
    }

    private static int? RevisionOf(JsonTape tape, int token, out Rejection? fault)
    {
        fault = Required(tape, token, JsonTokenType.Number, "/revision", "expected a whole number");
        if (fault is not null)
            return null;
        fault = ReadInteger(tape.Bytes(token), 1, int.MaxValue, out var revision) is { } error
            ? new Rejection(error, "/revision", "expected a whole number of 1 or more")
            : null;
        return fault is null ? revision : null;
    }

    private static EventOp OpOf(JsonTape tape, int token, out Rejection? fault)
    {
        fault = null;
        if (token == 0 || tape.TypeOf(token) == JsonTokenType.Null)
            return EventOp.Put;
        if (tape.TypeOf(token) != JsonTokenType.String)
            fault = new Rejection(ErrorCatalogue.WrongType, "/op", "expected text");
        else if (tape.Bytes(token).SequenceEqual("withdraw"u8))
            return EventOp.Withdraw;
        else if (!tape.Bytes(token).SequenceEqual("put"u8))
            fault = new Rejection(ErrorCatalogue.NotInCodeList, "/op", "put or withdraw");
        return EventOp.Put;
    }

    private KindTable? KindOf(JsonTape tape, int token, out Rejection? fault)
    {
        fault = Required(tape, token, JsonTokenType.String, "/kind", "expected text");
        if (fault is not null)
            return null;
        if (KindsByName.TryGet(tape.Bytes(token), out var kind))
            return kind;
        fault = new Rejection(ErrorCatalogue.UnknownKind, "/kind");
        return null;
    }

    private static Rejection? Required(JsonTape tape, int token, JsonTokenType type, string pointer, string expected)
    {
        if (token == 0 || tape.TypeOf(token) == JsonTokenType.Null)
            return new Rejection(ErrorCatalogue.Required, pointer);
        return tape.TypeOf(token) == type ? null : new Rejection(ErrorCatalogue.WrongType, pointer, expected);
    }

    /// <summary>Tokens of the values of the six keys; 0 for a key that is not given.</summary>
    private readonly record struct Envelope(int Id, int Revision, int Op, int Subject, int Kind, int Data, Rejection? Fault)
    {
        public static Envelope Of(JsonTape tape)
        {
            Span<int> values = stackalloc int[6];
            Rejection? fault = null;
            for (var name = 1; name < tape.Count - 1 && tape.TypeOf(name) == JsonTokenType.PropertyName; name = tape.After(name + 1))
            {
                var key = KeyOf(tape.Bytes(name));
                if (key < 0)
                    fault ??= new Rejection(ErrorCatalogue.UnknownField, JsonPointer.To("", tape.Bytes(name)));
                else if (values[key] != 0)
                    fault ??= new Rejection(ErrorCatalogue.DuplicateKey, JsonPointer.To("", tape.Bytes(name)));
                else
                    values[key] = name + 1;
            }

            return new Envelope(values[0], values[1], values[2], values[3], values[4], values[5], fault);
        }

        public static int KeyOf(ReadOnlySpan<byte> name)
        {
            if (name.SequenceEqual("id"u8))
                return 0;
            if (name.SequenceEqual("revision"u8))
                return 1;
            if (name.SequenceEqual("op"u8))
                return 2;
            if (name.SequenceEqual("subject"u8))
                return 3;
            if (name.SequenceEqual("kind"u8))
                return 4;
            return name.SequenceEqual("data"u8) ? 5 : -1;
        }
    }
}
