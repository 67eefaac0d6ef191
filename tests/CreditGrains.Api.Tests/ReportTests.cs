using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Signatures;

namespace CreditGrains.Api.Tests;

/// <summary>The credit report: what is in it, its number, its signature.</summary>
public sealed class ReportTests(CreditFixture credit)
{
    private static readonly string[] Sections =
    [
        "administration", "honesty", "serious-list", "abnormal", "commitments", "evaluation", "judgments", "other", "suggestions", "local",
    ];

    [Fact]
    public async Task Report_has_the_ten_sections_and_what_the_public_may_see()
    {
        var subject = Invented.Code();
        var penalty = Invented.Penalty(subject, "报告罚1号", fine: "12.5");
        var token = await credit.FeedAsync(
            "RP1", Invented.Registration(subject, "虚构报告有限公司"), penalty, Invented.ListEntry(subject, "报告名单1号"),
            Grade(subject));
        var answer = await credit.GetAsync($"/v1/subjects/{subject}/report?consistency=at-least:{token}", token: null);
        Assert.Equal((200, "application/json"), (answer.Status, answer.Type));
        var report = answer.Json.GetProperty("report");
        Assert.Equal(Sections, Texts(report.GetProperty("sections"), "section"));
        Assert.Equal("虚构报告有限公司", report.GetProperty("name").GetString());
        Assert.Equal(subject, report.GetProperty("subject").GetString());
        Assert.Equal("B", report.GetProperty("nationalGrade").GetProperty("level").GetString());
        Assert.False(string.IsNullOrEmpty(report.GetProperty("nationalGrade").GetProperty("owner").GetProperty("zh").GetString()));
        Assert.Matches("^sha256:[0-9a-f]{64}$", report.GetProperty("rules").GetProperty("digest").GetString());
        Assert.False(string.IsNullOrEmpty(report.GetProperty("issuer").GetString()));
        Assert.Equal(answer.Headers["Credit-Report"], report.GetProperty("number").GetString());
        var record = Assert.Single(Section(report, "administration").GetProperty("records").EnumerateArray());
        var fine = record.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("field").GetString() == "fine");
        Assert.Equal("12.5", fine.GetProperty("value").GetString());
        Assert.Equal(1, Section(report, "serious-list").GetProperty("total").GetInt32());
        Assert.Equal(0, Section(report, "judgments").GetProperty("total").GetInt32());
        var suggestion = Section(report, "suggestions").GetProperty("suggestions").EnumerateArray()
            .Single(suggestion => suggestion.GetProperty("id").GetString() == "报告罚1号");
        Assert.Equal(JsonValueKind.String, suggestion.GetProperty("repairableFrom").ValueKind);
    }

    [Fact]
    public async Task Report_holds_nothing_that_is_not_public()
    {
        var subject = Invented.Code();
        var old = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-400).ToString("yyyy-MM-dd");
        var months = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-200).ToString("yyyy-MM-dd");
        await credit.FeedAsync(
            "RP2", Invented.Registration(subject), Invented.Penalty(subject, "公示中1号"),
            Invented.Penalty(subject, "已满期1号", decidedOn: old), Invented.Penalty(subject, "已撤回1号"),
            Invented.Penalty(subject, "已暂停1号"), Invented.Penalty(subject, "有异议1号"),
            Invented.Penalty(subject, "已修复1号", decidedOn: months),
            Invented.Penalty(subject, "轻微1号", extra: ",\"severity\":\"minor\""),
            Line(subject, "税1", "tax-grade", $"\"year\":2024,\"level\":\"M\",\"decidedOn\":\"{Invented.Recently()}\""));
        await credit.FeedAsync("RP2", Invented.Withdrawal(subject, "已撤回1号", "penalty", 2));
        var token = await credit.FeedAsync(
            "platform", Invented.Objection(subject, "OB-1", "RP2", "有异议1号"),
            Line(subject, "OB-2", "objection",
                $"\"targetSource\":\"RP2\",\"targetId\":\"已暂停1号\",\"filedOn\":\"{Invented.Recently()}\","
                + $"\"suspendedOn\":\"{Invented.Recently()}\""),
            Line(subject, "RE-1", "repair",
                $"\"targetSource\":\"RP2\",\"targetId\":\"已修复1号\",\"repairedOn\":\"{Invented.Recently()}\""));
        foreach (var caller in new[] { null, credit.Token("operator"), credit.Token("subject", subject: subject) })
        {
            var answer = await credit.GetAsync($"/v1/subjects/{subject}/report?consistency=at-least:{token}", caller);
            Assert.Contains("公示中1号", answer.Text, StringComparison.Ordinal);
            var disputed = Section(answer.Json.GetProperty("report"), "administration").GetProperty("records").EnumerateArray()
                .Where(record => record.GetProperty("disputed").GetBoolean());
            Assert.Equal("有异议1号", Assert.Single(disputed).GetProperty("id").GetString());
            foreach (var hidden in new[] { "已满期", "已撤回", "已暂停", "已修复", "轻微1号", "税1", "OB-", "RE-", "score", "\"grade\"" })
                Assert.DoesNotContain(hidden, answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Number_is_verified_by_everybody_and_says_digest_and_signature_of_the_file()
    {
        var (subject, bytes) = await MadeAsync("RP3");
        using var file = JsonDocument.Parse(bytes);
        var report = file.RootElement.GetProperty("report");
        var number = report.GetProperty("number").GetString()!;
        var known = await credit.GetAsync($"/v1/reports/{number}", token: null);
        DocumentedResponse.AssertHolds(
            """
            {"number":"CR-...","at":"...","subject":"...","digest":"sha256:...","algorithm":"ECDSA-P256-SHA256","keyId":"...",
             "signature":"...","keys":"/.well-known/jwks.json"}
            """, known.Json);
        Assert.Equal(subject, known.Json.GetProperty("subject").GetString());
        var canonical = Encoding.UTF8.GetBytes(report.GetRawText());
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(canonical))}", known.Json.GetProperty("digest").GetString());
        Assert.Equal(
            file.RootElement.GetProperty("signature").GetProperty("value").GetString(), known.Json.GetProperty("signature").GetString());
        Assert.Equal(report.GetProperty("at").GetDateTimeOffset(), known.Json.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(200, (await credit.GetAsync($"/v1/reports/{number.ToLowerInvariant()}", token: null)).Status);
    }

    [Theory]
    [InlineData("CR-20260301-0123456789ABCDEF")]
    [InlineData("CK-20260301-0123456789ABCDEF")]
    [InlineData("x")]
    [InlineData("%20")]
    public async Task Number_that_is_forged_is_unknown(string number) =>
        (await credit.GetAsync($"/v1/reports/{number}", token: null)).AssertProblem(404, "unknown-report");

    [Fact]
    public async Task File_verifies_with_the_published_keys_and_with_openssl()
    {
        var (_, bytes) = await MadeAsync("RP4");
        var pem = (await credit.GetAsync("/.well-known/credit-report.pem", token: null)).Text;
        var set = await credit.GetAsync("/.well-known/jwks.json", token: null);
        Assert.Equal(ReportOutcome.Genuine, ReportFile.Verify(bytes, ReportKeys.Read(set.Text)).Outcome);
        Assert.Equal(ReportOutcome.Genuine, ReportFile.Verify(bytes, ReportKeys.Read(pem)).Outcome);
        using var file = JsonDocument.Parse(bytes);
        await OpenSsl.AssertVerifiesAsync(
            Encoding.ASCII.GetBytes(pem), Encoding.UTF8.GetBytes(file.RootElement.GetProperty("report").GetRawText()),
            file.RootElement.GetProperty("signature").GetProperty("value").GetBytesFromBase64());
    }

    [Fact]
    public async Task Report_made_for_a_caller_is_on_the_access_log_with_its_number_and_a_public_one_is_not()
    {
        var (subject, _) = await MadeAsync("RP5");
        var made = await credit.GetAsync(
            $"/v1/subjects/{subject}/report?purpose=bidding", credit.Token("checker"));
        await credit.Server.Engine.Access.FlushAsync(CreditFixture.Stop);
        var entries = await credit.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(subject), null, 10, CreditFixture.Stop);
        var entry = Assert.Single(entries);
        Assert.Equal(
            ("report", "bidding", made.Json.GetProperty("report").GetProperty("number").GetString()),
            (entry.Operation, entry.Purpose, entry.Reference));
    }

    [Theory]
    [InlineData("?format=docx", null)]
    [InlineData("?format=", "image/png")]
    [InlineData("", "text/csv, application/json;q=0")]
    [InlineData("", ";;;")]
    public async Task Form_that_is_none_is_refused(string query, string? accept)
    {
        var (subject, _) = await MadeAsync("RP6");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/subjects/{subject}/report{query}");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        (await credit.SendAsync(request, token: null)).AssertProblem(406, "report-format");
    }

    [Fact]
    public async Task Unknown_subject_and_a_code_that_is_none_get_no_number()
    {
        (await credit.GetAsync($"/v1/subjects/{Invented.Code()}/report", token: null)).AssertProblem(404, "unknown-subject");
        Assert.Equal(400, (await credit.GetAsync("/v1/subjects/nonsense/report", token: null)).Status);
        var (subject, _) = await MadeAsync("RP7");
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/v1/subjects/{subject}/report");
        using var answer = await credit.Http.SendAsync(head, CreditFixture.Stop);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Credit-Report"));
    }

    [Fact]
    public async Task Section_of_many_records_shows_the_newest_and_says_how_many_there_are()
    {
        const int Records = 450;
        var subject = Invented.Code();
        var token = await credit.FeedAsync(
            "RP8", [Invented.Registration(subject), .. Enumerable.Range(0, Records).Select(i => Invented.Penalty(subject, $"多{i}号"))]);
        var answer = await credit.GetAsync($"/v1/subjects/{subject}/report?consistency=at-least:{token}", token: null);
        var section = Section(answer.Json.GetProperty("report"), "administration");
        Assert.Equal((Records, 200), (section.GetProperty("total").GetInt32(), section.GetProperty("shown").GetInt32()));
        Assert.Equal(200, section.GetProperty("records").GetArrayLength());
    }

    [Fact]
    public async Task Client_gets_a_bounded_number_of_reports_and_numbers_of_another_store_are_unknown()
    {
        await using var server = await RuledServer.StartAsync(
            with: options => options with { Api = options.Api with { ReportsPerClientMax = 2, ReportWindow = TimeSpan.FromHours(1) } });
        var subject = Invented.Code();
        var token = await server.FeedAsync("RP9", Invented.Registration(subject));
        var path = $"/v1/subjects/{subject}/report?consistency=at-least:{token}";
        var first = await server.GetAsync(path);
        Assert.Equal(200, first.Status);
        Assert.Equal(200, (await server.GetAsync(path)).Status);
        (await server.GetAsync(path)).AssertProblem(429, "too-many-requests");
        var number = first.Json.GetProperty("report").GetProperty("number").GetString();
        Assert.Equal(200, (await server.GetAsync($"/v1/reports/{number}")).Status);
        (await credit.GetAsync($"/v1/reports/{number}", token: null)).AssertProblem(404, "unknown-report");
    }

    [Fact]
    public async Task Key_of_a_file_signs_and_the_former_key_still_verifies()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        var token = await server.FeedAsync("RPA", Invented.Registration(subject));
        var path = $"/v1/subjects/{subject}/report?consistency=at-least:{token}";
        var before = Encoding.UTF8.GetBytes((await server.GetAsync(path)).Text);
        await server.StopAsync();
        var file = Path.Combine(server.Data, "own.pem");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await File.WriteAllTextAsync(file, key.ExportPkcs8PrivateKeyPem(), CreditFixture.Stop);
        await server.RestartAsync(options => options with
        {
            Engine = options.Engine with { Reports = options.Engine.Reports with { KeyFile = file, Issuer = "虚构签发单位" } },
        });
        var after = (await server.GetAsync(path)).Text;
        Assert.Equal("虚构签发单位", JsonDocument.Parse(after).RootElement.GetProperty("report").GetProperty("issuer").GetString());
        var keys = ReportKeys.Read((await server.GetAsync("/.well-known/jwks.json")).Text);
        Assert.Equal(2, keys.Ids.Count);
        Assert.Equal(ReportOutcome.Genuine, ReportFile.Verify(before, keys).Outcome);
        Assert.Equal(ReportOutcome.Genuine, ReportFile.Verify(Encoding.UTF8.GetBytes(after), keys).Outcome);
    }

    [Fact]
    public async Task Store_that_signs_by_sm2_from_now_on_is_verified_by_openssl_and_its_former_reports_too()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        var token = await server.FeedAsync("RPA", Invented.Registration(subject));
        var path = $"/v1/subjects/{subject}/report?consistency=at-least:{token}";
        var before = Encoding.UTF8.GetBytes((await server.GetAsync(path)).Text);
        await server.StopAsync();
        await server.RestartAsync(options => options with { Engine = options.Engine with { Signatures = SignatureNames.Sm2 } });
        var after = Encoding.UTF8.GetBytes((await server.GetAsync(path)).Text);
        var pem = (await server.GetAsync("/.well-known/credit-report.pem")).Text;
        foreach (var keys in new[] { ReportKeys.Read(pem), ReportKeys.Read((await server.GetAsync("/.well-known/jwks.json")).Text) })
        {
            Assert.Equal(2, keys.Ids.Count);
            Assert.Equal(ReportOutcome.Genuine, ReportFile.Verify(before, keys).Outcome);
            Assert.Equal(ReportOutcome.Genuine, ReportFile.Verify(after, keys).Outcome);
        }

        using var file = JsonDocument.Parse(after);
        var signature = file.RootElement.GetProperty("signature");
        Assert.Equal("SM2-SM3", signature.GetProperty("algorithm").GetString());
        var number = file.RootElement.GetProperty("report").GetProperty("number").GetString();
        Assert.Equal("SM2-SM3", (await server.GetAsync($"/v1/reports/{number}")).Json.GetProperty("algorithm").GetString());
        await OpenSsl.AssertVerifiesSm2Async(
            Encoding.ASCII.GetBytes(pem), Encoding.UTF8.GetBytes(file.RootElement.GetProperty("report").GetRawText()),
            signature.GetProperty("value").GetBytesFromBase64());
    }

    /// <summary>A report of a subject of its own, as the bytes of its file.</summary>
    private async Task<(string Subject, byte[] File)> MadeAsync(string source)
    {
        var subject = Invented.Code();
        var token = await credit.FeedAsync(source, Invented.Registration(subject), Invented.Penalty(subject, $"{source}罚-{subject}"));
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"/v1/subjects/{subject}/report?consistency=at-least:{token}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await credit.Http.SendAsync(request, CreditFixture.Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (subject, await answer.Content.ReadAsByteArrayAsync(CreditFixture.Stop));
    }

    private static string Grade(string subject) => Line(
        subject, $"NG-{subject}", "national-grade",
        $"\"level\":\"B\",\"evaluatedOn\":\"{Invented.Recently()}\",\"authority\":\"{Invented.Authority}\"");

    private static string Line(string subject, string id, string kind, string data) =>
        $$"""{"id":"{{id}}","revision":1,"op":"put","subject":"{{subject}}","kind":"{{kind}}","data":{"""
        + data + "}}";

    private static JsonElement Section(JsonElement report, string id) =>
        report.GetProperty("sections").EnumerateArray().Single(section => section.GetProperty("section").GetString() == id);

    private static IEnumerable<string?> Texts(JsonElement items, string name) =>
        items.EnumerateArray().Select(item => item.GetProperty(name).GetString());
}
