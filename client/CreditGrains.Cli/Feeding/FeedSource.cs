using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Cli.Feeding;

/// <summary>A file that can be fed, and how it is read: said before anything is sent.</summary>
/// <param name="File">Its lines.</param>
/// <param name="Read">How it is encoded and separated, or its sheet.</param>
internal sealed record FeedSource(IFeedFile File, string Read)
{
    /// <summary>The mapping of its rows; null for events.</summary>
    public string? Mapping { get; init; }

    /// <summary>1-based row of the header; null for events.</summary>
    public long? HeaderRow { get; init; }

    /// <summary>What becomes of its columns; null for events.</summary>
    public Columns? Columns { get; init; }

    /// <summary>Says how the file is read.</summary>
    public void Tell(Surroundings surroundings, string path)
    {
        var talk = surroundings.Talk;
        talk.WriteLine($"{Path.GetFileName(path)}: {Read}{(Mapping is null ? "" : $", mapping '{Mapping}', header in row {HeaderRow}")}.");
        if (Columns is null)
            return;
        Say("used", Columns.Used);
        Say("unused", Columns.Unused);
        Say("left out on purpose", Columns.Dropped);
        Say("missing", Columns.Missing);

        void Say(string what, IReadOnlyList<string> columns)
        {
            if (columns.Count > 0)
                talk.WriteLine($"  {what}: {string.Join(", ", columns)}");
        }
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteString("read", Read);
        if (Columns is null)
            return;
        writer.WriteNumber("headerRow", HeaderRow ?? 0);
        writer.WriteStartObject("columns");
        Write("used", Columns.Used);
        Write("unused", Columns.Unused);
        Write("dropped", Columns.Dropped);
        Write("missing", Columns.Missing);
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
