namespace CreditGrains.Silo.Configuration;

/// <summary>The command line of the server: options that stand for settings, and those that are for one start only.</summary>
internal sealed record ServerArguments
{
    /// <summary>Options with a value, and the setting that they stand for.</summary>
    private static readonly Dictionary<string, string> Valued = new(StringComparer.Ordinal)
    {
        ["--urls"] = "Urls",
        ["--public-url"] = "Api:PublicAddress",
        ["--data"] = "DataDirectory",
        ["--rulebook"] = "RulebookDirectory",
        ["--store"] = "Store",
        ["--connection"] = "Connection",
        ["--issuer"] = "Issuer",
        ["--audience"] = "Audience",
        ["--downgrades"] = "Api:DowngradePercentMax",
        ["--requests"] = "Api:ClientRequestsMax",
        ["--cluster"] = "Cluster:Name",
        ["--advertise"] = "Cluster:Advertise",
        ["--silo-port"] = "Cluster:SiloPort",
        ["--gateway-port"] = "Cluster:GatewayPort",
        ["--webhook-networks"] = "Engine:Subscriptions:Networks",
    };

    /// <summary>Options without one.</summary>
    private static readonly Dictionary<string, (string Setting, string Value)> Flags = new(StringComparer.Ordinal)
    {
        ["--no-demo"] = ("Demo", "false"),
        ["--gateway"] = ("Cluster:Gateway", "true"),
    };

    /// <summary>Settings, in the order given.</summary>
    public required IReadOnlyList<GivenSetting> Settings { get; init; }

    /// <summary>A file of settings.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Take over from processes with another rulebook.</summary>
    public bool Succeeds { get; init; }

    /// <summary>Stop when the standard input ends.</summary>
    public bool StopsWithInput { get; init; }

    /// <exception cref="StartRefusedException">An option is unknown or lacks its value.</exception>
    public static ServerArguments Parse(IReadOnlyList<string> args, string usage)
    {
        var settings = new List<GivenSetting>();
        var line = new ServerArguments { Settings = settings };
        for (var i = 0; i < args.Count; i++)
        {
            var at = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i].IndexOf('=', StringComparison.Ordinal) : -1;
            var (name, value) = at > 0 ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (value is null && Flags.TryGetValue(name, out var flag))
                settings.Add(new GivenSetting(flag.Setting, flag.Value, name));
            else if (value is null && name == "--succeed")
                line = line with { Succeeds = true };
            else if (value is null && name == "--stop-with-input")
                line = line with { StopsWithInput = true };
            else if (name is not ("--set" or "--config") && !Valued.ContainsKey(name))
                throw new StartRefusedException(ExitCodes.Usage, $"There is no option '{args[i]}'.\n\n{usage}");
            else if (value is null && i + 1 == args.Count)
                throw new StartRefusedException(ExitCodes.Usage, $"{name} needs a value.");
            else if ((value ??= args[++i]) is var given && name == "--config")
                line = line with { ConfigFile = given };
            else
                settings.Add(name == "--set" ? Set(given) : new GivenSetting(Valued[name], given, name));
        }

        return line;
    }

    private static GivenSetting Set(string given) => given.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
        ? new GivenSetting(given[..at], given[(at + 1)..], $"--set {given[..at]}")
        : throw new StartRefusedException(ExitCodes.Usage, $"--set: '{given}' is no NAME=VALUE such as Engine:SweepPage=500.");
}
