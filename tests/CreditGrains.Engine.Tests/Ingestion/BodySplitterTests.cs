using System.Text;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Engine.Tests.Ingestion;

/// <summary>Bodies cut into lines, in pieces of one byte and at once; a line of no bytes is what no reader takes for an event.</summary>
public sealed class BodySplitterTests
{
    [Theory]
    [InlineData("[{\"a\":1}},{\"b\":2},{\"c\":3}]", "1 {\"a\":1}}|2 {\"b\":2}|3 {\"c\":3}")]
    [InlineData("[{\"a\":1}}},[{\"b\":[2]}],{\"c\":3}]", "1 {\"a\":1}}}|2 [{\"b\":[2]}]|3 {\"c\":3}")]
    [InlineData("[{\"a\":1},{\"b\":2},{\"c\"", "1 {\"a\":1}|2 {\"b\":2}|3 {\"c\"|4 ")]
    [InlineData("[{\"a\":1},{\"b\":2}", "1 {\"a\":1}|2 {\"b\":2}|3 ")]
    [InlineData("[{\"a\":1},{\"b\":\"]", "1 {\"a\":1}|2 {\"b\":\"]|3 ")]
    [InlineData("[", "2 ")]
    [InlineData("[]", "")]
    [InlineData("[{\"a\":1}]\n", "1 {\"a\":1}")]
    [InlineData("{\"a\":1}\n{\"b\"", "1 {\"a\":1}|2 {\"b\"")]
    [InlineData("\n {\"a\":1}\n[b", "2 {\"a\":1}|3 [b")]
    public void Body_in_any_pieces_gives_its_lines_and_an_empty_one_for_a_missing_end(string body, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(expected, Split(bytes, bytes.Length, FeedFormat.Array));
        Assert.Equal(expected, Split(bytes, 1, FeedFormat.Array));
    }

    [Theory]
    [InlineData("[oops\n{\"a\":1}\n{\"b\":\"]\"}\n", "1 [oops|2 {\"a\":1}|3 {\"b\":\"]\"}")]
    [InlineData("\n \n[{\"a\":1},\n{\"b\":2}]\n{\"c\":3}", "3 [{\"a\":1},|4 {\"b\":2}]|5 {\"c\":3}")]
    [InlineData("[]", "1 []")]
    public void Lines_that_begin_with_a_bracket_stay_lines_of_their_own(string body, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(expected, Split(bytes, bytes.Length, FeedFormat.Lines));
        Assert.Equal(expected, Split(bytes, 1, FeedFormat.Lines));
    }

    private static string Split(byte[] bytes, int piece, FeedFormat format)
    {
        var splitter = new BodySplitter(1024, 1000, format);
        var batch = new LineBatch();
        for (var at = 0; at < bytes.Length; at += piece)
            Assert.Equal(piece, splitter.Take(bytes.AsSpan(at, piece), batch));
        splitter.End(batch);
        return string.Join('|', batch.Lines.Select((line, i) => $"{line.Line} {Encoding.UTF8.GetString(batch[i].Span)}"));
    }
}
