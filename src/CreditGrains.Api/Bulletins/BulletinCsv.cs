using System.Globalization;
using System.Text;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Engine.Bulletins;

namespace CreditGrains.Api.Bulletins;

/// <summary>Bulletins and their rows as CSV (RFC 4180), by the names of the JSON.</summary>
internal static class BulletinCsv
{
    private static readonly (string Name, Func<DepartmentScore, ScoreRate> Rate)[] Rates =
    [
        ("reporting", score => score.Reporting), ("compliance", score => score.Compliance), ("timeliness", score => score.Timeliness),
        ("accuracy", score => score.Accuracy), ("completeness", score => score.Completeness),
    ];

    public static string Of(Bulletin bulletin)
    {
        var text = new StringBuilder("month,department");
        foreach (var @class in BulletinClasses.All)
            text.Append(',').Append(@class);
        foreach (var (name, _) in Rates)
            text.Append(CultureInfo.InvariantCulture, $",{name}Numerator,{name}Denominator,{name}Percent");
        text.Append("\r\n");
        foreach (var department in bulletin.Departments)
        {
            text.Append(bulletin.Month).Append(',').Append(Cell(department.Source));
            foreach (var @class in BulletinClasses.All)
                text.Append(CultureInfo.InvariantCulture, $",{department.Score.Of(@class)}");
            foreach (var (_, rateOf) in Rates)
            {
                var rate = rateOf(department.Score);
                text.Append(CultureInfo.InvariantCulture, $",{rate.Numerator},{rate.Denominator},{rate.Percent}");
            }

            text.Append("\r\n");
        }

        return text.ToString();
    }

    public static string Of(IReadOnlyList<BulletinRow> rows)
    {
        var text = new StringBuilder("class,department,id,revision,kind,decidedOn,dueOn,on,daysLate,code,line\r\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Class},{Cell(row.Source)},{Cell(row.Id)},{row.Revision},{row.Kind},")
                .Append(CultureInfo.InvariantCulture, $"{row.DecidedOn:yyyy-MM-dd},{row.DueOn:yyyy-MM-dd},{row.On:yyyy-MM-dd},")
                .Append(CultureInfo.InvariantCulture, $"{row.DaysLate},{row.Code},{row.Line}\r\n");
        }

        return text.ToString();
    }

    /// <summary>A text that a spreadsheet could take for a formula gets an apostrophe in front.</summary>
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var safe = "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
