using System.Globalization;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 办件编号: two letters of the kind, the date, six digits; <c>YY-20261129-000001</c>. It is the id of the case's record of source
/// <c>platform</c>, of which the journal has one: that makes it unique across nodes.
/// </summary>
/// <param name="Kind">Says the letters; objection YY, repair XF.</param>
/// <param name="Date">When it was opened.</param>
/// <param name="Serial">0 to 999,999.</param>
public readonly record struct CaseNumber(CaseKind Kind, DateOnly Date, int Serial)
{
    /// <summary>How many cases of a kind may be opened on a day.</summary>
    public const int SerialsMax = 1_000_000;

    private const int Length = 18;

    /// <summary>The case's own record.</summary>
    public RecordId Record => new(SourceId.Platform, ToString());

    /// <summary>The record of the case's n-th mark; 1 for the first.</summary>
    public RecordId Mark(int number) => new(SourceId.Platform, string.Create(CultureInfo.InvariantCulture, $"{this}-M{number}"));

    public static CaseNumber? Parse(string? text)
    {
        if (text is not { Length: Length } || text[2] != '-' || text[11] != '-' || text.AsSpan(12).ContainsAnyExceptInRange('0', '9')
            || text.AsSpan(3, 8).ContainsAnyExceptInRange('0', '9')
            || !DateOnly.TryParseExact(text.AsSpan(3, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return null;
        return CaseDefinitions.Find(text.AsSpan(0, 2)) is { } known
            ? new CaseNumber(known.Kind, date, int.Parse(text.AsSpan(12), CultureInfo.InvariantCulture)) : null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{CaseDefinitions.Of(Kind).Letters}-{Date:yyyyMMdd}-{Serial:D6}");
}
