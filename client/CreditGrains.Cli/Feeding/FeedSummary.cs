using CreditGrains.Cli.Terminal;
using CreditGrains.Client;
using CreditGrains.FeedFiles;

namespace CreditGrains.Cli.Feeding;

/// <summary>
/// Result of a feed: counts, and for each reason of rejection a few examples. Every row has one outcome: rows refused before sending are
/// rejected ones, and an answer that lacks the outcome of a line sent ends the feed.
/// </summary>
/// <param name="report">Told of every row that was not accepted, one JSON object a line; null for none.</param>
internal sealed class FeedSummary(TextWriter? report = null)
{
    private const int ExamplesMax = 3;

    /// <summary>Rows refused here are in no quarantine, so more of them are named.</summary>
    private const int RefusedNamedMax = 1000;

    private readonly SortedDictionary<string, (long Count, List<Row> Examples)> _codes = new(StringComparer.Ordinal);
    private readonly List<long> _refused = [];
    private readonly SortedDictionary<string, (long Count, List<Row> Examples)> _warnings = new(StringComparer.Ordinal);

    public long Accepted { get; private set; }

    public long Duplicate { get; private set; }

    public long Stale { get; private set; }

    /// <summary>Rejected by the server or refused before.</summary>
    public long Rejected { get; private set; }

    /// <summary>Of <see cref="Rejected"/>, those that were not sent.</summary>
    public long Refused { get; private set; }

    /// <summary>Rows that have an outcome.</summary>
    public long Lines => Accepted + Duplicate + Stale + Rejected;

    /// <summary>Token of the newest batch; null when nothing was sent.</summary>
    public string? Token { get; private set; }

    /// <exception cref="CliException">The answer does not tell of every line of the batch.</exception>
    public void Add(FeedBatch batch, FeedReceipt receipt)
    {
        var answered = receipt.Accepted + receipt.Duplicate + receipt.Stale + receipt.Rejected;
        if (answered != batch.Lines)
        {
            throw new CliException(ExitCode.Unaccounted,
                $"Of {batch.Lines} rows sent, row {batch.RowOf(1)} to {batch.End.Rows}, {answered} have an outcome.",
                "Nothing can be said about the others. Report it to the operator, and feed the file again: what is known does no harm.");
        }

        Accepted += receipt.Accepted;
        Duplicate += receipt.Duplicate;
        Stale += receipt.Stale;
        Rejected += receipt.Rejected + batch.Refused.Count;
        Refused += batch.Refused.Count;
        Token = batch.Lines > 0 ? receipt.Token : Token;
        var rows = receipt.Lines.Select(line => new Row(batch.RowOf(line.Line), line.Id, line.Outcome, line.Code, line.Detail))
            .Concat(batch.Refused.Select(row =>
                new Row(row.Row, null, "rejected", row.Error.Code, $"{row.Error.Sentence.In("en")} ({row.Detail})")));
        foreach (var row in report is null ? rows : rows.OrderBy(row => row.Number))
        {
            if (report is not null && row.Outcome != "accepted")
                JsonOut.Write(report, row.WriteTo);
            if (row.Outcome == "rejected")
                Count(_codes, row.Code ?? "unknown", row);
        }

        foreach (var line in receipt.Lines)
        {
            foreach (var warning in line.Warnings ?? [])
                Count(_warnings, warning.Code, new Row(batch.RowOf(line.Line), line.Id, line.Outcome, warning.Code, warning.Detail));
        }

        _refused.AddRange(batch.Refused.Select(row => row.Row).Take(RefusedNamedMax - _refused.Count));
    }

