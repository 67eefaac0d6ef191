using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Feeds;

/// <summary>Takes one value from a row and rewrites it: columns, template or constant, then pattern, then map.</summary>
internal sealed class ValueReader
{
    /// <summary>Only for patterns that linear time excludes.</summary>
    private static readonly TimeSpan PatternTimeMax = TimeSpan.FromMilliseconds(100);

    private readonly ValueMapping _mapping;
    private readonly string[] _columns;
    private readonly IReadOnlySet<string> _drop;
    private readonly Regex? _pattern;
    private readonly bool _isDate;
    private readonly bool _isMeasure;

    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public ValueReader(ValueMapping mapping, IReadOnlySet<string> drop)
    {
        _mapping = mapping;
        _drop = drop;
        _columns = [.. mapping.Columns.Where(column => !drop.Contains(column))];
        _pattern = mapping.Pattern is null ? null : Compile(mapping.Pattern);
        var groups = _pattern?.GetGroupNames() ?? [];
        _isDate = groups.Contains("year") && groups.Contains("month") && groups.Contains("day");
        _isMeasure = groups.Contains("value") && groups.Contains("unit");
    }

    /// <summary>The columns it looks at: of each group one must be there.</summary>
    public IEnumerable<IReadOnlyList<string>> Columns => _columns.Length > 0
        ? [_columns]
        : Places(_mapping.Template ?? "").Where(place => !_drop.Contains(place)).Select(place => (IReadOnlyList<string>)[place]);

    private static IEnumerable<string> Places(string template) =>
        template.Split('{').Skip(1).Where(part => part.Contains('}', StringComparison.Ordinal)).Select(part => part.Split('}', 2)[0]);

    /// <summary>The rewritten value; null when there is none.</summary>
    public string? Read(IReadOnlyDictionary<string, string> row)
    {
        var text = Take(row);
        return text is null ? null : Mapped(Rewritten(text));
    }

    /// <summary>The parts between separators, each rewritten; one part where no separator is given.</summary>
    public IReadOnlyList<string> ReadMany(IReadOnlyDictionary<string, string> row)
    {
        var text = Take(row);
        if (text is null)
            return [];
        var parts = string.IsNullOrEmpty(_mapping.Separator)
            ? [text]
            : text.Split(_mapping.Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. parts.Select(part => Mapped(Rewritten(part))).OfType<string>()];
    }

    private string? Take(IReadOnlyDictionary<string, string> row)
    {
        foreach (var column in _columns)
        {
            if (Cell(row, column) is { } cell)
                return cell;
        }

        if (_mapping.Template is not null)
            return Fill(_mapping.Template, row);
        return _mapping.Constant;
    }

    private string? Fill(string template, IReadOnlyDictionary<string, string> row)
    {
        var filled = new StringBuilder();
        for (var at = 0; ;)
        {
            var open = template.IndexOf('{', at);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            if (close < 0)
                return filled.Append(template, at, template.Length - at).ToString();
            if (_drop.Contains(template[(open + 1)..close]) || Cell(row, template[(open + 1)..close]) is not { } cell)
                return null;
            filled.Append(template, at, open - at).Append(cell);
            at = close + 1;
        }
    }

    private string Rewritten(string text)
    {
        if (_pattern is null)
            return text;
        try
        {
            var match = _pattern.Match(text);
            if (!match.Success)
                return text;
            if (_isDate)
                return Dated(match) ?? text;
            if (_isMeasure)
                return Measured(match) ?? text;
            return match.Groups["value"] is { Success: true } value ? value.Value : text;
        }
        catch (RegexMatchTimeoutException)
        {
            return text;
        }
    }

    private string? Dated(Match match)
    {
        if (!TryReadPart(match, "year", out var year)
            || !TryReadPart(match, "month", out var month)
            || !TryReadPart(match, "day", out var day))
            return null;
        year += _mapping.YearOffset;
        return year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? RowDate.Format(new DateOnly(year, month, day))
            : null;
    }

    private static bool TryReadPart(Match match, string name, out int number)
    {
        number = 0;
        return match.Groups[name].Success
            && int.TryParse(HalfWidth.Of(match.Groups[name].Value), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= 9999;
    }

    /// <summary>Value times the factor of its unit; a unit without a factor leaves the text as it is.</summary>
    private string? Measured(Match match)
    {
        var unit = match.Groups["unit"].Value;
        if (!_mapping.Units.TryGetValue(unit, out var factor))
        {
            if (unit.Length > 0)
                return null;
            factor = 1;
        }

        if (!RowNumber.TryParse(match.Groups["value"].Value, out var value))
            return null;
        try
        {
            return RowNumber.Format(value * factor);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private string? Mapped(string text)
    {
        var mapped = _mapping.Map.TryGetValue(text, out var value) ? value : text;
        return string.IsNullOrWhiteSpace(mapped) ? null : mapped;
    }

    /// <summary>A cell without spaces around it and with plain line feeds; null when that is empty.</summary>
    private static string? Cell(IReadOnlyDictionary<string, string> row, string column) =>
        row.TryGetValue(column, out var cell) && cell.Trim() is { Length: > 0 } text
            ? text.ReplaceLineEndings("\n")
            : null;

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, PatternTimeMax);
        }
    }
}
