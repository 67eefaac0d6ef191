using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

/// <summary>TLS of the server's own addresses, and what a proxy before it is believed.</summary>
public sealed class TransportTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-tls-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Address_with_https_is_served_with_the_certificate_of_the_files_and_tells_browsers_to_stay()
    {
        var (certificate, options) = Certified("server");
        await using var server = await CreditServer.StartAsync(
            Options with { Urls = ["https://127.0.0.1:0"], Tls = options }, TextWriter.Null, CreditFixture.Stop);
        string? shown = null;
        using var handler = new SocketsHttpHandler();
#pragma warning disable CA5359 // which certificate is shown is what is tried here
        handler.SslOptions.RemoteCertificateValidationCallback = (_, remote, _, _) =>
#pragma warning restore CA5359
        {
            shown = remote?.GetCertHashString();
            return true;
        };
        using var http = new HttpClient(handler);
        Assert.StartsWith("https://", server.Address, StringComparison.Ordinal);
        foreach (var path in new[] { "/livez", "/v1/subjects", "/portal", "/nowhere", "/v1/reports/none" })
        {
            using var answer = await http.GetAsync(server.Address + path, CreditFixture.Stop);
            Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        }

        Assert.Equal(certificate, shown);
        await Assert.ThrowsAsync<HttpRequestException>(
            () => http.GetAsync("http" + server.Address["https".Length..] + "/livez", CreditFixture.Stop));
    }

    [Fact]
    public async Task Renewed_certificate_is_taken_up_without_a_restart_and_one_without_its_key_is_not()
    {
        var (first, options) = Certified("first");
        await using var server = await CreditServer.StartAsync(
            Options with { Urls = ["https://127.0.0.1:0"], Tls = options }, TextWriter.Null, CreditFixture.Stop);
        Assert.Equal(first, await ShownAsync(server));
        var (second, renewed) = Certified("second");
        File.Copy(renewed.Certificate!, options.Certificate!, overwrite: true);
        await Task.Delay(1_200, CreditFixture.Stop); // files are looked at once a second
        Assert.Equal(first, await ShownAsync(server));
        File.Copy(renewed.Key!, options.Key!, overwrite: true);
        for (var tries = 0; await ShownAsync(server) != second; tries++)
        {
            Assert.True(tries < 100, "the renewed certificate is not shown");
            await Task.Delay(100, CreditFixture.Stop);
        }
    }

    /// <summary>The certificate that a new connection is shown.</summary>
    private static async Task<string?> ShownAsync(CreditServer server)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port, CreditFixture.Stop);
#pragma warning disable CA5359 // which certificate is shown is what is tried here
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync("localhost");
        return stream.RemoteCertificate?.GetCertHashString();
    }

    [Fact]
    public async Task Old_version_of_tls_is_refused()
    {
        await using var server = await CreditServer.StartAsync(
            Options with { Urls = ["https://127.0.0.1:0"], Tls = Certified("server").Options }, TextWriter.Null, CreditFixture.Stop);
        var address = new Uri(server.Address);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, CreditFixture.Stop);
        await using var stream = new SslStream(client.GetStream());
#pragma warning disable SYSLIB0039, CA5397 // the version that must not be had
        var old = new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = SslProtocols.Tls11 };
#pragma warning restore SYSLIB0039, CA5397
        var refused = await Record.ExceptionAsync(() => stream.AuthenticateAsClientAsync(old, CreditFixture.Stop));
        Assert.True(refused is AuthenticationException or IOException, $"{refused}");
    }

    [Fact]
    public async Task Key_of_another_certificate_is_refused_by_the_names_of_the_settings()
    {
        var tls = Certified("own").Options with { Key = Certified("other").Options.Key };
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => CreditServer.StartAsync(
            Options with { Urls = ["https://127.0.0.1:0"], Tls = tls }, TextWriter.Null, CreditFixture.Stop));
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("Tls:Key", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "http://0.0.0.0:80")]
    [InlineData(2, "http://10.0.0.1:80", "http://*:81", "http://127.0.0.1:82", "https://0.0.0.0:83")]
    [InlineData(0, "http://127.0.0.1:80", "http://[::1]:80", "https://0.0.0.0:443")]
    public void Address_without_tls_is_told_of_unless_a_proxy_is_named(int told, params string[] urls)
    {
        var addresses = Addresses.Read(urls);
        Assert.Equal(told, LoopbackGuard.Unencrypted(Options, addresses).Count());
        Assert.Empty(LoopbackGuard.Unencrypted(Options with { ProxyNetworks = [IPNetwork.Parse("10.0.0.0/8")] }, addresses));
    }

    [Theory]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData(null, false)]
    public async Task Scheme_that_a_proxy_names_is_believed_of_its_network_only(string? network, bool isBelieved)
    {
        await using var server = await CreditServer.StartAsync(
            Options with { ProxyNetworks = network is null ? [] : [IPNetwork.Parse(network)] }, TextWriter.Null, CreditFixture.Stop);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(server.Address) };
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using var api = await http.GetAsync("/v1/subjects", CreditFixture.Stop);
        Assert.Equal(isBelieved, api.Headers.Contains("Strict-Transport-Security"));

        using var signIn = await http.GetAsync("/portal/session/sign-in", CreditFixture.Stop);
        var scheme = isBelieved ? "https" : "http";
        Assert.Contains($"redirect_uri={scheme}%3A%2F%2F127.0.0.1", signIn.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.All(signIn.Headers.GetValues("Set-Cookie"), cookie =>
        {
            Assert.Equal(isBelieved, cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase));

            // A browser takes a cookie of this name from this host over TLS alone.
            Assert.Equal(isBelieved, cookie.StartsWith("__Host-", StringComparison.Ordinal) && cookie.Contains("; path=/;"));
        });
    }

    [Fact]
    public async Task Clients_behind_a_proxy_are_bounded_each_for_itself_and_none_by_an_address_of_its_own_making()
    {
        await using var server = await CreditServer.StartAsync(
            Options with { ProxyNetworks = [IPNetwork.Parse("127.0.0.0/8")], ClientRequestsMax = 2, Api = Slow }, TextWriter.Null,
            CreditFixture.Stop);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        async Task<HttpStatusCode> OfAsync(string forwarded)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/subjects");
            request.Headers.Add("X-Forwarded-For", forwarded);
            using var answer = await http.SendAsync(request, CreditFixture.Stop);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await OfAsync("203.0.113.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await OfAsync("203.0.113.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await OfAsync("203.0.113.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await OfAsync("203.0.113.77, 203.0.113.1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await OfAsync("203.0.113.78, 203.0.113.1, 127.0.0.9"));
        Assert.Equal(HttpStatusCode.Unauthorized, await OfAsync("203.0.113.2"));
    }

    /// <summary>A window that no run of the test outlasts.</summary>
    private static ApiOptions Slow => new() { DataDirectory = "", ClientWindow = TimeSpan.FromDays(1) };

    private ServerOptions Options => CreditFixture.Options(_data);

    private (string Hash, HttpsOptions Options) Certified(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string Write(string what, string pem)
        {
            var path = Path.Combine(_data, $"{name}-{what}.pem");
            File.WriteAllText(path, pem);
            return path;
        }

        return (certificate.GetCertHashString(), new HttpsOptions
        {
            Certificate = Write("certificate", certificate.ExportCertificatePem()),
            Key = Write("key", key.ExportPkcs8PrivateKeyPem()),
        });
    }
}
