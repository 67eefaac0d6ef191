namespace CreditGrains.Testing;

/// <summary>Published real data beside the repository: test input that is never copied into it.</summary>
public static class SharedData
{
    /// <summary>The file's path; skips the test where the data is absent.</summary>
    public static string File(string relative)
    {
        var root = Environment.GetEnvironmentVariable("CREDIT_SHARED");
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); root is null && at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(candidate))
                root = candidate;
        }

        var path = root is null ? null : Path.Combine(root, relative);
        Assert.SkipUnless(System.IO.File.Exists(path), $"shared/data/{relative} is not on this machine");
        return path!;
    }

    /// <summary>Rows of a CSV file by column; quoted cells may hold commas, quotes and line feeds.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Rows(string relative)
    {
        using var reader = new StreamReader(File(relative));
        var header = ReadCells(reader) ?? [];
        while (ReadCells(reader) is { } cells)
            yield return header.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static List<string>? ReadCells(StreamReader reader)
    {
        if (reader.Peek() < 0)
            return null;
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        for (int c; (c = reader.Read()) >= 0;)
        {
            if (quoted)
            {
                if (c != '"')
                    cell.Append((char)c);
                else if (reader.Peek() == '"')
                    cell.Append((char)reader.Read());
                else
                    quoted = false;
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c == ',')
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else if (c == '\n')
            {
                break;
            }
            else if (c is not ('\r' or '\uFEFF'))
            {
                cell.Append((char)c);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
