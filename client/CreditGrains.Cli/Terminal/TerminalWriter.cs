using System.Buffers;
using System.Globalization;
using System.Text;

namespace CreditGrains.Cli.Terminal;

/// <summary>
/// Writes to a terminal what may hold texts of others (names, notes, reasons): control characters and bidirectional controls are shown as
/// <c>\uXXXX</c> instead of being obeyed, and one <c>WriteLine</c> is one line, so that a line feed in a text cannot forge another.
/// <c>Write</c> keeps line feeds. Within JSON the escapes mean the same characters.
/// </summary>
internal sealed class TerminalWriter : TextWriter
{
    private static readonly SearchValues<char> Obeyed = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(IsObeyed)]);

    private readonly TextWriter _inner;
    private readonly bool _keepsLines;

    /// <param name="inner">Where it goes; stays the caller's.</param>
    /// <param name="keepsLines">For texts of the program's own, such as its help: line feeds within a line are kept.</param>
    public TerminalWriter(TextWriter inner, bool keepsLines = false)
    {
        _inner = Inner(inner);
        _keepsLines = keepsLines;
        CoreNewLine = inner.NewLine.ToCharArray();
    }

    public override Encoding Encoding => _inner.Encoding;

    /// <summary>The writer under it, for what draws by control sequences of its own.</summary>
    public static TextWriter Inner(TextWriter writer) => writer is TerminalWriter terminal ? terminal._inner : writer;

    /// <summary>The text with everything a terminal would obey made visible; the same instance when there is nothing.</summary>
    /// <param name="text">A text of any origin.</param>
    /// <param name="keepsLines">Line feeds, also after a carriage return, stay.</param>
    public static string Visible(string text, bool keepsLines = false)
    {
        var at = text.AsSpan().IndexOfAny(Obeyed);
        if (at < 0)
            return text;
        var visible = new StringBuilder(text, 0, at, text.Length + 16);
        for (; at < text.Length; at++)
        {
            var c = text[at];
            var stays = !Obeyed.Contains(c)
                || (keepsLines && (c == '\n' || (c == '\r' && at + 1 < text.Length && text[at + 1] == '\n')));
            _ = stays ? visible.Append(c) : visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return visible.ToString();
    }

    public override void Write(char value) =>
        _inner.Write(IsObeyed(value) && value is not ('\n' or '\r') ? Visible($"{value}") : $"{value}");

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => _inner.Write(Visible(value ?? "", keepsLines: true));

    public override void WriteLine(string? value) => _inner.WriteLine(Visible(value ?? "", _keepsLines));

    public override void WriteLine() => _inner.WriteLine();

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value) => _inner.WriteAsync(Visible(value ?? "", keepsLines: true));

    public override Task WriteLineAsync(string? value) => _inner.WriteLineAsync(Visible(value ?? "", _keepsLines));

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync() => _inner.FlushAsync();

    /// <summary>Controls but the tab, line and paragraph separators; marks, embeddings, overrides and isolates of direction.</summary>
    private static bool IsObeyed(char c) =>
        (char.IsControl(c) && c != '\t')
        || c is '\u061C' or '\u200E' or '\u200F' or '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
