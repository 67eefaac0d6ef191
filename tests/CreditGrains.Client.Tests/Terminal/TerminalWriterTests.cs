using CreditGrains.Cli.Terminal;
using CreditGrains.Client.Tests.Server;

namespace CreditGrains.Client.Tests.Terminal;

public sealed class TerminalWriterTests
{
    [Theory]
    [InlineData("fine\x1b[2K\x1b]0;owned\x07", "fine\\u001b[2K\\u001b]0;owned\\u0007")]
    [InlineData("a\nforged line", "a\\u000aforged line")]
    [InlineData("a\rforged", "a\\u000dforged")]
    [InlineData("a\r\nforged", "a\\u000d\\u000aforged")]
    [InlineData("a\u0085b\u009b31m\u007f", "a\\u0085b\\u009b31m\\u007f")]
    [InlineData("\u202egrade A\u2066\u2069\u200f\u061c", "\\u202egrade A\\u2066\\u2069\\u200f\\u061c")]
    [InlineData("a\u2028b\u2029", "a\\u2028b\\u2029")]
    [InlineData("虚构\t𬭩新材料 [red]ok[/]", "虚构\t𬭩新材料 [red]ok[/]")]
    public async Task Line_of_another_s_text_is_one_line_and_obeys_nothing(string text, string shown)
    {
        using var lines = new StringWriter { NewLine = "\n" };
        await using var terminal = new TerminalWriter(lines);
        terminal.WriteLine(text);
        await terminal.WriteLineAsync(text);
        Assert.Equal($"{shown}\n{shown}\n", lines.ToString());
    }

    [Fact]
    public async Task Text_of_several_lines_keeps_its_line_feeds_and_nothing_else()
    {
        using var lines = new StringWriter { NewLine = "\n" };
        await using var terminal = new TerminalWriter(lines);
        await terminal.WriteAsync("a: 1\r\nb: 2\rc\n\x1b[31m");
        terminal.Write('\x1b');
        terminal.Write("x\n\x07".ToCharArray());
        terminal.Write("{0}|", "\x9b");
        Assert.Equal("a: 1\r\nb: 2\\u000dc\n\\u001b[31m\\u001bx\n\\u0007\\u009b|", lines.ToString());
    }

    [Fact]
    public void Json_means_the_same_after_it()
    {
        using var lines = new StringWriter();
        using var terminal = new TerminalWriter(lines);
        JsonOut.Write(terminal, writer => writer.WriteString("note", "a\u202eb\nc\x1b"));
        Assert.Equal("a\u202eb\nc\x1b", System.Text.Json.JsonDocument.Parse(lines.ToString()).RootElement.GetProperty("note").GetString());
        Assert.DoesNotContain('\u202e', lines.ToString());
    }

    [Fact]
    public async Task Command_prints_nothing_that_a_terminal_obeys()
    {
        using var folder = new TemporaryFolder();
        var run = await CliResult.OfAsync(
            folder.Path, new Dictionary<string, string>(), ["feed", "a\x1b[2K\x1b]0;owned\x07\nforged\u202e.csv", "--source", "X"]);
        Assert.Equal(ExitCode.Invalid, run.ExitCode);
        Assert.Contains("a\\u001b[2K\\u001b]0;owned\\u0007\\u000aforged\\u202e.csv", run.Talk, StringComparison.Ordinal);
        Assert.Single(run.Talk.TrimEnd().Split('\n'));
    }
}