    public void Show(Surroundings surroundings, string source, TimeSpan took)
    {
        var output = surroundings.Out;
        output.WriteLine(
            $"{Lines} lines in {took.TotalSeconds:0.0} s: {Accepted} accepted, {Duplicate} duplicate, {Stale} stale, {Rejected} rejected");
        foreach (var (code, (count, examples)) in _codes.OrderByDescending(code => code.Value.Count))
        {
            output.WriteLine($"  {count,8}  {code}");
            foreach (var row in examples)
                output.WriteLine($"            row {row.Number}{(row.Id is null ? "" : $", {row.Id}")}: {row.Detail}");
        }

        foreach (var (code, (count, examples)) in _warnings)
        {
            output.WriteLine($"  {count,8}  {code} (warning, accepted)");
            foreach (var row in examples)
                output.WriteLine($"            row {row.Number}{(row.Id is null ? "" : $", {row.Id}")}: {row.Detail}");
        }

        if (Refused > 0)
        {
            var others = Refused > _refused.Count ? $" and {Refused - _refused.Count} more (--report FILE names all)" : "";
            output.WriteLine($"Not sent, and in no quarantine: {Ranges(_refused)}{others}");
            surroundings.Talk.WriteLine(
                "Put these rows right and feed the file again: what is known already is a duplicate and does no harm.");
        }

        if (Rejected > Refused)
            surroundings.Talk.WriteLine($"Rejected lines wait in the quarantine: credit quarantine list --source {source}");
    }

    public void ShowJson(
        Surroundings surroundings, string file, string source, FeedSource fed, FeedPlace resumedFrom, TimeSpan took) =>
        JsonOut.Write(surroundings.Out, writer =>
        {
            writer.WriteString("file", file);
            writer.WriteString("source", source);
            writer.WriteString("mapping", fed.Mapping);
            fed.WriteTo(writer);
            writer.WriteNumber("resumedAfterRow", resumedFrom.Rows);
            writer.WriteNumber("lines", Lines);
            writer.WriteNumber("accepted", Accepted);
            writer.WriteNumber("duplicate", Duplicate);
            writer.WriteNumber("stale", Stale);
            writer.WriteNumber("rejected", Rejected);
            writer.WriteNumber("refused", Refused);
            writer.WriteStartArray("refusedRows");
            foreach (var row in _refused)
                writer.WriteNumberValue(row);
            writer.WriteEndArray();
            writer.WriteStartObject("codes");
            foreach (var (code, (count, _)) in _codes)
                writer.WriteNumber(code, count);
            writer.WriteEndObject();
            writer.WriteStartObject("warnings");
            foreach (var (code, (count, _)) in _warnings)
                writer.WriteNumber(code, count);
            writer.WriteEndObject();
            writer.WriteStartArray("examples");
            foreach (var row in _codes.Values.SelectMany(code => code.Examples))
            {
                writer.WriteStartObject();
                row.WriteTo(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("token", Token);
            writer.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
        });

    private static void Count(SortedDictionary<string, (long Count, List<Row> Examples)> codes, string code, Row row)
    {
        var (count, examples) = codes.TryGetValue(code, out var known) ? known : (0, []);
        if (examples.Count < ExamplesMax)
            examples.Add(row);
        codes[code] = (count + 1, examples);
    }

    private static string Ranges(List<long> rows)
    {
        var ranges = new List<(long First, long Last)>();
        foreach (var row in rows)
        {
            if (ranges.Count > 0 && ranges[^1].Last == row - 1)
                ranges[^1] = (ranges[^1].First, row);
            else
                ranges.Add((row, row));
        }

        return (rows.Count == 1 ? "row " : "rows ")
            + string.Join(", ", ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }

    /// <summary>A row that was not accepted.</summary>
    private sealed record Row(long Number, string? Id, string Outcome, string? Code, string? Detail)
    {
        public void WriteTo(System.Text.Json.Utf8JsonWriter writer)
        {
            writer.WriteNumber("row", Number);
            writer.WriteString("id", Id);
            writer.WriteString("outcome", Outcome);
            writer.WriteString("code", Code);
            writer.WriteString("detail", Detail);
        }
    }
}
