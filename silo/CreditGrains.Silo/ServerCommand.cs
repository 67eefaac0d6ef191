using System.Globalization;
using System.Net;
using CreditGrains.Portal;

namespace CreditGrains.Silo;

/// <summary>The server process: reads options, serves in the foreground, stops on SIGTERM.</summary>
public static class ServerCommand
{
    private const string Usage = """
        Usage: credit up [options]

          --urls URL[;URL]    listen here (default http://127.0.0.1:8080; port 0 takes a free one)
          --data DIR          store and keys (default $CREDIT_DATA, else .data)
          --rulebook DIR      the rulebook's folder (default rulebooks/cn-district)
          --store NAME        sqlite (default: a file in the data directory) or postgres
          --connection TEXT   of PostgreSQL, such as "Host=db;Username=credit;Database=credit" ($CREDIT_CONNECTION);
                              with a password rather in the environment: other users of the machine see options
          --cluster NAME      join or form this cluster (with --store postgres)
          --gateway           ... as a gateway: take requests, own nothing
          --succeed           ... with another rulebook: wait until the old nodes have ended, then take over
          --advertise IP      ... reached by other nodes here (default 127.0.0.1)
          --silo-port N, --gateway-port N   ... on these ports (default: free ones)
          --stop-with-input   stop when the standard input ends, for a program that starts this one
          --no-demo           do not load the demonstration into an empty store
          --downgrades P      share of subjects in percent that a new policy may put down a grade unconfirmed (default 5)
          --requests N        requests of one client answered in ten seconds (default 1000000; 0 for any number)
          --webhook-networks NET[,NET]   internal networks that subscriptions may send to, such as 10.20.0.0/16 (default none)
          --issuer URL        accept tokens of this OpenID Connect issuer ($CREDIT_ISSUER)
          --audience TEXT     ... that name this audience ($CREDIT_AUDIENCE)

        The web pages are at /portal; people sign in with the same issuer, to which they are known as $CREDIT_PORTAL_CLIENT (default
        creditgrains-portal) with $CREDIT_PORTAL_SECRET. $CREDIT_PORTAL_CONTACT is shown as the operator's contact.

        Exit codes: 0 stopped, 1 fault, 2 options, 3 rulebook, 4 data directory or database, 5 data in use by another server, 6 address,
                    7 refused by the cluster, or no silo of it can be reached.
        """;

    internal const string DefaultAddress = "http://127.0.0.1:8080";
    internal const string DefaultData = ".data";

    private static readonly string[] WithValue =
        ["--urls", "--data", "--rulebook", "--store", "--connection", "--issuer", "--audience", "--downgrades", "--requests", "--cluster",
            "--advertise", "--silo-port", "--gateway-port", "--webhook-networks"];

