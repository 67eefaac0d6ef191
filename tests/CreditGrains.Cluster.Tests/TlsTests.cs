using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
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

    private static readonly TimeSpan BoundMax = TimeSpan.FromSeconds(20);

    // A stranger is put out at once, and the test goes on at once; so long it waits for a node that is let in and hears nothing.
    private static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(5);

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

    /// <summary>
    /// A silo trusts who speaks to its ports: a peer without TLS and one with a certificate of another authority hear nothing and are put
    /// out before a message of theirs is read.
    /// </summary>
    [ClusterFact]
    public async Task Stranger_at_the_ports_of_a_silo_is_put_out_and_a_node_is_not()
    {
        using var authority = Authority();
        using var another = Authority();
        var ports = ThrowAwayPorts(2);
        var options = Options("silo", isGateway: false) with { SiloPort = ports[0], GatewayPort = ports[1] };
        await using var silo = await CreditServer.StartAsync(Certify("silo", authority, options), TextWriter.Null, Cancellation);
        using var own = CertificateOf("own", authority);
        using var foreign = CertificateOf("foreign", another);
        foreach (var port in ports)
        {
            using var plain = await ConnectAsync(port);
            await plain.GetStream().WriteAsync(new byte[512], Cancellation);
            Assert.True(await IsPutOutAsync(plain.GetStream()), $"port {port} goes on with a node without TLS");

            Assert.False(await IsWelcomeAsync(port, foreign), $"port {port} goes on with a foreign certificate");
            Assert.False(await IsWelcomeAsync(port, null), $"port {port} goes on with no certificate");
            Assert.True(await IsWelcomeAsync(port, own), $"port {port} puts out a node of its own");
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

    [ClusterFact]
    public async Task Key_of_another_certificate_is_refused_by_the_names_of_the_settings()
    {
        using var authority = Authority();
        var other = Certify("other", authority, Options("other", isGateway: false));
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => CreditServer.StartAsync(
            Certify("own", authority, Options("own", isGateway: false)) with { TlsKey = other.TlsKey }, TextWriter.Null, Cancellation));
        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("TlsKey", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Whether the silo goes on after the handshake: it says who it is then, or waits to be told.</summary>
    private static async Task<bool> IsWelcomeAsync(int port, X509Certificate2? certificate)
    {
        using var client = await ConnectAsync(port);
#pragma warning disable CA5359 // the silo's certificate is not what is tried here
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "credit", ClientCertificates = certificate is null ? null : [certificate],
                },
                Cancellation).WaitAsync(BoundMax, Cancellation);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            return false;
        }

        return !await IsPutOutAsync(stream);
    }

    /// <summary>Whether the other side ends the connection without a word.</summary>
    private static async Task<bool> IsPutOutAsync(Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(QuietMax, Cancellation) == 0;
        }
        catch (IOException)
        {
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation).AsTask().WaitAsync(BoundMax, Cancellation);
        return client;
    }

    private static int[] ThrowAwayPorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }

    private X509Certificate2 CertificateOf(string name, X509Certificate2 authority)
    {
        var files = Certify(name, authority, Options(name, isGateway: false));
        using var pem = X509Certificate2.CreateFromPemFile(files.TlsCertificate!, files.TlsKey);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
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
