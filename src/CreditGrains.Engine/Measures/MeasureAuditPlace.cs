using System.Globalization;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Measures;

/// <summary>A place in the list of all measures in force: by shard, then by organisation, then by measure and cause.</summary>
/// <param name="Shard">The shard, from 0.</param>
/// <param name="After">Organisations after this one are left; null at the shard's beginning.</param>
/// <param name="Subject">The organisation whose measures have been given in part; null where none has.</param>
/// <param name="Key">Key of its last measure that has been given.</param>
public sealed record MeasureAuditPlace(int Shard, SubjectId? After, SubjectId? Subject, string Key)
{
    private const char Separator = '\n';

    /// <summary>The list's beginning.</summary>
    public static readonly MeasureAuditPlace Begin = new(0, null, null, "");

    /// <summary>Order of the measures of one organisation: by measure, then by source and id of the cause.</summary>
    public static string KeyOf(MeasureInForce measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return string.Join(Separator, measure.Measure.Id, measure.Cause?.Source.Value, measure.Cause?.Id, measure.CauseGrade);
    }

    /// <summary>Reads <see cref="ToString"/>; what no place was written as throws.</summary>
    public static MeasureAuditPlace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(Separator, 4);
        return new MeasureAuditPlace(int.Parse(parts[0], CultureInfo.InvariantCulture), IdOf(parts[1]), IdOf(parts[2]), parts[3]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Shard}{Separator}{After?.Value}{Separator}{Subject?.Value}{Separator}{Key}");

    /// <summary>Whether a measure of an organisation comes after this place.</summary>
    internal bool IsBefore(SubjectId subject, MeasureInForce measure) =>
        Subject != subject || string.CompareOrdinal(Key, KeyOf(measure)) < 0;

    private static SubjectId? IdOf(string text) => text.Length == 0 ? null : new SubjectId(text);
}
