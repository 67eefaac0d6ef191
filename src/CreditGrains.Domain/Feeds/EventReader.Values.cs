using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Feeds;

// Judges field values and brings them to their canonical form.
public sealed partial class EventReader
{
    private Rejection? ReadFields(ReadScratch scratch, KindTable kind, DateOnly? today)
    {
        var hasDateOrder = false;
        for (var i = 0; i < kind.Fields.Length; i++)
        {
            var field = kind.Fields[i];
            ref var value = ref scratch.Values[i];
            if (scratch.Tokens[i] != 0 && ReadField(scratch, field, scratch.Tokens[i], today, ref value) is { } fault)
                return fault;
            if (!value.Present && field.Definition.Required)
                return Refuse(field, ErrorCatalogue.Required);
            hasDateOrder |= field.NotAfter >= 0 || field.NotBefore >= 0;
        }

        return hasDateOrder ? JudgeDateOrder(scratch, kind) : null;
    }

    private static Rejection? JudgeDateOrder(ReadScratch scratch, KindTable kind)
    {
        var values = scratch.Values;
        for (var i = 0; i < kind.Fields.Length; i++)
        {
            var field = kind.Fields[i];
            if (!values[i].Present)
                continue;
            if (field.NotAfter >= 0 && values[field.NotAfter].Present && values[i].Number > values[field.NotAfter].Number)
                return Refuse(field, ErrorCatalogue.DateOrder, $"not after {field.Definition.NotAfter}");
            if (field.NotBefore >= 0 && values[field.NotBefore].Present && values[i].Number < values[field.NotBefore].Number)
                return Refuse(field, ErrorCatalogue.DateOrder, $"not before {field.Definition.NotBefore}");
        }

        return null;
    }

    /// <summary>Reads one value; null, blank text and an empty list count as absent.</summary>
    /// <param name="today">The legal date; null does not judge dates against it.</param>
    private Rejection? ReadField(ReadScratch scratch, FieldTable field, int token, DateOnly? today, ref FieldValue value)
    {
        var type = scratch.Tape.TypeOf(token);
        if (type == JsonTokenType.Null)
            return null;
        return field.Definition.Type switch
        {
            FieldType.Text => ReadText(scratch.Tape, field, token, today is not null, ref value),
            FieldType.Code => ReadCode(scratch.Tape, field, token, ref value),
            FieldType.Codes => ReadCodes(scratch, field, token, ref value),
            FieldType.Decimal => ReadDecimal(scratch.Tape, field, token, ref value),
            FieldType.Integer => ReadWhole(scratch.Tape, field, token, ref value),
            FieldType.Date => ReadDate(scratch.Tape, field, token, today, ref value),
            FieldType.Boolean => ReadBoolean(field, type, ref value),
            _ => ReadUscc(scratch, field, token, ref value),
        };
    }

    /// <param name="isNew">Characters beyond ASCII are judged when a record comes; what has been accepted before stays as it is.</param>
    private static Rejection? ReadText(JsonTape tape, FieldTable field, int token, bool isNew, ref FieldValue value)
    {
        if (tape.TypeOf(token) != JsonTokenType.String)
            return Refuse(field, ErrorCatalogue.WrongType, "expected text");
        var bytes = tape.Bytes(token);
        if (isNew ? PlainText.IsBlank(bytes) : IsBlank(bytes))
            return null;
        if (field.Definition.MaxLength is { } max && IsLonger(bytes, max))
            return Refuse(field, ErrorCatalogue.TooLong, $"at most {max} characters");
        if (HoldsControl(bytes, allowLineFeedAndTab: true))
            return Refuse(field, ErrorCatalogue.ControlCharacter);
        if (isNew && PlainText.FaultBeyondAscii(bytes, field.IsName) is { } error)
            return Refuse(field, error);
        value = new FieldValue { Present = true, Place = tape.PlaceOf(token) };
        return null;
    }

    private static Rejection? ReadCode(JsonTape tape, FieldTable field, int token, ref FieldValue value)
    {
        if (tape.TypeOf(token) != JsonTokenType.String)
            return Refuse(field, ErrorCatalogue.WrongType, "expected text");
        if (!field.Codes!.TryGet(tape.Bytes(token), out var code))
            return Refuse(field, ErrorCatalogue.NotInCodeList, CodeList(field));
        value = new FieldValue { Present = true, Number = code };
        return null;
    }

