using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace CreditGrains.Silo.Configuration;

/// <summary>The command line of the server: options that stand for settings, and those that are for one start only.</summary>
internal sealed record ServerArguments
{
    private const string About = """
        Serves in the foreground until it is told to stop, and prints 'ready URL' once it answers.

          The web pages are at /portal; people sign in with the same issuer, to which they are known as $CREDIT_PORTAL_CLIENT (default
          creditgrains-portal) with $CREDIT_PORTAL_SECRET. $CREDIT_PORTAL_CONTACT is shown as the operator's contact.

          Exit codes: 0 stopped, 1 fault, 2 options, 3 rulebook, 4 data directory or database, 5 data in use by another server, 6 address,
                      7 refused by the cluster, or no silo of it can be reached.
        """;

    /// <summary>Options, and the setting that each stands for; a flag with the value that it gives.</summary>
    private static readonly Dictionary<Option, (string Setting, string? Value)> OfSettings = new()
    {
        [Text("--urls", "URL[;URL]", "Listen here (default http://127.0.0.1:8080; port 0 takes a free one).")] = ("Urls", null),
        [Text("--public-url", "URL", "Where clients reach this node, behind a proxy for instance (default: where it listens).")]
            = ("Api:PublicAddress", null),
        [Text("--data", "DIR", "Store and keys (default $CREDIT_DATA, else .data).")] = ("DataDirectory", null),
        [Text("--rulebook", "DIR", "The rulebook's folder (default rulebooks/cn-district).")] = ("RulebookDirectory", null),
        [Text("--store", "NAME", "sqlite (default: a file in the data directory) or postgres.")] = ("Store", null),
        [Text("--connection", "TEXT",
            "Of PostgreSQL, such as \"Host=db;Username=credit;Database=credit\" ($CREDIT_CONNECTION); with a password rather in the "
            + "environment: other users of the machine see options.")] = ("Connection", null),
        [Text("--cluster", "NAME", "Join or form this cluster (with --store postgres).")] = ("Cluster:Name", null),
        [Flag("--gateway", "... as a gateway: take requests, own nothing.")] = ("Cluster:Gateway", "true"),
        [Text("--advertise", "IP", "... reached by other nodes here (default 127.0.0.1).")] = ("Cluster:Advertise", null),
        [Text("--silo-port", "N", "... on this port (default: a free one).")] = ("Cluster:SiloPort", null),
        [Text("--gateway-port", "N", "... for gateways on this port (default: a free one).")] = ("Cluster:GatewayPort", null),
        [Flag("--no-demo", "Do not load the demonstration into an empty store.")] = ("Demo", "false"),
        [Text("--downgrades", "P", "Share of subjects in percent that a new policy may put down a grade unconfirmed (default 5).")]
            = ("Api:DowngradePercentMax", null),
        [Text("--requests", "N", "Requests of one client answered in ten seconds (default 1000000; 0 for any number).")]
            = ("Api:ClientRequestsMax", null),
        [Text("--webhook-networks", "NET[,NET]", "Internal networks that subscriptions may send to, such as 10.20.0.0/16 (default none).")]
            = ("Engine:Subscriptions:Networks", null),
        [Text("--issuer", "URL", "Accept tokens of this OpenID Connect issuer ($CREDIT_ISSUER).")] = ("Issuer", null),
        [Text("--audience", "TEXT", "... that name this audience ($CREDIT_AUDIENCE).")] = ("Audience", null),
    };

    private static readonly Option<string[]> Set = Text(
        "--set", "NAME=VALUE", "A setting, such as Engine:WarmSubjectsMax=500000; credit config check shows what holds.");

    private static readonly Option<string[]> Config = Text(
        "--config", "FILE", "Settings in JSON ($CREDIT_CONFIG); docs/configuration.md has all of them.");

    private static readonly Option<bool> Succeed = Flag(
        "--succeed", "In a cluster with another rulebook or contract between nodes: wait until the old nodes have ended, then take over.");

    private static readonly Option<bool> StopWithInput = Flag(
        "--stop-with-input", "Stop when the standard input ends, for a program that starts this one.");

    private static readonly Option<string[]> Instant = Text(
        "--now", "INSTANT", "Start with this instant, such as 2027-03-01T09:00:00+08:00, and run on from there: for demonstrations, "
        + "training and tests, with the development issuer; refused when the store has seen a later one.");

    private static readonly Command Credit = Root();

    /// <summary>Settings, in the order given.</summary>
    public required IReadOnlyList<GivenSetting> Settings { get; init; }

    /// <summary>A file of settings.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Take over from processes with another rulebook.</summary>
    public bool Succeeds { get; init; }

    /// <summary>Stop when the standard input ends.</summary>
    public bool StopsWithInput { get; init; }

    /// <summary>The instant that the clock starts with; null for the machine's.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <exception cref="StartRefusedException">An option is unknown or lacks its value.</exception>
    public static ServerArguments Parse(IReadOnlyList<string> args)
    {
        var result = CommandLineReader.Read(Credit, "up", args);
        return new ServerArguments
        {
            Settings = [.. result.CommandResult.Children.OfType<OptionResult>().Where(given => !given.Implicit).SelectMany(Given)],
            ConfigFile = result.GetValue(Config)?.LastOrDefault(),
            Succeeds = result.GetValue(Succeed),
            StopsWithInput = result.GetValue(StopWithInput),
            Now = result.GetValue(Instant)?.LastOrDefault() is { } instant ? StartClock.Read(instant) : null,
        };
    }

    /// <summary>Writes the help if it is asked for.</summary>
    /// <returns>Whether it was.</returns>
    public static bool TryHelp(IReadOnlyList<string> args, TextWriter talk) => CommandLineReader.TryHelp(Credit, "up", args, talk);

    private static IEnumerable<GivenSetting> Given(OptionResult given) => OfSettings.TryGetValue(given.Option, out var of)
        ? of.Value is { } value
            ? [new GivenSetting(of.Setting, value, given.Option.Name)]
            : given.Tokens.Select(token => new GivenSetting(of.Setting, token.Value, given.Option.Name))
        : given.Option == Set ? given.Tokens.Select(token => Assigned(token.Value)) : [];

    private static GivenSetting Assigned(string given) => given.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? new GivenSetting(given[..at], given[(at + 1)..], $"--set {given[..at]}")
        : throw new StartRefusedException(ExitCodes.Usage, $"--set: '{given}' is no NAME=VALUE such as Engine:SweepPage=500.");

    private static Command Root()
    {
        var up = new Command("up", About) { new HelpOption() };
        foreach (var option in OfSettings.Keys.Concat([Config, Set, Succeed, StopWithInput, Instant]))
            up.Add(option);
        return new Command("credit") { up };
    }

    /// <summary>The last one given prevails.</summary>
    private static Option<string[]> Text(string name, string value, string does) => new(name) { HelpName = value, Description = does };

    private static Option<bool> Flag(string name, string does) => new(name) { Description = does, Arity = ArgumentArity.Zero };
}
