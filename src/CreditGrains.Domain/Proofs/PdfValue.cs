namespace CreditGrains.Domain.Proofs;

/// <summary>Kinds of value in a PDF, as far as its check tells them apart.</summary>
internal enum PdfKind : byte
{
    Other,
    Name,
    Number,
    Reference,
    Array,
    Dictionary,
}

/// <summary>A value of a PDF, without what is within it.</summary>
/// <param name="Kind">Kind of the value.</param>
/// <param name="Name">Of a name; of an array with one name, that; else null.</param>
/// <param name="Number">Of a whole number that is not negative; else -1.</param>
/// <param name="Count">Of an array: elements.</param>
internal readonly record struct PdfValue(PdfKind Kind, string? Name = null, long Number = -1, int Count = 0);
