using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Subjects;
using CreditGrains.Portal.Reports;

namespace CreditGrains.Portal.Tests;

/// <summary>The credit report as a page and as PDF, and its verification in the browser.</summary>
public sealed partial class ReportTests(PortalFixture portal)
{
    private const string VerifyPath = "/portal/verify/report";

    [Theory]
    [InlineData("zh", "查询期内无相关信息")]
    [InlineData("en", "Nothing for the period")]
    public async Task Page_shows_the_ten_sections_in_order_and_says_where_there_is_nothing(string language, string nothing)
    {
        var subject = await FedAsync("虚构网页报告有限公司");
        using var visitor = portal.Visitor(language);
        var page = await visitor.GetAsync($"/portal/subjects/{subject}/report");
        Assert.Equal(200, page.Status);
        var places = ReportSection.All
            .Select(section => page.Text.IndexOf($">{section.Title.In(language)}</h2>", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Equal(8, page.Words.Split(nothing).Length - 1);
        Assert.Contains("虚构网页报告有限公司", page.Words, StringComparison.Ordinal);
        Assert.Matches(NumberPattern(), page.Words);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"{VerifyPath}?number=CR-", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_page_and_own_file_lead_to_the_report_and_the_latter_is_logged_with_its_number()
    {
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        var own = SignIn.DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;
        await portal.FeedAsync("RPO", Invented.Registration(own, "虚构自有报告有限公司"));
        Assert.Contains($"/portal/subjects/{own}/report?format=pdf", (await clerk.GetAsync($"/portal/subjects/{own}")).Text,
            StringComparison.Ordinal);
        Assert.Contains($"/portal/organisations/{own}/report?format=pdf", (await clerk.GetAsync($"/portal/organisations/{own}")).Text,
            StringComparison.Ordinal);
        var file = await clerk.GetAsync($"/portal/organisations/{own}/report?format=json");
        Assert.Equal((200, "application/json"), (file.Status, file.Type));
        await portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var entries = await portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(own), null, 20, PortalFixture.Stop);
        Assert.Equal(file.Headers["Credit-Report"], entries.First(entry => entry.Operation == "report").Reference);
        Assert.Equal(403, (await clerk.GetAsync($"/portal/organisations/{Invented.Authority}/report")).Status);
    }

    [Fact]
    public async Task File_that_is_uploaded_is_judged_by_every_byte()
    {
        var subject = await FedAsync("虚构核验有限公司");
        using var visitor = portal.Visitor();
        foreach (var format in Formats())
        {
            var file = (await visitor.GetAsync($"/portal/subjects/{subject}/report?format={format}")).Bytes;
            var good = await UploadAsync(visitor, file);
            Assert.Contains("文件由本平台出具，未经改动", good.Words, StringComparison.Ordinal);
            Assert.Contains(subject, good.Words, StringComparison.Ordinal);
            file[file.Length / 3] ^= 4;
            Assert.Contains("文件被改动过", (await UploadAsync(visitor, file)).Words, StringComparison.Ordinal);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var canonical = "{\"number\":\"CR-20260301-0123456789ABCDEF\"}"u8.ToArray();
        var foreign = ReportFile.Json(canonical, new ReportSignature(
            ReportKeys.IdOf(key.ExportSubjectPublicKeyInfo()),
            key.SignData(canonical, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        Assert.Contains("不是用本平台的密钥签名的", (await UploadAsync(visitor, foreign)).Words, StringComparison.Ordinal);
        Assert.Contains("不是带签名的信用报告", (await UploadAsync(visitor, "x"u8.ToArray())).Words, StringComparison.Ordinal);
    }

    /// <summary>After its key has leaked, a file is told from a forgery by the register alone.</summary>
    [Fact]
    public async Task File_of_a_revoked_key_is_verified_by_the_register_alone()
    {
        var own = new PortalFixture();
        await own.InitializeAsync();
        await using (own)
        {
            var subject = Invented.Code();
            await own.FeedAsync("RPR", Invented.Registration(subject, "虚构吊销有限公司"));
            using var visitor = own.Visitor("en");
            var files = new Dictionary<string, byte[]>();
            foreach (var format in Formats())
                files[format] = (await visitor.GetAsync($"/portal/subjects/{subject}/report?format={format}")).Bytes;
            var keys = own.Server.Engine.Keys;
            var leaked = own.Server.Engine.Reports.Signer;

            // A thief signs what was never issued.
            var canonical = "{\"number\":\"CR-20260301-0123456789ABCDEF\"}"u8.ToArray();
            var forged = ReportFile.Json(canonical, new ReportSignature(leaked.KeyId, leaked.Sign(canonical)));
            Assert.Contains("nothing in it was changed", (await UploadAsync(visitor, forged)).Words, StringComparison.Ordinal);
            await keys.RotateAsync(Engine.Keys.KeyUse.Reports, "boss", "leaked", PortalFixture.Stop);
            await keys.RevokeAsync(leaked.KeyId, TimeProvider.System.GetUtcNow(), "boss", "stolen with a backup", PortalFixture.Stop);

            var good = await UploadAsync(visitor, files["json"]);
            Assert.Contains("it was issued here, and nothing in it was changed", good.Words, StringComparison.Ordinal);
            Assert.Contains("stolen with a backup", good.Words, StringComparison.Ordinal);
            Assert.Contains(subject, good.Words, StringComparison.Ordinal);
            var bad = await UploadAsync(visitor, forged);
            Assert.Contains("take it for a forgery", bad.Words, StringComparison.Ordinal);
            Assert.Contains("Not verified", bad.Words, StringComparison.Ordinal);
            if (files.TryGetValue("pdf", out var pdf))
                Assert.Contains("verify report.json instead", (await UploadAsync(visitor, pdf)).Words, StringComparison.Ordinal);
            var number = Encoding.UTF8.GetString(files["json"]).Split("\"number\":\"")[1].Split('"')[0];
            var known = await visitor.GetAsync($"{VerifyPath}?number={number}");
            Assert.Contains("was issued here", known.Words, StringComparison.Ordinal);
            Assert.Contains("proves nothing by itself any more", known.Words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task File_that_is_missing_too_large_or_of_a_stale_form_is_refused_with_the_page()
    {
        using var visitor = portal.Visitor("en");
        var token = TokenOf(await visitor.GetAsync(VerifyPath));
        using var nothing = Form([("__token", token)], []);
        var missing = await visitor.OneAsync(HttpMethod.Post, VerifyPath, nothing);
        Assert.Equal(422, missing.Status);
        Assert.Contains("Choose the file of the report", missing.Words, StringComparison.Ordinal);
        using var stale = Form([("__token", "x")], [1]);
        Assert.Equal(422, (await visitor.OneAsync(HttpMethod.Post, VerifyPath, stale)).Status);
        using var large = Form([("__token", token)], new byte[17 * 1024 * 1024]);
        Assert.Equal(413, (await visitor.OneAsync(HttpMethod.Post, VerifyPath, large)).Status);
        Assert.Empty(Directory.Exists(Path.Combine(portal.Data, "uploads"))
            ? Directory.GetFiles(Path.Combine(portal.Data, "uploads")) : []);
    }

    [Fact]
    public async Task Number_is_verified_on_the_page_as_people_type_it()
    {
        var subject = await FedAsync("虚构编号有限公司");
        using var visitor = portal.Visitor();
        var made = await visitor.GetAsync($"/portal/subjects/{subject}/report?format=json");
        var number = made.Headers["Credit-Report"];
        var good = await visitor.GetAsync($"{VerifyPath}?number={number.ToLowerInvariant()}");
        Assert.Equal(200, good.Status);
        Assert.Contains("该编号的报告由本平台出具", good.Words, StringComparison.Ordinal);
        Assert.Contains(subject, good.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await visitor.GetAsync($"{VerifyPath}?number=CR-20260301-0123456789ABCDEF")).Status);
        Assert.Equal(422, (await visitor.GetAsync($"{VerifyPath}?number=CR-1")).Status);
        Assert.Contains(VerifyPath, (await visitor.GetAsync("/portal/verify")).Text, StringComparison.Ordinal);
        Assert.Contains("该编号的报告由本平台出具", (await visitor.GetAsync($"/portal/verify?number={number}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Html_of_the_interface_is_one_file_whose_style_its_policy_allows()
    {
        var subject = await FedAsync("虚构单文件有限公司");
        using var visitor = portal.Visitor("en");
        var file = await visitor.GetAsync($"/v1/subjects/{subject}/report?format=html&lang=zh");
        Assert.Equal((200, "text/html"), (file.Status, file.Type));
        Assert.Contains("公共信用信息报告", file.Title, StringComparison.Ordinal);
        var style = StylePattern().Match(file.Text).Groups[1].Value;
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Contains($"style-src 'sha256-{digest}'", file.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pdf_is_verified_with_openssl_as_the_documentation_says()
    {
        Assert.SkipUnless(HasFont, "fonts-wqy-microhei is not installed");
        var subject = await FedAsync("虚构签名有限公司");
        using var visitor = portal.Visitor();
        var file = (await visitor.GetAsync($"/v1/subjects/{subject}/report?format=pdf")).Bytes;
        var folder = Directory.CreateTempSubdirectory("credit-report-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "report.pdf"), file, PortalFixture.Stop);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "keys.pem"), (await visitor.GetAsync("/.well-known/credit-report.pem")).Text, PortalFixture.Stop);
            const string Script = """
                command -v openssl > /dev/null || exit 77
                tail -n 1 report.pdf | cut -d' ' -f4 | tr -d '\n' > value; base64 -d value > signature
                head -c -$(($(wc -c < value) + 1)) report.pdf | openssl dgst -sha256 -verify keys.pem -signature signature
                """;
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", Script])
            { WorkingDirectory = folder, RedirectStandardOutput = true })!;
            var said = await shell.StandardOutput.ReadToEndAsync(PortalFixture.Stop);
            await shell.WaitForExitAsync(PortalFixture.Stop);
            Assert.SkipWhen(shell.ExitCode == 77, "openssl is not installed");
            Assert.Equal(("Verified OK", 0), (said.Trim(), shell.ExitCode));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Pdf_is_refused_by_name_where_there_is_no_font_and_the_other_forms_stand()
    {
        var server = new PortalFixture();
        await server.InitializeAsync(options => options with { Portal = options.Portal with { ReportFont = "/none.ttf" } });
        try
        {
            var subject = Invented.Code();
            await server.FeedAsync("RPF", Invented.Registration(subject));
            using var visitor = server.Visitor("en");
            var refused = await visitor.GetAsync($"/v1/subjects/{subject}/report?format=pdf");
            Assert.Equal(501, refused.Status);
            Assert.Contains("\"code\":\"report-font\"", refused.Text, StringComparison.Ordinal);
            var page = await visitor.GetAsync($"/portal/subjects/{subject}/report?format=pdf");
            Assert.Equal(501, page.Status);
            Assert.Contains("fonts-wqy-microhei", page.Words, StringComparison.Ordinal);
            Assert.Equal(200, (await visitor.GetAsync($"/portal/subjects/{subject}/report")).Status);
            Assert.Equal(200, (await visitor.GetAsync($"/v1/subjects/{subject}/report?format=html")).Status);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_at_once_are_made_one_after_the_other_and_the_rest_asked_to_come_again()
    {
        Assert.SkipUnless(HasFont, "fonts-wqy-microhei is not installed");
        const int Requests = 200;
        var server = new PortalFixture();
        await server.InitializeAsync(options => options with { Api = options.Api with { ReportsMax = 1, ReportsPerClientMax = 0 } });
        try
        {
            var subject = Invented.Code();
            await server.FeedAsync("RPM", Invented.Registration(subject), Invented.Penalty(subject, "并发罚1号"));
            using var http = new HttpClient { BaseAddress = new Uri(server.Server.Address), Timeout = TimeSpan.FromMinutes(2) };
            async Task<(int Status, bool IsWhole, bool SaysWhen)> OneAsync()
            {
                using var answer = await http.GetAsync($"/v1/subjects/{subject}/report?format=pdf", PortalFixture.Stop);
                var bytes = await answer.Content.ReadAsByteArrayAsync(PortalFixture.Stop);
                return ((int)answer.StatusCode, bytes.AsSpan().StartsWith("%PDF-"u8), answer.Headers.RetryAfter is not null);
            }

            var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => OneAsync()));
            Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 200, 429, 503 }));
            Assert.All(answers, answer => Assert.Equal(answer.Status == 200, answer.IsWhole));
            Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.True(answer.SaysWhen));
            Assert.Contains(answers, answer => answer.Status == 200);
            Assert.Contains(answers, answer => answer.Status != 200);
            Assert.True((await OneAsync()).IsWhole);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static bool HasFont => ReportFont.Find(null) is not null;

    private static string[] Formats() => HasFont ? ["json", "pdf"] : ["json"];

    private async Task<string> FedAsync(string name)
    {
        var subject = Invented.Code();
        await portal.FeedAsync("RP1", Invented.Registration(subject, name), Invented.Penalty(subject, $"罚-{subject}"));
        return subject;
    }

    private static async Task<PageAnswer> UploadAsync(Visitor visitor, byte[] file)
    {
        using var form = Form([("__token", TokenOf(await visitor.GetAsync(VerifyPath)))], file);
        return await visitor.OneAsync(HttpMethod.Post, VerifyPath, form);
    }

    private static MultipartFormDataContent Form((string Name, string Value)[] fields, byte[] content)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        var file = new ByteArrayContent(content);
        file.Headers.TryAddWithoutValidation(
            "Content-Disposition", $"form-data; name=\"file\"; filename=\"{(content.Length == 0 ? "" : "report")}\"");
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(file);
        return form;
    }

    private static string TokenOf(PageAnswer page) => TokenPattern().Match(page.Text).Groups[1].Value;

    [GeneratedRegex("name=\"__token\" value=\"([^\"]*)\"")]
    private static partial Regex TokenPattern();

    [GeneratedRegex("CR-[0-9]{8}-[0-9A-Z]{16}")]
    private static partial Regex NumberPattern();

    [GeneratedRegex("<style>(.*)</style>", RegexOptions.Singleline)]
    private static partial Regex StylePattern();
}
