using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;
using CreditGrains.Development.Postgres;
using CreditGrains.Silo;

namespace CreditGrains.Cluster.Tests;

/// <summary>TLS between nodes.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-tls-").FullName;
    private string? _connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        _connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_data, recursive: true);
        if (_connection is not null)
            await (await ThrowAwayPostgres.SharedAsync()).DropDatabaseAsync(_connection);
    }

    [ClusterFact]
    public async Task Nodes_of_one_authority_answer_for_each_other()
    {
        using var authority = Authority();
        await using var silo = await StartAsync("silo", authority, isGateway: false);
        await using (var gateway = await StartAsync("gateway", authority, isGateway: true))
        {
            var code = new SubjectId(Lines.Organisations(12).CodeOf(1));
            var question = new CheckRequest(code, "approval", "public-funds", null, "test");
            Assert.NotNull(await gateway.Engine.Checks.CheckAsync(question, Consistency.Latest, Cancellation));
        }
    }

    [Fact]
    public void Node_is_what_has_a_certificate_of_the_clusters_authority()
    {
        using var authority = Authority();
        using var another = Authority();
        var options = Certify("own", authority, Options("own", isGateway: false));
        var tls = ClusterTls.Read(options.TlsCertificate!, options.TlsKey!, options.TlsAuthority!);
        using var own = X509CertificateLoader.LoadCertificateFromFile(options.TlsCertificate!);
        using var foreign = X509CertificateLoader.LoadCertificateFromFile(
            Certify("foreign", another, Options("foreign", isGateway: false)).TlsCertificate!);
        Assert.True(tls.IsNode(own));
        Assert.False(tls.IsNode(foreign));
        Assert.False(tls.IsNode(another));
        Assert.False(tls.IsNode(null));
    }

    [ClusterFact]
    public async Task Certificate_without_its_key_is_refused_by_the_names_of_the_settings()
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => CreditServer.StartAsync(
            Options("half", isGateway: false) with { TlsCertificate = "cert.pem" }, TextWriter.Null, Cancellation));
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("Cluster:TlsKey", refused.Message, StringComparison.Ordinal);
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=invented authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private Task<CreditServer> StartAsync(string name, X509Certificate2 authority, bool isGateway) =>
        CreditServer.StartAsync(Certify(name, authority, Options(name, isGateway)), TextWriter.Null, Cancellation);

    private ServerOptions Certify(string name, X509Certificate2 authority, ServerOptions options)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=invented node", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        return options with
        {
            TlsCertificate = Write(name, "cert", certificate.ExportCertificatePem()),
            TlsKey = Write(name, "key", key.ExportPkcs8PrivateKeyPem()),
            TlsAuthority = Write(name, "authority", authority.ExportCertificatePem()),
        };
    }

    private string Write(string node, string name, string pem)
    {
        var path = Path.Combine(_data, $"{node}-{name}.pem");
        File.WriteAllText(path, pem);
        return path;
    }

    private ServerOptions Options(string name, bool isGateway) => new()
    {
        Urls = ["http://127.0.0.1:0"],
        DataDirectory = Path.Combine(_data, name),
        Connection = _connection,
        Cluster = "north",
        Gateway = isGateway,
        RulebookDirectory = Repository.DefaultRulebook,
        Demo = false,
    };
}