    private static Rejection? ReadCodes(ReadScratch scratch, FieldTable field, int token, ref FieldValue value)
    {
        var tape = scratch.Tape;
        if (tape.TypeOf(token) != JsonTokenType.StartArray)
            return Refuse(field, ErrorCatalogue.WrongType, "expected a list of codes");
        var start = scratch.CodeCount;
        var index = 0;
        for (var element = token + 1; element < tape.After(token); element = tape.After(element), index++)
        {
            if (tape.TypeOf(element) != JsonTokenType.String)
                return Refuse(field, ErrorCatalogue.WrongType, "expected text", index);
            if (!field.Codes!.TryGet(tape.Bytes(element), out var code))
                return Refuse(field, ErrorCatalogue.NotInCodeList, CodeList(field), index);
            scratch.AddCode(code);
        }

        if (scratch.CodeCount == start)
            return null;
        var codes = scratch.Codes(new Place(start, scratch.CodeCount - start));
        codes.Sort();
        var distinct = 1;
        for (var i = 1; i < codes.Length; i++)
        {
            if (codes[i] != codes[distinct - 1])
                codes[distinct++] = codes[i];
        }

        scratch.CutCodes(start + distinct);
        value = new FieldValue { Present = true, Place = new Place(start, distinct) };
        return null;
    }

    private static Rejection? ReadDecimal(JsonTape tape, FieldTable field, int token, ref FieldValue value)
    {
        var type = tape.TypeOf(token);
        if (type is not (JsonTokenType.String or JsonTokenType.Number))
            return Refuse(field, ErrorCatalogue.WrongType, "expected a decimal");
        var places = Math.Min(field.Definition.Places, DecimalText.PlacesMax);
        switch (DecimalText.Parse(tape.Bytes(token), type == JsonTokenType.Number, places, out var micro))
        {
            case DecimalText.Outcome.Malformed:
                return Refuse(field, ErrorCatalogue.WrongType, "expected a decimal");
            case DecimalText.Outcome.TooManyPlaces:
                return Refuse(field, ErrorCatalogue.TooManyPlaces, $"at most {places}");
            case DecimalText.Outcome.OutOfRange:
                return Refuse(field, ErrorCatalogue.OutOfRange);
        }

        if (micro < field.MinMicro || micro > field.MaxMicro)
            return Refuse(field, ErrorCatalogue.OutOfRange, Bounds(field));
        value = new FieldValue { Present = true, Number = micro };
        return null;
    }

    private static Rejection? ReadWhole(JsonTape tape, FieldTable field, int token, ref FieldValue value)
    {
        if (tape.TypeOf(token) != JsonTokenType.Number)
            return Refuse(field, ErrorCatalogue.WrongType, "expected a whole number");
        if (ReadInteger(tape.Bytes(token), int.MinValue, int.MaxValue, out var number) is { } error)
            return Refuse(field, error, "expected a whole number");
        if (number * 1_000_000L < field.MinMicro || number * 1_000_000L > field.MaxMicro)
            return Refuse(field, ErrorCatalogue.OutOfRange, Bounds(field));
        value = new FieldValue { Present = true, Number = number };
        return null;
    }

    private static ErrorDescription? ReadInteger(ReadOnlySpan<byte> text, int min, int max, out int number)
    {
        number = 0;
        switch (DecimalText.Parse(text, allowExponent: true, places: 0, out var micro))
        {
            case DecimalText.Outcome.OutOfRange:
                return ErrorCatalogue.OutOfRange;
            case DecimalText.Outcome.Good:
                var whole = micro / 1_000_000;
                if (whole < min || whole > max)
                    return ErrorCatalogue.OutOfRange;
                number = (int)whole;
                return null;
            default:
                return ErrorCatalogue.WrongType;
        }
    }

    private static Rejection? ReadDate(JsonTape tape, FieldTable field, int token, DateOnly? today, ref FieldValue value)
    {
        if (tape.TypeOf(token) != JsonTokenType.String || !TryReadDate(tape.Bytes(token), out var day))
            return Refuse(field, ErrorCatalogue.WrongType, "expected a date, YYYY-MM-DD");
        if (field.NotAfterToday && today is { } last && day > last.DayNumber)
            return Refuse(field, ErrorCatalogue.DateInFuture);
        if (today is not null && day < field.EarliestDay)
            return Refuse(field, ErrorCatalogue.DateTooEarly, $"not before {DateOnly.FromDayNumber(field.EarliestDay):yyyy-MM-dd}");
        value = new FieldValue { Present = true, Number = day, Place = tape.PlaceOf(token) };
        return null;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, out int day)
    {
        day = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-')
            return false;
        if (!TryReadDigits(text[..4], out var year)
            || !TryReadDigits(text[5..7], out var month)
            || !TryReadDigits(text[8..], out var dayOfMonth))
            return false;
        if (year < 1 || month is < 1 or > 12 || dayOfMonth < 1 || dayOfMonth > DateTime.DaysInMonth(year, month))
            return false;
        day = new DateOnly(year, month, dayOfMonth).DayNumber;
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
                return false;
            number = number * 10 + c - '0';
        }

