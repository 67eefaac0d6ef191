using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Feeding;

/// <summary>What became of a feed: counts, and for each reason of rejection a few examples.</summary>
internal sealed class FeedSummary
{
    private const int ExamplesMax = 3;

    private readonly SortedDictionary<string, (long Count, List<(long Row, string? Id,
        string? Detail)> Examples)> _codes = new(StringComparer.Ordinal);

    private readonly SortedDictionary<string, (long Count, List<(long Row, string? Id,
        string? Detail)> Examples)> _warnings = new(StringComparer.Ordinal);

    public long Accepted { get; private set; }

    public long Duplicate { get; private set; }

    public long Stale { get; private set; }

    public long Rejected { get; private set; }

    public long Lines => Accepted + Duplicate + Stale + Rejected;

    /// <summary>Token of the newest batch; null when nothing was sent.</summary>
    public string? Token { get; private set; }

    public void Add(FeedBatch batch, FeedReceipt receipt)
    {
        Accepted += receipt.Accepted;
        Duplicate += receipt.Duplicate;
        Stale += receipt.Stale;
        Rejected += receipt.Rejected;
        Token = receipt.Token;
        foreach (var line in receipt.Lines)
        {
            var row = batch.RowOf(line.Line);
            if (line.Outcome == "rejected")
                Count(_codes, line.Code ?? "unknown", row, line.Id, line.Detail);
            foreach (var warning in line.Warnings ?? [])
                Count(_warnings, warning.Code, row, line.Id, warning.Detail);
        }
    }

    private static void Count(
        SortedDictionary<string, (long Count, List<(long Row, string? Id, string? Detail)> Examples)> codes, string code, long row,
        string? id, string? detail)
    {
        var (count, examples) = codes.TryGetValue(code, out var known) ? known : (0, []);
        if (examples.Count < ExamplesMax)
            examples.Add((row, id, detail));
        codes[code] = (count + 1, examples);
    }

    public void Show(Surroundings surroundings, string source, TimeSpan took)
    {
        var output = surroundings.Out;
        output.WriteLine(
            $"{Lines} lines in {took.TotalSeconds:0.0} s: {Accepted} accepted, {Duplicate} duplicate, {Stale} stale, {Rejected} rejected");
        foreach (var (code, (count, examples)) in _codes.OrderByDescending(code => code.Value.Count))
        {
            output.WriteLine($"  {count,8}  {code}");
            foreach (var (row, id, detail) in examples)
                output.WriteLine($"            row {row}{(id is null ? "" : $", {id}")}: {detail}");
        }

        foreach (var (code, (count, examples)) in _warnings)
        {
            output.WriteLine($"  {count,8}  {code} (warning, accepted)");
            foreach (var (row, id, detail) in examples)
                output.WriteLine($"            row {row}{(id is null ? "" : $", {id}")}: {detail}");
        }

        if (Rejected > 0)
            surroundings.Talk.WriteLine($"Rejected lines wait in the quarantine: credit quarantine list --source {source}");
    }

    public void ShowJson(Surroundings surroundings, string file, string source, string? mapping, FeedPlace resumedFrom, TimeSpan took) =>
        JsonOut.Write(surroundings.Out, writer =>
        {
            writer.WriteString("file", file);
            writer.WriteString("source", source);
            writer.WriteString("mapping", mapping);
            writer.WriteNumber("resumedAfterRow", resumedFrom.Rows);
            writer.WriteNumber("lines", Lines);
            writer.WriteNumber("accepted", Accepted);
            writer.WriteNumber("duplicate", Duplicate);
            writer.WriteNumber("stale", Stale);
            writer.WriteNumber("rejected", Rejected);
            writer.WriteStartObject("codes");
            foreach (var (code, (count, _)) in _codes)
                writer.WriteNumber(code, count);
            writer.WriteEndObject();
            writer.WriteStartObject("warnings");
            foreach (var (code, (count, _)) in _warnings)
                writer.WriteNumber(code, count);
            writer.WriteEndObject();
            writer.WriteStartArray("examples");
            foreach (var (code, (_, examples)) in _codes)
            {
                foreach (var (row, id, detail) in examples)
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("row", row);
                    writer.WriteString("id", id);
                    writer.WriteString("code", code);
                    writer.WriteString("detail", detail);
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
            writer.WriteString("token", Token);
            writer.WriteNumber("seconds", Math.Round(took.TotalSeconds, 3));
        });
}
