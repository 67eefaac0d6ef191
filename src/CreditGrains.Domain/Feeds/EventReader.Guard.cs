using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Feeds;

// Natural persons and their data are kept out before anything else is judged (semantics, section 11).
public sealed partial class EventReader
{
    internal const string PersonCode = "natural-person";
    internal const string PersonCodeZh = "自然人";

    /// <summary>Finds the token of each field's value, and looks at every value on the way; returns the first fault of the keys.</summary>
    private static Rejection? PlaceFields(ReadScratch scratch, int data, KindTable? kind, ref Guard guard)
    {
        var tape = scratch.Tape;
        if (tape.TypeOf(data) != JsonTokenType.StartObject)
        {
            guard.LookAtUnknown("/data", data);
            return null;
        }

        Rejection? fault = null;
        var end = tape.After(data);
        for (var name = data + 1; name < end; name = tape.After(name + 1))
        {
            if (kind is null || !kind.ByName.TryGet(tape.Bytes(name), out var field))
            {
                guard.LookAtUnknown("/data", name, name + 1);
                if (kind is not null)
                    fault ??= new Rejection(ErrorCatalogue.UnknownField, JsonPointer.To("/data", tape.Bytes(name)));
                continue;
            }

            guard.LookAtField(kind.Fields[field], name + 1);
            if (scratch.Tokens[field] != 0)
                fault ??= new Rejection(ErrorCatalogue.DuplicateKey, JsonPointer.To("/data", tape.Bytes(name)));
            else
                scratch.Tokens[field] = name + 1;
        }

        return fault;
    }

    /// <summary>Keeps the first sign of a natural person and the first of personal data; the default instance looks at nothing.</summary>
    private struct Guard(JsonTape? tape, DateOnly today, PersonalForms forms)
    {
        private Rejection? _person;
        private Rejection? _personalData;

        public readonly Rejection? Rejection => _person ?? _personalData;

        /// <summary>All keys but <c>data</c>. A subject is only looked at when it is not a good identifier.</summary>
        public void LookAtEnvelope(Envelope envelope, Rejection? subjectFault)
        {
            if (subjectFault?.Error == ErrorCatalogue.NaturalPerson)
                _person = subjectFault;
            for (var name = 1; name < tape!.Count; name = tape.After(name + 1))
            {
                var key = Envelope.KeyOf(tape.Bytes(name));
                if (key < 0)
                    LookAtUnknown("", name, name + 1);
                else if (name + 1 != envelope.Data && (name + 1 != envelope.Subject || subjectFault is not null))
                    LookAtValue(name + 1, "", name);
            }
        }

        public void LookAtField(FieldTable field, int token)
        {
            if (tape is null)
                return;
            var type = tape.TypeOf(token);
            if (type is not (JsonTokenType.String or JsonTokenType.Number or JsonTokenType.StartArray or JsonTokenType.StartObject))
                return;
            var definition = field.Definition;
            if (definition.Type is FieldType.Decimal or FieldType.Integer)
            {
                LookAtValue(token, "/data", token - 1, isNumber: true);
                return;
            }

            if (type == JsonTokenType.StartArray)
            {
                var index = 0;
                for (var element = token + 1; element < tape.After(token); element = tape.After(element), index++)
                    LookAtElement(field, element, index);
                return;
            }

            if (IsPerson(field, token))
                _person ??= new Rejection(ErrorCatalogue.NaturalPerson, JsonPointer.To("/data", definition.Name));
            LookAtValue(token, "/data", token - 1);
        }

        /// <summary>A member nobody defined: its name goes into a pointer, so it is looked at as well.</summary>
        public void LookAtUnknown(string parent, int name, int token)
        {
            if (tape is null)
                return;
            if (PersonalDataScanner.Holds(tape.Bytes(name), today, forms))
                _personalData ??= new Rejection(ErrorCatalogue.PersonalData, parent);
            else
                LookAtUnknown(JsonPointer.To(parent, tape.Bytes(name)), token);
        }

        public void LookAtUnknown(string pointer, int token)
        {
            if (tape is null)
                return;
            for (var i = token; i < tape.After(token); i++)
            {
                if (IsPerson(null, i))
                    _person ??= new Rejection(ErrorCatalogue.NaturalPerson, pointer);
            }

            if (Holds(token, isNumber: false))
                _personalData ??= new Rejection(ErrorCatalogue.PersonalData, pointer);
        }

        private void LookAtElement(FieldTable field, int token, int index)
        {
            if (IsPerson(field, token))
                _person ??= new Rejection(ErrorCatalogue.NaturalPerson, $"{JsonPointer.To("/data", field.Definition.Name)}/{index}");
            if (Holds(token, isNumber: false))
                _personalData ??= new Rejection(ErrorCatalogue.PersonalData, $"{JsonPointer.To("/data", field.Definition.Name)}/{index}");
        }

        private readonly bool IsPerson(FieldTable? field, int token)
        {
            if (tape!.TypeOf(token) != JsonTokenType.String)
                return false;
            var value = tape.Bytes(token);
            return value.SequenceEqual("natural-person"u8) || value.SequenceEqual("自然人"u8)
                || (field?.Codes is { } codes && codes.TryGet(value, out var code) && field.IsPerson[code]);
        }

        private void LookAtValue(int token, string parent, int name, bool isNumber = false)
        {
            if (Holds(token, isNumber))
                _personalData ??= new Rejection(ErrorCatalogue.PersonalData, JsonPointer.To(parent, tape!.Bytes(name)));
        }

        /// <summary>Whether any text, name or number in this value holds personal data.</summary>
        private readonly bool Holds(int token, bool isNumber)
        {
            for (var i = token; i < tape!.After(token); i++)
            {
                if (tape.TypeOf(i) is not (JsonTokenType.String or JsonTokenType.Number or JsonTokenType.PropertyName))
                    continue;
                var bytes = tape.Bytes(i);
                if (isNumber ? PersonalDataScanner.HoldsIdentity(bytes, today, forms) : PersonalDataScanner.Holds(bytes, today, forms))
                    return true;
            }

            return false;
        }
    }
}
