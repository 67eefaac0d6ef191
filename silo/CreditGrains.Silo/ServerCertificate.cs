using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace CreditGrains.Silo;

/// <summary>
/// Certificate and key of the addresses with https, of two PEM files. TLS 1.2 and 1.3 only; the cipher suites are the system's. Renewed
/// files are taken up by connections that begin a second later; files that do not fit together, such as between the two writes of a
/// renewal, leave the former certificate in use, and the log says so.
/// </summary>
internal sealed partial class ServerCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly HttpsOptions _options;
    private readonly Lock _lookLock = new();
    private volatile SslStreamCertificateContext _context;
    private (DateTime, DateTime) _written;
    private long _looked = TimeProvider.System.GetTimestamp();
    private ILogger? _log;

    private ServerCertificate(HttpsOptions options)
    {
        _options = options;
        _written = Written();
        _context = ReadContext();
    }

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
            return new ServerCertificate(options);
        }
        catch (Exception fault) when (IsOfFiles(fault))
        {
            throw Refused($"Tls:Certificate or Tls:Key cannot be used: {fault.Message}", fault);
        }
    }

    public void Apply(HttpsConnectionAdapterOptions https)
    {
        https.ServerCertificate = _context.TargetCertificate;
        https.OnAuthenticate = (_, handshake) => handshake.ServerCertificateContext = Current();
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
    }

    /// <summary>Tells of renewals from here on.</summary>
    public void LogTo(ILogger log) => _log = log;

    private SslStreamCertificateContext Current()
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _looked)) < LookEvery)
            return _context;
        lock (_lookLock)
        {
            Volatile.Write(ref _looked, TimeProvider.System.GetTimestamp());
            var written = Written();
            if (written == _written)
                return _context;
            try
            {
                _context = ReadContext();
                if (_log is not null)
                    Renewed(_log, _context.TargetCertificate.NotAfter.ToUniversalTime());
            }
            catch (Exception fault) when (IsOfFiles(fault))
            {
                if (_log is not null)
                    NotRenewed(_log, fault.Message);
            }

            _written = written;
            return _context;
        }
    }

    private (DateTime Certificate, DateTime Key) Written() =>
        (File.GetLastWriteTimeUtc(_options.Certificate!), File.GetLastWriteTimeUtc(_options.Key!));

    private SslStreamCertificateContext ReadContext()
    {
        using var pem = X509Certificate2.CreateFromPemFile(_options.Certificate!, _options.Key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.Certificate!);

        // By way of PKCS#12: Windows uses no key for TLS that exists in memory alone. Offline: a chain is what the file has.
        return SslStreamCertificateContext.Create(
            X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), chain, offline: true);
    }

    private static bool IsOfFiles(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    [LoggerMessage(8004, LogLevel.Warning, "Renewed certificate of Tls:Certificate is in use; it holds until {Until:u}")]
    private static partial void Renewed(ILogger log, DateTime until);

    [LoggerMessage(8005, LogLevel.Error, "Changed files of Tls:Certificate and Tls:Key cannot be used, the former stay: {Why}")]
    private static partial void NotRenewed(ILogger log, string why);

    private static StartRefusedException Refused(string why, Exception? cause = null) => new(ExitCodes.Usage, why, cause);
}
