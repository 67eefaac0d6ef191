using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CreditGrains.Development;

namespace CreditGrains.Api.Tests;

/// <summary>Proofs over HTTP: uploaded, named by a step, and read by the parties of the case and nobody else.</summary>
public sealed class ProofTests : IAsyncLifetime
{
    private RuledServer _server = null!;
    private DevelopmentIssuer _issuer = null!;
    private HttpClient _http = null!;
    private string _subject = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RuledServer.StartAsync();
        _issuer = DevelopmentIssuer.Open(_server.Data);
        _http = new HttpClient { BaseAddress = new Uri(_server.Server.Address), Timeout = TimeSpan.FromMinutes(2) };
        _subject = Invented.Code();
        await _server.FeedAsync("SCJG", Invented.Registration(_subject), Invented.Penalty(_subject, "PF-1", decidedOn: "2026-06-01"));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _issuer.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Objection_with_a_pdf_and_a_picture_is_read_by_its_parties_and_nobody_else()
    {
        var pdf = ProofSamples.Pdf();
        var uploaded = Expect(201, await UploadAsync(pdf, "缴款回单 1.pdf", Own()));
        var digest = uploaded.Json.GetProperty("digest").GetString()!;
        Assert.Equal(
            ("application/pdf", pdf.Length, "缴款回单 1.pdf"),
            (uploaded.Json.GetProperty("type").GetString(), uploaded.Json.GetProperty("size").GetInt32(),
                uploaded.Json.GetProperty("name").GetString()));
        var second = Expect(201, await UploadAsync(ProofSamples.Png(), "photo.png", Own())).Json.GetProperty("digest").GetString()!;
        var opened = Expect(201, await FileAsync("PF-1", digest, second));
        var number = opened.Json.GetProperty("case").GetString()!;
        var proofs = opened.Json.GetProperty("proofs").EnumerateArray().ToList();
        Assert.Equal([digest, second], proofs.Select(proof => proof.GetProperty("digest").GetString()));
        Assert.Equal(
            ["submit", "subject", "image/png"],
            new[] { "step", "role", "type" }.Select(field => proofs[1].GetProperty(field).GetString()));

        foreach (var token in new[] { Own(), Token("source", source: "SCJG"), Token("operator"), Token("reviewer") })
        {
            using var response = await ReadAsync(number, digest, token);
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(pdf, await response.Content.ReadAsByteArrayAsync(CreditFixture.Stop));
            Assert.Equal("application/pdf", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("缴款回单 1.pdf", response.Content.Headers.ContentDisposition.FileNameStar);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("default-src 'none'; sandbox", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        }

        foreach (var (token, status) in new[]
        {
            (Token("subject", subject: Invented.Code()), 404), (Token("source", source: "GAJ"), 404), (Token("auditor"), 403),
            (Token("checker"), 403), (Token("policy-author"), 403),
        })
        {
            using var response = await ReadAsync(number, digest, token);
            Assert.Equal(status, (int)response.StatusCode);
        }

        // Names of files may be those of people: who may not open them is told number and digest, wherever the case is read.
        foreach (var path in new[] { $"/v1/objections/{number}", $"/v1/objections?subject={_subject}", "timeline", "records" })
        {
            foreach (var (token, isNamed) in new[] { (Token("auditor"), false), (Token("reviewer"), true) })
            {
                var address = path.StartsWith('/') ? path : $"/v1/subjects/{_subject}/{path}?purpose=test&consistency=latest";
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
                using var response = await _http.SendAsync(request, CreditFixture.Stop);
                var shown = Expect(200, await Answer.OfAsync(response)).Text;
                Assert.Contains(digest, shown, StringComparison.Ordinal);
                Assert.Equal(isNamed, shown.Contains("缴款回单", StringComparison.Ordinal));
            }
        }

        using (var unknown = await ReadAsync(number, "sha256:" + new string('0', 64), Own()))
            Assert.Equal(404, (int)unknown.StatusCode);
        await _server.Server.Engine.Access.FlushAsync(CreditFixture.Stop);
        var log = await _server.Server.Engine.Store.AccessLog.ReadAsync(new(_subject), null, 100, CreditFixture.Stop);
        Assert.Equal(4, log.Count(entry => entry.Operation == "proof" && entry.Reference == $"{number} {digest}"));
    }

    [Fact]
    public async Task File_is_refused_by_what_it_holds()
    {
        foreach (var (content, name, status, code) in new[]
        {
            ("GIF89a"u8.ToArray(), "a.pdf", 422, "proof-type"), ([], "a.pdf", 422, "proof-type"),
            (ProofSamples.Pdf("<< /S /JavaScript >>"), "a.pdf", 422, "proof-active-content"),
            (ProofSamples.PdfOf(["<< >>"], "/Encrypt 9 0 R "), "a.pdf", 422, "proof-encrypted"),
            (ProofSamples.Png()[..^3], "a.png", 422, "proof-unreadable"),
            (new byte[(5 * 1024 * 1024) + 1], "a.pdf", 413, "proof-too-large"),
            (ProofSamples.Png(), "", 422, "required"), (ProofSamples.Png(), "a/b.png", 400, "invalid-parameter"),
            (ProofSamples.Png(), "13912345678.png", 422, "personal-data"), (ProofSamples.Png(), new string('a', 101), 422, "too-long"),
        })
        {
            (await UploadAsync(content, name, Own())).AssertProblem(status, code);
        }

        // Neither the name nor the media type counts.
        Expect(201, await UploadAsync(ProofSamples.Jpeg(), "a.exe", Own(), "application/x-msdownload"));

        // The largest one that there may be.
        Expect(201, await UploadAsync(
            ProofSamples.Pdf("<< /Length 5242000 >>\nstream\n" + new string(' ', 5_242_000) + "\nendstream"), "large.pdf", Own()));
    }

    [Fact]
    public async Task Upload_is_for_its_own_party_and_organisation()
    {
        (await UploadAsync(ProofSamples.Png(), "a.png", Token("subject", subject: Invented.Code()))).AssertProblem(403, "forbidden");
        foreach (var role in new[] { "auditor", "checker" })
            (await UploadAsync(ProofSamples.Png(), "a.png", Token(role))).AssertProblem(403, "forbidden");
        var theirs = Expect(201, await UploadAsync(ProofSamples.Png(), "a.png", Token("source", source: "SCJG")));
        var digest = theirs.Json.GetProperty("digest").GetString()!;
        var refused = await FileAsync("PF-1", digest);
        refused.AssertProblem(404, "unknown-proof");
        Assert.Equal("/proofs/0", refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        (await FileAsync("PF-1", "no digest")).AssertProblem(404, "unknown-proof");
    }

    private Task<Answer> FileAsync(string id, params string[] proofs) => SendAsync(
        HttpMethod.Post, "/v1/objections", Own(), new StringContent(
            JsonSerializer.Serialize(new
            {
                subject = _subject, record = new { source = "SCJG", id }, grounds = "error", statement = "罚款金额有误", declaration = true,
                proofs,
            }),
            Encoding.UTF8, "application/json"));

    private Task<Answer> UploadAsync(byte[] content, string name, string token, string type = "application/octet-stream")
    {
        var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        return SendAsync(HttpMethod.Post, $"/v1/subjects/{_subject}/proofs?name={Uri.EscapeDataString(name)}", token, body);
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, string token, HttpContent body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var response = await _http.SendAsync(request, CreditFixture.Stop);
        return await Answer.OfAsync(response);
    }

    private async Task<HttpResponseMessage> ReadAsync(string number, string digest, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/cases/{number}/proofs/{digest}?purpose=test");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return await _http.SendAsync(request, CreditFixture.Stop);
    }

    private string Own() => Token("subject", subject: _subject);

    private string Token(string role, string? source = null, string? subject = null) =>
        _issuer.Issue([role], source, subject, null, TimeSpan.FromHours(1));

    private static Answer Expect(int status, Answer answer) => RuledServer.Expect(status, answer);
}
