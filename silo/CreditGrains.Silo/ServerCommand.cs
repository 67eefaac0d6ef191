using CreditGrains.Engine.Storage;
using CreditGrains.Silo.Configuration;
using CreditGrains.Storage.Postgres;

namespace CreditGrains.Silo;

/// <summary>The server process: reads options, serves in the foreground, stops on SIGTERM.</summary>
public static class ServerCommand
{
    internal const string DefaultAddress = "http://127.0.0.1:8080";
    internal const string DefaultData = ".data";

    /// <summary>Runs until it is asked to stop. Exactly one line, <c>ready URL</c>, goes to <paramref name="output"/>.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter talk)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(talk);
        if (ServerArguments.TryHelp(args, talk))
            return ExitCodes.Stopped;
        try
        {
            if (args is ["config", "check", ..])
                return await CheckAsync([.. args.Skip(2)], output, talk);
            if (args is ["migrate", ..])
                return await MigrateAsync([.. args.Skip(1)], output);
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

    /// <summary>Reads settings from file, environment and command line, in this order of rank.</summary>
    /// <exception cref="StartRefusedException">An option or setting is unknown or cannot be; the message has all of them.</exception>
    internal static ServerOptions Read(IReadOnlyList<string> args)
    {
        var settings = ReadSettings(args, out var line);
        if (settings.Mistakes.Count > 0)
            throw new StartRefusedException(ExitCodes.Usage, string.Join('\n', settings.Mistakes));
        return Complete(settings, line);
    }

    /// <summary>Prints the effective settings with where each comes from, or what is wrong with them.</summary>
    private static async Task<int> CheckAsync(IReadOnlyList<string> args, TextWriter output, TextWriter talk)
    {
        var settings = ReadSettings(args, out var line);
        foreach (var mistake in settings.Mistakes)
            await talk.WriteLineAsync(mistake);
        if (settings.Mistakes.Count > 0)
            return ExitCodes.Usage;
        var options = Complete(settings, line);
        var addresses = Addresses.Read(options.Urls);
        LoopbackGuard.Require(options, addresses);
        CreditServer.RequireIssuer(options);
        foreach (var setting in settings.Lines())
            await output.WriteLineAsync(setting);
        ServerCertificate.Read(options.Tls, addresses);
        foreach (var warning in LoopbackGuard.Unencrypted(options, addresses))
            await talk.WriteLineAsync(warning + ".");
        return ExitCodes.Stopped;
    }

    /// <summary>
    /// Creates the schema of a PostgreSQL store, or brings it forward, as <c>credit migrate</c> does: an image has the server alone, and a
    /// server under its own role may not.
    /// </summary>
    private static async Task<int> MigrateAsync(IReadOnlyList<string> args, TextWriter output)
    {
        var options = Read(args);
        if (options.Connection is not { } connection)
            throw new StartRefusedException(ExitCodes.Usage, "migrate needs --store postgres and a connection string.");
        try
        {
            var (from, to) = await PostgresStore.MigrateAsync(
                options.Postgres with { Connection = connection }, CancellationToken.None);
            await output.WriteLineAsync(from == to ? $"schema version {to}: nothing to do" : $"schema version {from} -> {to}");
            return ExitCodes.Stopped;
        }
        catch (StoreException refused)
        {
            throw new StartRefusedException(ExitCodes.Data, refused.Message, refused);
        }
    }

    private static EffectiveSettings ReadSettings(IReadOnlyList<string> args, out ServerArguments line)
    {
        line = ServerArguments.Parse(args);
        var file = line.ConfigFile ?? Environment.GetEnvironmentVariable("CREDIT_CONFIG");
        List<GivenSetting> given =
            [.. string.IsNullOrEmpty(file) ? [] : SettingSources.OfFile(file), .. SettingSources.OfEnvironment(), .. line.Settings];

        // Commands that need a database read it too, so beside a SQLite store it is no mistake.
        var store = given.LastOrDefault(each => string.Equals(each.Name, "Store", StringComparison.OrdinalIgnoreCase));
        if (store?.Value == "postgres" && Environment.GetEnvironmentVariable("CREDIT_CONNECTION") is { Length: > 0 } connection)
            given.Insert(0, new GivenSetting("Connection", connection, "$CREDIT_CONNECTION"));
        return EffectiveSettings.Of(
            new ServerOptions { DataDirectory = DefaultData, RulebookDirectory = DefaultRulebook() }, given);
    }

    /// <summary>Checks of settings against each other.</summary>
    private static ServerOptions Complete(EffectiveSettings settings, ServerArguments line)
    {
        var options = settings.Options;
        var connection = ConnectionOf(settings);
        if (options.Cluster is not null && connection is null)
            throw new StartRefusedException(ExitCodes.Usage, "--cluster needs --store postgres.");
        if ((options.Gateway || line.Succeeds) && options.Cluster is null)
            throw new StartRefusedException(ExitCodes.Usage, $"{(options.Gateway ? "--gateway" : "--succeed")} needs --cluster.");
        return options with
        {
            Connection = connection,
            Succeed = line.Succeeds,
            Now = line.Now,
            StopsWithInput = line.StopsWithInput,
            Demo = options.Demo && options.Cluster is null,
        };
    }

    /// <summary>The PostgreSQL store's connection string; null for SQLite.</summary>
    private static string? ConnectionOf(EffectiveSettings settings)
    {
        var options = settings.Options;
        if (options.Store != "postgres")
        {
            return options.Connection is null
                ? null
                : throw new StartRefusedException(ExitCodes.Usage, $"{settings.OriginOf("Connection")} goes with --store postgres.");
        }

        return options.Connection
            ?? throw new StartRefusedException(
                ExitCodes.Usage, "--store postgres needs a connection string: set CREDIT_CONNECTION, or give --connection.");
    }

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
