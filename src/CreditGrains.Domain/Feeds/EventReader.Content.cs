using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Feeds;

// Canonical content, its digest and its natural key.
public sealed partial class EventReader
{
    /// <summary>Canonical JSON: fields present, in catalogue order.</summary>
    private static byte[] WritePayload(ReadScratch scratch, KindTable kind)
    {
        var writer = scratch.Writer;
        scratch.Payload.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        for (var i = 0; i < kind.Fields.Length; i++)
        {
            if (!scratch.Values[i].Present)
                continue;
            var start = (int)(writer.BytesCommitted + writer.BytesPending);
            WriteProperty(writer, scratch, kind.Fields[i], scratch.Values[i]);
            scratch.Properties[i] = new Place(start, (int)(writer.BytesCommitted + writer.BytesPending) - start);
        }

        writer.WriteEndObject();
        writer.Flush();
        return scratch.Payload.WrittenSpan.ToArray();
    }

    private static void WriteProperty(Utf8JsonWriter writer, ReadScratch scratch, FieldTable field, in FieldValue value)
    {
        switch (field.Definition.Type)
        {
            case FieldType.Code:
                writer.WriteString(field.Name, field.CodeTexts[value.Number]);
                break;
            case FieldType.Codes:
                writer.WriteStartArray(field.Name);
                foreach (var code in scratch.Codes(value.Place))
                    writer.WriteStringValue(field.CodeTexts[code]);
                writer.WriteEndArray();
                break;
            case FieldType.Decimal:
                Span<byte> text = stackalloc byte[32];
                writer.WriteString(field.Name, text[..DecimalText.Format(value.Number, text)]);
                break;
            case FieldType.Integer:
                writer.WriteNumber(field.Name, value.Number);
                break;
            case FieldType.Boolean:
                writer.WriteBoolean(field.Name, value.Number != 0);
                break;
            default:
                writer.WriteString(field.Name, scratch.Tape.Bytes(value.Place));
                break;
        }
    }

    /// <summary>The fields go in by name: a catalogue that is put in another order must not make known content look changed.</summary>
    private static ContentDigest DigestOf(ReadScratch scratch, KindTable kind, SubjectId subject, EventOp op, byte[] payload)
    {
        BeginHash(scratch, kind, subject);
        AddPart(scratch.Hashed, [(byte)op]);
        if (op == EventOp.Put)
        {
            foreach (var field in kind.FieldsByName)
            {
                if (scratch.Values[field].Present)
                    AddPart(scratch.Hashed, PropertyOf(scratch, field, payload));
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        scratch.Sha256.AppendData(scratch.Hashed.WrittenSpan);
        scratch.Sha256.GetHashAndReset(hash);
        return ContentDigest.FromBytes(hash);
    }

    /// <summary>A positive number, or 0 when the kind has no identity or a field of it is not given.</summary>
    private static long NaturalKeyOf(ReadScratch scratch, KindTable kind, SubjectId subject, byte[] payload)
    {
        if (kind.Identity.Length == 0)
            return 0;
        BeginHash(scratch, kind, subject);
        foreach (var field in kind.Identity)
        {
            if (field < 0 || !scratch.Values[field].Present)
                return 0;
            AddPart(scratch.Hashed, PropertyOf(scratch, field, payload));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        scratch.Sha256.AppendData(scratch.Hashed.WrittenSpan);
        scratch.Sha256.GetHashAndReset(hash);
        return Math.Max(1, BinaryPrimitives.ReadInt64BigEndian(hash) & long.MaxValue);
    }

    /// <summary>A property's bytes without the comma before it, which depends on the fields that precede it.</summary>
    private static ReadOnlySpan<byte> PropertyOf(ReadScratch scratch, int field, byte[] payload)
    {
        var place = scratch.Properties[field];
        var property = payload.AsSpan(place.Start, place.Length);
        return property[0] == ',' ? property[1..] : property;
    }

    private static void BeginHash(ReadScratch scratch, KindTable kind, SubjectId subject)
    {
        scratch.Hashed.ResetWrittenCount();
        Span<byte> bytes = stackalloc byte[256];
        AddPart(scratch.Hashed, bytes[..Encoding.UTF8.GetBytes(subject.Value, bytes)]);
        AddPart(scratch.Hashed, kind.NameUtf8);
    }

    /// <summary>Each part is preceded by its length, so that no two lists of parts give the same bytes.</summary>
    private static void AddPart(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(sizeof(int)), part.Length);
        to.Advance(sizeof(int));
        to.Write(part);
    }
}
