using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CreditGrains.Silo;

/// <summary>
/// Certificate and key of the addresses with https, of two PEM files. TLS 1.2 and 1.3 only; the cipher suites are the system's.
/// </summary>
internal sealed class ServerCertificate
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _chain;

    private ServerCertificate(X509Certificate2 certificate, X509Certificate2Collection chain) =>
        (_certificate, _chain) = (certificate, chain);

    /// <summary>Null where no address has https.</summary>
    /// <exception cref="StartRefusedException">An address has https and no certificate, or a certificate no address; a file is no
    /// certificate or not its key.</exception>
    public static ServerCertificate? Read(HttpsOptions options, IReadOnlyList<ListenAddress> addresses)
    {
        var encrypted = addresses.FirstOrDefault(address => address.IsEncrypted);
        if (encrypted is null)
        {
            return options.Certificate is null && options.Key is null
                ? null
                : throw Refused("Tls:Certificate is for addresses with https, and Urls has none: write https://..., or leave it out.");
        }

        if (options.Certificate is null || options.Key is null)
            throw Refused($"{encrypted.Url} needs a certificate and its key: set Tls:Certificate and Tls:Key to files of PEM.");
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(options.Certificate, options.Key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.Certificate);

            // By way of PKCS#12: Windows uses no key for TLS that exists in memory alone.
            return new ServerCertificate(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), chain);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Refused($"Tls:Certificate or Tls:Key cannot be used: {fault.Message}", fault);
        }
    }

    public void Apply(HttpsConnectionAdapterOptions https)
    {
        https.ServerCertificate = _certificate;
        https.ServerCertificateChain = _chain;
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
    }

    private static StartRefusedException Refused(string why, Exception? cause = null) => new(ExitCodes.Usage, why, cause);
}