    /// <summary>Runs until it is asked to stop. Exactly one line, <c>ready URL</c>, goes to <paramref name="output"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter talk)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(talk);
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            await talk.WriteLineAsync(Usage);
            return ExitCodes.Stopped;
        }

        try
        {
            var options = Read(args);
            await using var server = await CreditServer.StartAsync(options, talk, CancellationToken.None);
            await talk.WriteLineAsync($"Web pages: {server.Address}/portal");
            await output.WriteLineAsync($"ready {server.Address}");
            await output.FlushAsync();
            using var stop = new CancellationTokenSource();
            if (options.StopsWithInput)
                _ = Console.In.ReadToEndAsync(stop.Token).ContinueWith(_ => stop.Cancel(), TaskScheduler.Default);
            await server.WaitForStopAsync(stop.Token);
            return server.IsSuperseded ? ExitCodes.DataInUse : ExitCodes.Stopped;
        }
        catch (StartRefusedException refused)
        {
            await talk.WriteLineAsync(refused.Message);
            return refused.ExitCode;
        }
    }

    /// <exception cref="StartRefusedException">An option is unknown, lacks its value, or names what this build does not have.</exception>
    internal static ServerOptions Read(IReadOnlyList<string> args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var demo = true;
        var gateway = false;
        var stopsWithInput = false;
        var succeed = false;
        for (var i = 0; i < args.Count; i++)
        {
            var at = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var (name, value) = at > 0 ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (name == "--no-demo" && value is null)
                demo = false;
            else if (name == "--gateway" && value is null)
                gateway = true;
            else if (name == "--stop-with-input" && value is null)
                stopsWithInput = true;
            else if (name == "--succeed" && value is null)
                succeed = true;
            else if (!WithValue.Contains(name))
                throw new StartRefusedException(ExitCodes.Usage, $"There is no option '{args[i]}'.\n\n{Usage}");
            else if (value is null && i + 1 == args.Count)
                throw new StartRefusedException(ExitCodes.Usage, $"{name} needs a value.");
            else
                given[name] = value ?? args[++i];
        }

        var (connection, cluster) = (ConnectionOf(given), given.GetValueOrDefault("--cluster"));
        if (cluster is not null && connection is null)
            throw new StartRefusedException(ExitCodes.Usage, "--cluster needs --store postgres.");
        if ((gateway || succeed) && cluster is null)
            throw new StartRefusedException(ExitCodes.Usage, $"{(gateway ? "--gateway" : "--succeed")} needs --cluster.");
        return new ServerOptions
        {
            Urls = given.GetValueOrDefault("--urls", DefaultAddress).Split(';', StringSplitOptions.RemoveEmptyEntries),
            DataDirectory = given.GetValueOrDefault("--data") ?? Environment.GetEnvironmentVariable("CREDIT_DATA") ?? DefaultData,
            Connection = connection,
            Cluster = cluster,
            Gateway = gateway,
            StopsWithInput = stopsWithInput,
            Succeed = succeed,
            Advertise = Advertised(given.GetValueOrDefault("--advertise", "127.0.0.1")),
            SiloPort = PortOf(given, "--silo-port"),
            GatewayPort = PortOf(given, "--gateway-port"),
            RulebookDirectory = given.GetValueOrDefault("--rulebook") ?? DefaultRulebook(),
            Demo = demo && cluster is null,
            DowngradePercentMax = Percent(given.GetValueOrDefault("--downgrades")),
            ClientRequestsMax = Requests(given.GetValueOrDefault("--requests")),
            WebhookNetworks = Networks(given.GetValueOrDefault("--webhook-networks")),
            Issuer = given.GetValueOrDefault("--issuer") ?? Environment.GetEnvironmentVariable("CREDIT_ISSUER"),
            Audience = given.GetValueOrDefault("--audience") ?? Environment.GetEnvironmentVariable("CREDIT_AUDIENCE"),
            Portal = new PortalOptions
            {
                ClientId = Environment.GetEnvironmentVariable("CREDIT_PORTAL_CLIENT") ?? new PortalOptions().ClientId,
                ClientSecret = Environment.GetEnvironmentVariable("CREDIT_PORTAL_SECRET"),
                Contact = Environment.GetEnvironmentVariable("CREDIT_PORTAL_CONTACT"),
            },
        };
    }

    private static string Advertised(string text) => IPAddress.TryParse(text, out var address)
        ? address.ToString()
        : throw new StartRefusedException(ExitCodes.Usage, $"--advertise: '{text}' is no IP address such as 10.0.0.11.");

    private static int Requests(string? text)
    {
        if (text is null)
            return new ServerOptions { DataDirectory = "", RulebookDirectory = "" }.ClientRequestsMax;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new StartRefusedException(ExitCodes.Usage, $"--requests: '{text}' is no number of requests.");
    }

    private static List<IPNetwork> Networks(string? text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            networks.Add(IPNetwork.TryParse(part, out var network)
                ? network
                : throw new StartRefusedException(
                    ExitCodes.Usage, $"--webhook-networks: '{part}' is no network such as 10.20.0.0/16."));
        }

        return networks;
    }

    private static decimal Percent(string? text)
    {
        if (text is null)
            return new ServerOptions { DataDirectory = "", RulebookDirectory = "" }.DowngradePercentMax;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
            ? percent
            : throw new StartRefusedException(ExitCodes.Usage, $"--downgrades: '{text}' is no percentage from 0 to 100.");
    }

    /// <summary>The PostgreSQL store's connection string; null for SQLite.</summary>
    private static string? ConnectionOf(Dictionary<string, string> given)
    {
        switch (given.GetValueOrDefault("--store", "sqlite"))
        {
            case "sqlite" when given.ContainsKey("--connection"):
                throw new StartRefusedException(ExitCodes.Usage, "--connection goes with --store postgres.");
            case "sqlite":
                return null;
            case "postgres":
                return given.GetValueOrDefault("--connection")
                    ?? (Environment.GetEnvironmentVariable("CREDIT_CONNECTION") is { Length: > 0 } connection ? connection : null)
                    ?? throw new StartRefusedException(
                        ExitCodes.Usage, "--store postgres needs a connection string: set CREDIT_CONNECTION, or give --connection.");
            case var other:
                throw new StartRefusedException(
                    ExitCodes.Usage, $"--store: there is no store '{other}'; this build has sqlite and postgres.");
        }
    }

    private static int PortOf(Dictionary<string, string> given, string name) => !given.TryGetValue(name, out var text)
        ? 0
        : int.TryParse(text, out var port) && port is > 0 and < 65536
            ? port
            : throw new StartRefusedException(ExitCodes.Usage, $"{name}: '{text}' is no port.");

    /// <summary>The default rulebook: in the current directory, else beside or above the program.</summary>
    internal static string DefaultRulebook()
    {
        var relative = Path.Combine("rulebooks", "cn-district");
        if (Directory.Exists(relative))
            return relative;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, relative)))
                return Path.Combine(folder.FullName, relative);
        }

        return relative;
    }
}
