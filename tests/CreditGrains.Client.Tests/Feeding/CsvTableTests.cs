using System.Text;
using CreditGrains.Cli.Feeding;
using CreditGrains.FeedFiles;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Feeding;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static CsvTableTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public void Dispose() => _folder.Dispose();

    /// <summary>Cells with bars between them; a row that is refused as its code.</summary>
    [Theory]
    [InlineData("a,b,c\n1,2,3\n", "2 1|2|3")]
    [InlineData("a,b,c\r\n1,\"2,\r\n\"\"x\"\"\",3\r\n4,5,6", "2 1|2,\r\n\"x\"|3 / 4 4|5|6")]
    [InlineData("a,b\r1,2\r3,4\r", "2 1|2 / 3 3|4")]
    [InlineData("a,b,c\n1,\"2,3\n4,5,6\n7,8,9\n", "2 malformed-row / 3 4|5|6 / 4 7|8|9")]
    [InlineData("a,b,c\n\"1\",\"2\",\"3\n\"4\",\"5\",\"6\"\n", "2 malformed-row / 3 4|5|6")]
    [InlineData("a,b,c\n1,2,\"3\n4,5,6\n7,8,9\"\n1,1,1\n", "2 malformed-row / 3 4|5|6 / 4 malformed-row / 5 1|1|1")]
    [InlineData("a,b,c\n1,2,\"3\n4,5,6\"\n7,8,9\n", "2 malformed-row / 3 malformed-row / 4 7|8|9")]
    [InlineData("a,b,c\n\"1,2,3\n4\",5,6\n7,8,9\n", "2 malformed-row / 3 malformed-row / 4 7|8|9")]
    [InlineData("a,b,c\n\"x\ny\",2,3\n7,8,9\n", "2 x\ny|2|3 / 4 7|8|9")]
    [InlineData("a,b,c\n\"x\ny\"z,2,3\n4,5,6\n", "2 malformed-row / 3 malformed-row / 4 4|5|6")]
    [InlineData("a,b,c\n1,\"2,3\n4,5\"x\"y,6\n7,8,9\n", "2 malformed-row / 3 4|5\"x\"y|6 / 4 7|8|9")]
    [InlineData("a,b,c\n1,\"2\"x,3\n4,5,6\n", "2 malformed-row / 3 4|5|6")]
    [InlineData("a,b,c\n1,2,3,\n4,5\n6,7,8\n", "2 malformed-row / 3 malformed-row / 4 6|7|8")]
    [InlineData("a,b,c\n1,x\"y\"z,3\n", "2 1|x\"y\"z|3")]
    [InlineData("a;b;c\n1;2,5;3\n", "2 1|2,5|3")]
    [InlineData("sep=|\na|b\n1|2,5\n", "3 1|2,5")]
    [InlineData("a,b\n\n  \n1,\n,\n", "4 1| / 5 |")]
    [InlineData("a,b\n1,\0\n2,3\n", "2 control-character / 3 2|3")]
    [InlineData("a\n\"1\n2\"\n3\n", "2 malformed-row / 3 malformed-row / 4 3")]
    [InlineData("a,b\n1,\"x\ny\"\n2,3\n", "2 1|x\ny / 4 2|3")]
    public void Row_is_read_in_one_way_or_refused_by_itself(string text, string expected) => Assert.Equal(expected, Read(text));

    [Fact]
    public void Line_without_an_end_costs_no_memory_and_no_other_row() =>
        Assert.Equal("2 line-too-long / 3 1|2", Read($"a,b\n{new string('x', 3_000_000)},1\n1,2\n"));

    [Fact]
    public void Quote_that_is_never_closed_is_looked_for_in_a_bounded_number_of_lines()
    {
        var rows = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},x\n"));
        var read = Read($"a,b\n1,\"2\n{rows}").Split(" / ");
        Assert.Equal(("2 malformed-row", 50_001), (read[0], read.Length));
    }

    [Fact]
    public void Header_may_stand_below_a_title_and_break_over_lines()
    {
        var table = Table("处罚信息表\n\n\"uscc\",\"na\nme\"\n1,2\n");
        using var rows = table.Open(3);
        Assert.Equal(["uscc", "na\nme"], rows.Header);
        Assert.Equal(3, rows.Row);
        Assert.True(rows.Read());
        Assert.Equal((5, "1", "2"), (rows.Row, rows[0], rows[1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("a,\"b\n1,2\n")]
    [InlineData("a,\"b\"x\n1,2\n")]
    [InlineData("a,\0b\n1,2\n")]
    public void Header_that_is_none_is_an_invalid_file(string text) =>
        Assert.Throws<FeedFileException>(() => Table(text).Open());

    private CsvTable Table(string text)
    {
        var path = _folder.Write("a.csv", text);
        return new CsvTable(path, TextEncoding.Of(path));
    }

    private string Read(string text)
    {
        using var rows = Table(text).Open();
        var read = new List<string>();
        while (rows.Read())
            read.Add($"{rows.Row} {rows.Fault?.Error.Code ?? string.Join('|', rows.Header.Select((_, i) => rows[i]))}");
        return string.Join(" / ", read);
    }
}
