using CreditGrains.FeedFiles;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>
/// Result of an uploaded file: counts, and the outcome of each row, with consecutive rows of one outcome drawn together. Bounded: beyond,
/// the entries are cut and the counts go on.
/// </summary>
public sealed class UploadReport
{
    private const int EntriesMax = 2000;
    private readonly List<UploadEntry> _entries = [];
    private readonly SortedDictionary<string, long> _codes = new(StringComparer.Ordinal);

    /// <summary>Rows that have an outcome: all of the file.</summary>
    public long Rows => Accepted + Duplicate + Stale + Rejected;

    public long Accepted { get; private set; }

    public long Duplicate { get; private set; }

    public long Stale { get; private set; }

    /// <summary>Rejected by the platform, or refused while reading.</summary>
    public long Rejected { get; private set; }

    /// <summary>Of <see cref="Rejected"/>, rows that were not sent.</summary>
    public long Refused { get; private set; }

    /// <summary>Rejected rows by code, the most frequent first.</summary>
    public IEnumerable<(string Code, long Count)> Codes =>
        _codes.OrderByDescending(code => code.Value).Select(code => (code.Key, code.Value));

    /// <summary>In the file's order.</summary>
    public IReadOnlyList<UploadEntry> Entries => _entries;

    /// <summary>More entries would have followed.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Adds the next row of the file.</summary>
    public void Add(RowOutcome row)
    {
        ArgumentNullException.ThrowIfNull(row);
        switch (row.Outcome)
        {
            case "accepted":
                Accepted++;
                break;
            case "duplicate":
                Duplicate++;
                break;
            case "stale":
                Stale++;
                break;
            default:
                Rejected++;
                Refused += row.IsRefused ? 1 : 0;
                _codes[row.Code ?? ""] = _codes.GetValueOrDefault(row.Code ?? "") + 1;
                break;
        }

        var isPlain = row.Detail is null && row.Warnings is null;
        if (isPlain && !IsCut && _entries.Count > 0 && _entries[^1] is { Detail: null, Warnings: null } last && last.Outcome == row.Outcome
            && last.Last == row.Row - 1)
            _entries[^1] = last with { Last = row.Row, Id = null };
        else if (_entries.Count < EntriesMax)
            _entries.Add(new UploadEntry(row.Row, row.Row, row.Outcome, row.Id, row.Code, row.Detail, row.Warnings));
        else
            IsCut = true;
    }
}

/// <summary>Some rows of one outcome.</summary>
/// <param name="First">First row.</param>
/// <param name="Last">Last row.</param>
/// <param name="Outcome">Outcome of the rows.</param>
/// <param name="Id">Of one row alone: the record's id.</param>
/// <param name="Code">Why it was rejected.</param>
/// <param name="Detail">The same in words.</param>
/// <param name="Warnings">Doubts.</param>
public sealed record UploadEntry(
    long First, long Last, string Outcome, string? Id, string? Code, Text? Detail, IReadOnlyList<Text>? Warnings);

/// <summary>The page that answers an upload.</summary>
/// <param name="Source">Source that reported.</param>
/// <param name="File">Name of the file.</param>
/// <param name="Read">How it is encoded and separated, or its sheet.</param>
/// <param name="Mapping">The mapping of its rows; null for events.</param>
/// <param name="HeaderRow">Row of the column names.</param>
/// <param name="Columns">Columns used, unused, dropped, missing; null for events.</param>
/// <param name="Report">Result of the upload.</param>
/// <param name="Broken">Why reading ended before the file did; null when it did not.</param>
public sealed record UploadReportModel(
    string Source, string File, string Read, string? Mapping, long? HeaderRow, UploadColumns? Columns, UploadReport Report, Text? Broken);

/// <summary>Columns of a file and their use.</summary>
public sealed record UploadColumns(
    IReadOnlyList<string> Used, IReadOnlyList<string> Unused, IReadOnlyList<string> Dropped, IReadOnlyList<string> Missing)
{
    internal static UploadColumns? Of(Columns? columns) =>
        columns is null ? null : new UploadColumns(columns.Used, columns.Unused, columns.Dropped, columns.Missing);
}
