using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// TLS between the nodes of a cluster, in both directions: a node is whatever has a certificate of the cluster's own authority. Names in
/// certificates are not compared, since nodes come and go under addresses that the store knows.
/// </summary>
public sealed class ClusterTls
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _authority;

    private ClusterTls(X509Certificate2 certificate, X509Certificate2 authority) =>
        (_certificate, _authority) = (certificate, authority);

    /// <summary>Reads a node's certificate with its key, and the authority's certificate, all as PEM.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    /// <exception cref="CryptographicException">A file is no such thing.</exception>
    /// <exception cref="ArgumentException">The key is not the certificate's.</exception>
    public static ClusterTls Read(string certificateFile, string keyFile, string authorityFile)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);

        // By way of PKCS#12: Windows uses no key for TLS that exists in memory alone.
        return new ClusterTls(
            X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null),
            X509CertificateLoader.LoadCertificateFromFile(authorityFile));
    }

    internal void Apply(TlsOptions options)
    {
        options.LocalCertificate = _certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (remote, _, _) => IsNode(remote);
        options.OnAuthenticateAsClient = static (_, client) => client.TargetHost = "credit";
    }

    internal bool IsNode(X509Certificate2? remote)
    {
        if (remote is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(remote);
    }
}
