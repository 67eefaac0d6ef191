using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace CreditGrains.Portal.Tests;

/// <summary>A file reported in the browser: how it is read, and the outcome of every row.</summary>
public sealed class UploadTests(PortalFixture portal)
{
    private const string Address = "/portal/sources/DEMO/upload";

    [Fact]
    public async Task Table_is_read_and_every_row_has_its_outcome_once()
    {
        var (one, two) = (Invented.Code(), Invented.Code());
        using var officer = await portal.SignedInForAsync("source", "data-quality");
        string[] rows =
        [
            "uscc,name,extra", $"{one},虚构上传一号有限公司,x", $"{two},虚构上传二号有限公司,x", $"{one[..^1]}?,虚构坏码有限公司,x",
            $"\"{one},虚构没有关上的引号,x", $"{one},虚构上传一号有限公司,x",
        ];
        var report = await SendAsync(
            officer, "enterprises.csv", Encoding.UTF8.GetBytes(string.Join('\n', rows)), ("mapping", "enterprises-cn"));
        Assert.True(report.Status == 200, report.Words);
        Assert.Contains("UTF-8，逗号分隔", report.Words, StringComparison.Ordinal);
        Assert.Contains("对应关系“enterprises-cn”，列名在第 1 行", report.Words, StringComparison.Ordinal);
        Assert.Contains("未使用的列（其内容没有报送） extra", report.Words, StringComparison.Ordinal);
        Assert.Contains("文件中没有的列", report.Words, StringComparison.Ordinal);
        Assert.Contains("共 5 行", report.Words, StringComparison.Ordinal);
        foreach (var row in new[] { "第 4 行", "第 5 行" })
            Assert.Contains(row, report.Words, StringComparison.Ordinal);
        Assert.Contains("malformed-row", report.Words, StringComparison.Ordinal);
        Assert.Contains("没有进入“退回的数据”", report.Words, StringComparison.Ordinal);
        var counts = Counts(report);
        Assert.Equal(5, counts.Sum());
        Assert.Equal(5, RowsListed(report));
    }

    [Fact]
    public async Task Events_in_gb18030_are_recognised_and_answered_as_csv_row_by_row()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var subject = Invented.Code();
        var lines = Enumerable.Range(1, 30).Select(i => i % 10 == 0
            ? Invented.Penalty(subject, $"传罚{i:00}号", decidedOn: "2999-01-01") : Invented.Penalty(subject, $"传罚{i:00}号"));
        var content = Encoding.GetEncoding("gb18030").GetBytes(string.Join("\r\n", lines) + "\r\n");
        using var officer = await portal.SignedInForAsync("source", "data-quality", "en");
        var answer = await SendAsync(officer, "报送.ndjson", content, ("answer", "csv"));
        Assert.Equal("text/csv", answer.Type);
        Assert.Contains("attachment", answer.Headers["Content-Disposition"], StringComparison.Ordinal);
        var rows = answer.Text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("row,id,outcome,code,detail", rows[0]);
        Assert.Equal(Enumerable.Range(1, 30), rows.Skip(1).Select(row => int.Parse(row.Split(',')[0])));
        Assert.Equal(27, rows.Count(row => row.Contains(",accepted,", StringComparison.Ordinal)));
        Assert.StartsWith("10,传罚10号,rejected,date-in-future,", rows[10], StringComparison.Ordinal);

