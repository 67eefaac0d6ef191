using System.Text.Json;
using CreditGrains.Cli.Terminal;
using CreditGrains.FeedFiles;

namespace CreditGrains.Cli.Feeding;

/// <summary>Says how a file is read.</summary>
internal static class FeedSourceText
{
    /// <summary>Says how the file is read.</summary>
    public static void Tell(this FeedSource feed, Surroundings surroundings, string path)
    {
        var talk = surroundings.Talk;
        var rows = feed.Mapping is null ? "" : $", mapping '{feed.Mapping}', header in row {feed.HeaderRow}";
        talk.WriteLine($"{Path.GetFileName(path)}: {feed.Read}{rows}.");
        if (feed.Columns is null)
            return;
        Say("used", feed.Columns.Used);
        Say("unused", feed.Columns.Unused);
        Say("left out on purpose", feed.Columns.Dropped);
        Say("missing", feed.Columns.Missing);

        void Say(string what, IReadOnlyList<string> columns)
        {
            if (columns.Count > 0)
                talk.WriteLine($"  {what}: {string.Join(", ", columns)}");
        }
    }

    public static void WriteTo(this FeedSource feed, Utf8JsonWriter writer)
    {
        writer.WriteString("read", feed.Read);
        if (feed.Columns is null)
            return;
        writer.WriteNumber("headerRow", feed.HeaderRow ?? 0);
        writer.WriteStartObject("columns");
        Write("used", feed.Columns.Used);
        Write("unused", feed.Columns.Unused);
        Write("dropped", feed.Columns.Dropped);
        Write("missing", feed.Columns.Missing);
        writer.WriteEndObject();

        void Write(string name, IReadOnlyList<string> columns)
        {
            writer.WriteStartArray(name);
            foreach (var column in columns)
                writer.WriteStringValue(column);
            writer.WriteEndArray();
        }
    }
}
