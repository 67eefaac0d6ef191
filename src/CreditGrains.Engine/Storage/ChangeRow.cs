using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// One row of the outbox: consecutive changes of one subject, so that an organisation whose ten records arrive together costs one row. The
/// row's key is the number of its last change; the numbers before it are those of the others, so that counts and cursors see single
/// changes.
/// </summary>
/// <param name="Number">Of the last change; set by the store.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Type">The change's type; of several changes <see cref="Several"/> or <see cref="SeveralMeasures"/>.</param>
/// <param name="Data">The change's data, or an array of types and data by turns.</param>
/// <param name="At">When it was written.</param>
/// <param name="Count">Changes in it.</param>
public readonly record struct ChangeRow(long Number, SubjectId Subject, string Type, string Data, DateTimeOffset At, int Count)
{
    /// <summary>Type of a row of more than one change, none of them of a measure.</summary>
    public const string Several = "several";

    /// <summary>
    /// Type of a row of more than one change, among them one of a measure: the reader of measures passes over all others in the store,
    /// which are as many as events.
    /// </summary>
    public const string SeveralMeasures = "several-measures";

    /// <summary>Types of the rows that may hold changes of measures.</summary>
    public static IReadOnlyList<string> OfMeasures { get; } = [ChangeTypes.MeasureBegun, ChangeTypes.MeasureEnded, SeveralMeasures];

    /// <summary>Most changes of a row.</summary>
    private const int CountMax = 200;

    /// <summary>Rows that hold the changes in their order.</summary>
    public static IEnumerable<ChangeRow> Pack(IReadOnlyList<SubjectChange> changes)
    {
        for (var from = 0; from < changes.Count;)
        {
            var first = changes[from];
            var to = from + 1;
            while (to < changes.Count && to - from < CountMax && changes[to].Subject == first.Subject && changes[to].At == first.At)
                to++;
            yield return to - from == 1
                ? new ChangeRow(0, first.Subject, first.Type, first.Data, first.At, 1)
                : new ChangeRow(0, first.Subject, TypeOf(changes, from, to), Together(changes, from, to), first.At, to - from);
            from = to;
        }
    }

    /// <summary>The row's changes after a number, in their order.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public IEnumerable<SubjectChange> Unpack(int shard, long after)
    {
        if (Type is not (Several or SeveralMeasures))
            return [new SubjectChange(shard, Number, Subject, Type, Data, At)];
        try
        {
            using var document = JsonDocument.Parse(Data);
            var number = Number - (document.RootElement.GetArrayLength() / 2);
            var changes = new List<SubjectChange>((int)(Number - number));
            var parts = document.RootElement.EnumerateArray();
            while (parts.MoveNext())
            {
                var type = parts.Current;
                if (parts.MoveNext() && ++number > after)
                    changes.Add(new SubjectChange(shard, number, Subject, type.GetString()!, parts.Current.GetRawText(), At));
            }

            return changes;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"Change {Number} of shard {shard} is damaged.", fault);
        }
    }

    private static string TypeOf(IReadOnlyList<SubjectChange> changes, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (changes[i].IsOfMeasure)
                return SeveralMeasures;
        }

        return Several;
    }

    private static string Together(IReadOnlyList<SubjectChange> changes, int from, int to)
    {
        var text = new StringBuilder(96 * (to - from)).Append('[');
        for (var i = from; i < to; i++)
            text.Append(i == from ? "" : ",").Append('"').Append(changes[i].Type).Append("\",").Append(changes[i].Data);
        return text.Append(']').ToString();
    }
}