        return true;
    }

    private static Rejection? ReadBoolean(FieldTable field, JsonTokenType type, ref FieldValue value)
    {
        if (type is not (JsonTokenType.True or JsonTokenType.False))
            return Refuse(field, ErrorCatalogue.WrongType, "expected true or false");
        value = new FieldValue { Present = true, Number = type == JsonTokenType.True ? 1 : 0 };
        return null;
    }

    private Rejection? ReadUscc(ReadScratch scratch, FieldTable field, int token, ref FieldValue value)
    {
        var tape = scratch.Tape;
        if (tape.TypeOf(token) != JsonTokenType.String)
            return Refuse(field, ErrorCatalogue.WrongType, "expected text");
        var bytes = tape.Bytes(token);
        if (IsBlank(bytes))
            return null;
        Span<char> written = stackalloc char[Uscc.InputLengthMax];
        if (!Encoding.UTF8.TryGetChars(bytes, written, out var length))
            return Refuse(field, ErrorCatalogue.UsccLength);
        Span<char> code = stackalloc char[Uscc.InputLengthMax];
        code = code[..Uscc.Normalise(written[..length], code)];
        var error = Uscc.Validate(code);
        if (error is not null && !(Uscc.IsCheckDigitError(error) && exceptions.Contains(code.ToString())))
            return Refuse(field, error);
        if (!Uscc.IsTypeKnown(code))
            scratch.Warn(new Rejection(ErrorCatalogue.UsccTypeUnknown, JsonPointer.To("/data", field.Definition.Name)));
        Span<byte> ascii = stackalloc byte[Uscc.Length];
        Encoding.ASCII.GetBytes(code, ascii);
        value = new FieldValue { Present = true, Place = tape.Append(ascii) };
        return null;
    }

    private static bool IsBlank(ReadOnlySpan<byte> text)
    {
        // Texts hardly ever begin with a space; only then is a closer look needed.
        if (text.Length > 0 && text[0] > ' ' && text[0] is < 0xC2 or > 0xE3)
            return false;
        while (text.Length > 0)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var consumed);
            if (!Rune.IsWhiteSpace(rune))
                return false;
            text = text[consumed..];
        }

        return true;
    }

    /// <summary>Counts Unicode scalar values, only where the bytes do not decide.</summary>
    private static bool IsLonger(ReadOnlySpan<byte> text, int max)
    {
        if (text.Length <= max)
            return false;
        var count = 0;
        foreach (var b in text)
            count += (b & 0xC0) == 0x80 ? 0 : 1;
        return count > max;
    }

    private static bool HoldsControl(ReadOnlySpan<byte> text, bool allowLineFeedAndTab)
    {
        if (!text.ContainsAnyInRange<byte>(0x00, 0x1F) && !text.Contains<byte>(0x7F))
            return false;
        foreach (var b in text)
        {
            if ((b < 0x20 || b == 0x7F) && !(allowLineFeedAndTab && b is (byte)'\n' or (byte)'\t'))
                return true;
        }

        return false;
    }

    private static string CodeList(FieldTable field) => field.Definition.Of.Count <= 20
        ? $"one of {string.Join(", ", field.Definition.Of)}"
        : $"one of {field.Definition.Of.Count} codes of the catalogue";

    private static string Bounds(FieldTable field) => (field.Definition.Min, field.Definition.Max) switch
    {
        ({ } min, { } max) => FormattableString.Invariant($"{min} to {max}"),
        ({ } min, null) => FormattableString.Invariant($"at least {min}"),
        (_, { } max) => FormattableString.Invariant($"at most {max}"),
        _ => "",
    };

    private static Rejection Refuse(FieldTable field, ErrorDescription error, string? found = null, int element = -1)
    {
        var pointer = JsonPointer.To("/data", field.Definition.Name);
        return new Rejection(error, element < 0 ? pointer : FormattableString.Invariant($"{pointer}/{element}"), found);
    }
}
