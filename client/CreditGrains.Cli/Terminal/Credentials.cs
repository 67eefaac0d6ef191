using CreditGrains.Development;
using CreditGrains.Client;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Cli.Terminal;

/// <summary>
/// The client for a command, with a token: <c>CREDIT_TOKEN</c>, or on a developer's machine a short one that it issues itself
/// with the key of the server's data directory.
/// </summary>
internal static class Credentials
{
    private const string DevelopmentKey = "dev-issuer.key";
    private static readonly TimeSpan OwnValidity = TimeSpan.FromHours(1);

    /// <summary>Makes the client.</summary>
    /// <param name="surroundings">Where the command runs.</param>
    /// <param name="roles">Roles that an own token gets.</param>
    /// <param name="source">Source that an own token may report for.</param>
    /// <param name="retryMax">How long a busy or absent server is waited for.</param>
    /// <param name="retrying">Told of each pause.</param>
    public static Connection Connect(
        Surroundings surroundings, string[] roles, string? source = null, TimeSpan? retryMax = null, Action<TimeSpan,
            string>? retrying = null)
    {
        var server = surroundings.Server;
        var token = surroundings.Variable("CREDIT_TOKEN");
        if (string.IsNullOrWhiteSpace(token))
            token = OwnToken(surroundings, server, roles, source);
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        var http = new HttpClient(handler) { Timeout = TimeSpan.FromMinutes(5) };
        return new Connection(http, new CreditClientOptions
        {
            Address = server,

            // A command asks once or twice: to find out whom first would cost more than the hop.
            FindsOwners = false,
            Token = token is null ? null : _ => ValueTask.FromResult<string?>(token),
            RetryMax = retryMax ?? TimeSpan.FromSeconds(3),
            Retrying = retrying,
        });
    }

    /// <summary>Whether a server on this machine has made its development key there; looking must not make one.</summary>
    public static bool HasKey(string dataDirectory) => File.Exists(Path.Combine(dataDirectory, DevelopmentKey));

    private static string? OwnToken(Surroundings surroundings, Uri server, string[] roles, string? source)
    {
        var data = surroundings.DataDirectory(null);
        if (!server.IsLoopback || !HasKey(data))
            return null;
        using var issuer = DevelopmentIssuer.Open(data, surroundings.Time);
        var token = issuer.Issue(roles, source, null, null, OwnValidity);
        surroundings.Talk.WriteLine(
            $"CREDIT_TOKEN is not set; using a development token ({string.Join(", ", roles)}) made with the key in {data}.");
        return token;
    }
}

/// <summary>A client and the connections under it.</summary>
internal sealed class Connection(HttpClient http, CreditClientOptions options) : IDisposable
{
    public CreditClient Client { get; } = new(http, options);

    /// <summary>For the few requests the client has no call for.</summary>
    public HttpClient Http => http;

    public CreditClientOptions Options => options;

    public void Dispose() => http.Dispose();
}