        // The same once more, as a page: what is known is a duplicate, and rows that follow each other are one entry.
        var page = await SendAsync(officer, "报送.ndjson", content);
        Assert.Contains("GB 18030, one event a line", page.Words, StringComparison.Ordinal);
        Assert.Contains("Rows 1 to 9", page.Words, StringComparison.Ordinal);
        Assert.Equal(30, Counts(page).Sum());
        Assert.Equal(30, RowsListed(page));
    }

    [Theory]
    [InlineData("a.csv", "x,y\n1,2\n", "", "没有适合这些列的对应关系")]
    [InlineData("a.csv", "", "", "文件是空的")]
    [InlineData("a.xlsx", "no workbook, but long enough to be looked at", "", "不是可以读取的工作簿")]
    [InlineData("a.json", "[{\"id\":1},", "", "")]
    [InlineData("a.exe", "MZ", "", "不能报送后缀为“.exe”的文件")]
    [InlineData("../../<script>.csv", "x\n1\n", "nope", "没有对应关系“nope”")]
    [InlineData("标题.csv", "企业名单\nuscc,name\n", "", "第 2 行看起来是列名")]
    public async Task File_that_cannot_be_read_says_why_in_the_language_of_the_page(string name, string text, string mapping, string why)
    {
        using var officer = await portal.SignedInForAsync("source", "data-quality");
        var answer = await SendAsync(officer, name, Encoding.UTF8.GetBytes(text), ("mapping", mapping));
        Assert.Equal(why.Length > 0 ? 422 : 200, answer.Status);
        Assert.StartsWith("错误：", answer.Title, StringComparison.Ordinal);
        Assert.Contains(why, answer.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", answer.Text, StringComparison.Ordinal);
        Assert.Empty(UploadsLeft());
    }

    [Fact]
    public async Task Form_without_a_file_or_with_a_stale_token_reports_nothing_and_keeps_what_was_typed()
    {
        using var officer = await portal.SignedInForAsync("source", "data-quality", "en");
        var none = await SendAsync(officer, "", [], ("headerRow", "zero"), ("sheet", "表二"));
        Assert.Equal(422, none.Status);
        Assert.Contains("Choose the file to report", none.Words, StringComparison.Ordinal);
        Assert.Contains("Enter a whole number, 1 or more", none.Words, StringComparison.Ordinal);
        Assert.Contains("表二", none.Text, StringComparison.Ordinal);
        var subject = Invented.Code();
        using var stale = Form("x.ndjson", Encoding.UTF8.GetBytes(Invented.Registration(subject)), ("__token", "stale"));
        var refused = await officer.OneAsync(HttpMethod.Post, Address, stale);
        Assert.Equal(422, refused.Status);
        Assert.Null(await portal.Server.Engine.Subjects.FindAsync(
            new Domain.Subjects.SubjectId(subject), Engine.Subjects.Consistency.Latest, PortalFixture.Stop));
        Assert.Empty(UploadsLeft());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_of_a_gigabyte_is_refused_with_a_page(bool saysItsLength)
    {
        using var officer = await portal.SignedInForAsync("source", "data-quality", "en");
        var token = TokenOf(await officer.GetAsync(Address));
        using var form = new MultipartFormDataContent { { new StringContent(token), "__token" } };
        using var file = new StreamContent(new EndlessStream(1L << 30, saysItsLength));
        form.Add(file, "file", "huge.ndjson");
        var answer = await officer.OneAsync(HttpMethod.Post, Address, form);
        Assert.Equal(413, answer.Status);
        Assert.Contains("larger than 256 MB", answer.Words, StringComparison.Ordinal);
        Assert.Empty(UploadsLeft());
    }

    [Fact]
    public async Task Session_that_ended_asks_to_sign_in_and_comes_back_to_the_form()
    {
        using var officer = await portal.SignedInForAsync("source", "data-quality", "en");
        var token = TokenOf(await officer.GetAsync(Address));
        officer.LoseSession();
        using var form = Form("x.ndjson", "{}"u8.ToArray(), ("__token", token));
        var answer = await officer.OneAsync(HttpMethod.Post, Address, form);
        Assert.Equal(303, answer.Status);
        Assert.Equal($"/portal/session/sign-in?return={Uri.EscapeDataString(Address)}", answer.Location);
    }

    [Fact]
    public async Task Upload_for_another_source_is_refused()
    {
        using var officer = await portal.SignedInForAsync("source", "data-quality", "en");
        using var form = Form("x.ndjson", "{}"u8.ToArray(), ("__token", TokenOf(await officer.GetAsync(Address))));
        Assert.Equal(403, (await officer.OneAsync(HttpMethod.Post, "/portal/sources/OTHER/upload", form)).Status);
    }

    private static async Task<PageAnswer> SendAsync(
        Visitor officer, string name, byte[] content, params (string Name, string Value)[] fields)
    {
        var token = TokenOf(await officer.GetAsync(Address));
        using var form = Form(name, content, [("__token", token), .. fields]);
        return await officer.OneAsync(HttpMethod.Post, Address, form);
    }

    private static MultipartFormDataContent Form(string name, byte[] content, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, value) in fields)
            form.Add(new StringContent(value), field);
        var file = new ByteArrayContent(content);

        // As browsers write it: the name as it is, in UTF-8.
        file.Headers.TryAddWithoutValidation(
            "Content-Disposition", $"form-data; name=\"file\"; filename=\"{name.Replace("\"", "%22", StringComparison.Ordinal)}\"");
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file);
        return form;
    }

    private static string TokenOf(PageAnswer page) =>
        WebUtility.HtmlDecode(page.Text.Split("multipart/form-data")[1].Split("name=\"__token\" value=\"")[1].Split('"')[0]);

    private static IEnumerable<int> Counts(PageAnswer page) =>
        page.Text.Split("<tbody")[1].Split("</tbody>")[0].Split("<th scope=\"row\"").Skip(1)
            .Select(row => int.Parse(row.Split("govuk-table__cell\">")[1].Split('<')[0]));

    private static long RowsListed(PageAnswer page) =>
        page.Text.Split("<tbody")[2].Split("</tbody>")[0].Split("<th scope=\"row\"").Skip(1)
            .Select(row => System.Text.RegularExpressions.Regex.Matches(row.Split("</th>")[0].Split("<span")[0], @"\d+")
                .Select(number => long.Parse(number.Value)).ToList())
            .Sum(numbers => numbers.Count == 2 ? numbers[1] - numbers[0] + 1 : 1);

    private string[] UploadsLeft()
    {
        var folder = Path.Combine(portal.Data, "uploads");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Where(file => new FileInfo(file).Length > 1 << 20)] : [];
    }
}
