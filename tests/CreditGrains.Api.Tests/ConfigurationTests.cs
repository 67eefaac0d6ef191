using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using CreditGrains.Engine;
using CreditGrains.Silo;
using CreditGrains.Silo.Configuration;

namespace CreditGrains.Api.Tests;

/// <summary>Settings of files, of the environment and of the command line, and what is refused.</summary>
public sealed partial class ConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("credit-config-").FullName;

    /// <summary>Properties that no operator sets, and why.</summary>
    private static readonly Dictionary<string, string> Left = new()
    {
        ["StopsWithInput"] = "command line only: it is about one start",
        ["Succeed"] = "command line only: it is about one start",
        ["Now"] = "command line only: it is about one start",
        ["Time"] = "tests only",
        ["Portal:Issuer"] = "Issuer",
        ["Portal:SessionsFrom"] = "Api:TokensFrom",
        ["Portal:DashboardPath"] = "the server says where it mounts it",
        ["Api:DataDirectory"] = "DataDirectory",
        ["Api:Issuer"] = "Issuer",
        ["Api:Audience"] = "Audience",
        ["Api:NodeHost"] = "Cluster:Advertise",
        ["Api:TokenTime"] = "tests only",
        ["Api:Feed:Format"] = "each request says it",
        ["Api:Feed:AllLines"] = "each request says it",
        ["Api:Feed:Resubmits"] = "each request says it",
        ["Sqlite:Path"] = "DataDirectory",
        ["Sqlite:Time"] = "tests only",
        ["Postgres:Connection"] = "Connection",
        ["Postgres:Time"] = "tests only",
        ["Postgres:Shared"] = "Cluster:Name",
        ["Postgres:Faults"] = "the server's log",
        ["Postgres:MarkFile"] = "DataDirectory",
        ["Engine:MeterScope"] = "the host",
        ["Engine:Recomputation:LiveLatencyMs"] = "code only",
        ["Engine:Recomputation:Signer"] = "the store's key",
        ["Engine:Reports:Signer"] = "the store's key",
        ["Engine:Subscriptions:AllowLoopback"] = "follows from Issuer",
        ["Engine:Subscriptions:Resolve"] = "code only",
        ["Engine:Subscriptions:Keys"] = "read from KeyFile",
        ["Engine:Subscriptions:RequiresKeys"] = "always in the server",
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void File_environment_and_command_line_rank_in_this_order_and_are_named()
    {
        var file = Write("""
            {"Credit": {"DataDirectory": "/from/file", "Demo": false, "Urls": ["http://127.0.0.1:0", "http://[::1]:0"],
              "Engine": {"SweepPage": 100, "CommitQueueMax": 7, "Recomputation": {"CpuShareMax": 0.5},
                "Subscriptions": {"AnswerMax": 2.5}}}}
            """);
        var options = ServerCommand.Read(["--config", file, "--data", _folder, "--set", "engine:commitqueuemax=9"]);
        Assert.Equal((_folder, false, 9), (options.DataDirectory, options.Demo, options.Engine.CommitQueueMax));
        Assert.Equal(["http://127.0.0.1:0", "http://[::1]:0"], options.Urls);
        Assert.Equal(0.5, options.Engine.Recomputation.CpuShareMax);
        Assert.Equal(TimeSpan.FromSeconds(2.5), options.Engine.Subscriptions.AnswerMax);
        Assert.Equal(new EngineOptions().CommitEventsMax, options.Engine.CommitEventsMax);

        Environment.SetEnvironmentVariable("CREDIT__ENGINE__SWEEPPAGE", "321");
        try
        {
            Assert.Equal(321, ServerCommand.Read(["--config", file]).Engine.SweepPage);
        }
        finally
        {
            Environment.SetEnvironmentVariable("CREDIT__ENGINE__SWEEPPAGE", null);
        }
    }

    [Theory]
    [InlineData(
        """{"Credit": {"Engine": {"SweepPage": 0}}}""",
        "Engine:SweepPage must be a whole number from 1 to 100000 (subjects); given is '0'")]
    [InlineData("""{"Credit": {"Engine": {"SweepPage": "many"}}}""", "given is 'many'")]
    [InlineData("""{"Credit": {"Engine": {"SweepPages": 5}}}""", "there is no setting Engine:SweepPages")]
    [InlineData("""{"Credit": {"Demo": "perhaps"}}""", "Demo must be true or false")]
    [InlineData("""{"Credit": {"Store": "paper"}}""", "Store must be sqlite or postgres; given is 'paper'")]
    [InlineData("""{"Credit": {"Cluster": {"Advertise": "here"}}}""", "Cluster:Advertise must be an IP address")]
    [InlineData("""{"Credit": {"Telemetry": {"Endpoint": "collector:4317"}}}""", "Telemetry:Endpoint must be an address")]
    [InlineData("""{"Credit": {"Proxy": {"Networks": "10.0.0.0/33"}}}""", "Proxy:Networks must be networks such as")]
    [InlineData("""{"Credit": {"Api": {"TokensFrom": "2026-11-30T08:00:00"}}}""", "Api:TokensFrom must be an instant such as")]
    [InlineData("""{"Credit": {"Api": {"TokensFrom": "yesterday"}}}""", "Api:TokensFrom must be an instant such as")]
    [InlineData("""{"Credit": {"ConnectionFile": "/no/such/file"}}""", "ConnectionFile names a file that cannot be read")]
    [InlineData("""{"Kestrel": {"Endpoints": {"a": {"Url": "http://0.0.0.0:0"}}}}""", "there is no section Kestrel")]
    [InlineData("""{"Credit": {""", "cannot be read")]
    public async Task Setting_that_cannot_be_is_refused_by_its_name_bound_and_value(string json, string expected)
    {
        var (file, output, talk) = (Write(json), new StringWriter(), new StringWriter());
        Assert.Equal(ExitCodes.Usage, await ServerCommand.RunAsync(["--config", file], output, talk));
        Assert.Contains(expected, talk.ToString(), StringComparison.Ordinal);
        Assert.Contains(file, talk.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await ServerCommand.RunAsync(["config", "check", "--config", file], output, talk));
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var talk = new StringWriter();
        await ServerCommand.RunAsync(
            ["--set", "Engine:SweepPage=0", "--set", "Nothing=1", "--requests", "x", "--set", "Portal:ClientSecret=s"],
            new StringWriter(), talk);
        Assert.Contains("--set Engine:SweepPage: Engine:SweepPage must", talk.ToString(), StringComparison.Ordinal);
        Assert.Contains("--set Nothing: there is no setting Nothing", talk.ToString(), StringComparison.Ordinal);
        Assert.Contains("--requests: Api:ClientRequestsMax must", talk.ToString(), StringComparison.Ordinal);
        Assert.Contains("Portal:ClientSecret is a secret", talk.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://approvals.example.org")]
    [InlineData("https://approvals.example.org;https://*.example.org")]
    public async Task Origin_that_may_not_frame_is_refused_by_name(string origins)
    {
        var talk = new StringWriter();
        await ServerCommand.RunAsync(["--set", $"Portal:EmbedOrigins={origins}"], new StringWriter(), talk);
        Assert.Contains("Portal:EmbedOrigins must be origins", talk.ToString(), StringComparison.Ordinal);
        var read = ServerCommand.Read(["--set", "Portal:EmbedOrigins=https://a.example.org; http://localhost:8090"]);
        Assert.Equal(["https://a.example.org", "http://localhost:8090"], read.Portal.EmbedOrigins.Select(origin => origin.Value));
    }

    [Fact]
    public async Task Config_check_shows_what_holds_and_from_where_and_no_secret()
    {
        var secret = Path.Combine(_folder, "secret");
        File.WriteAllText(secret, "hush-hush\n");
        var file = Write($$$"""{"Credit": {"Portal": {"ClientSecretFile": "{{{secret}}}"}, "Engine": {"SweepPage": 77} } }""");
        var (output, talk) = (new StringWriter(), new StringWriter());
        Assert.Equal(0, await ServerCommand.RunAsync(["config", "check", "--config", file, "--no-demo"], output, talk));
        var lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Settings.All.Count, lines.Length);
        Assert.Contains($"Engine:SweepPage = 77 subjects ({file})", lines);
        Assert.Contains("Demo = false (--no-demo)", lines);
        Assert.Contains("Engine:CommitEventsMax = 4000 events (default)", lines);
        Assert.Contains($"Portal:ClientSecret = ******** ({file}, file {secret})", lines);
        Assert.DoesNotContain("hush", output.ToString() + talk, StringComparison.Ordinal);
        Assert.Equal("hush-hush", ServerCommand.Read(["--config", file]).Portal.ClientSecret);
    }

    /// <summary>A default that its own setting refuses could not be written down.</summary>
    [Fact]
    public void Default_is_within_the_bounds_of_its_setting()
    {
        var defaults = new ServerOptions { DataDirectory = "d", RulebookDirectory = "r" };
        Assert.All(Settings.All, setting =>
        {
            var other = new ServerOptions { DataDirectory = "d", RulebookDirectory = "r" };
            if (setting.Read(defaults) is not ({ Length: > 0 } text))
                return;
            Assert.True(setting.TrySet(other, text), $"{setting.Name} = {text}");
            Assert.Equal(text, setting.Read(other));
        });
    }

    /// <summary>One source: what the server refuses every host refuses, and a new option of the engine cannot forget its range.</summary>
    [Fact]
    public void Bounds_of_engine_and_stores_stand_on_their_properties() => Assert.All(
        Settings.All.Where(setting => setting.Name.Split(':')[0] is "Engine" or "Sqlite" or "Postgres"),
        setting => Assert.Equal(
            setting.Min is not null || setting.Property.PropertyType.IsValueType && setting.Property.PropertyType != typeof(bool),
            setting.Property.GetCustomAttribute<RangeAttribute>() is not null));

    [Fact]
    public void Every_option_is_a_setting_or_is_left_out_for_a_reason()
    {
        var set = Settings.All.Select(setting => setting.Property).ToHashSet();
        var missing = new List<string>();
        Visit(typeof(ServerOptions), "");
        Assert.Empty(missing);

        void Visit(Type type, string path)
        {
            foreach (var property in type.GetProperties().Where(property => property.CanWrite))
            {
                var name = path + property.Name;
                if (property.PropertyType.Namespace!.StartsWith("CreditGrains", StringComparison.Ordinal)
                    && property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal))
                    Visit(property.PropertyType, name + ":");
                else if (!set.Contains(property) && !Left.ContainsKey(name) && Settings.Find(name) is null)
                    missing.Add(name);
            }
        }
    }

    [Fact]
    public void Document_has_every_setting_with_default_unit_and_bound()
    {
        var defaults = new ServerOptions { DataDirectory = ".data", RulebookDirectory = "rulebooks/cn-district" };
        var page = new StringBuilder(Preface);
        var group = "";
        foreach (var setting in Settings.All)
        {
            var of = setting.Name.Contains(':', StringComparison.Ordinal) ? setting.Name[..setting.Name.LastIndexOf(':')] : "";
            if (page.Length == Preface.Length || of != group)
            {
                page.Append(CultureInfo.InvariantCulture, $"\n## {(of.Length == 0 ? "The server" : $"`{of}`")}\n\n");
                page.Append("| Setting | Default | Unit | Allowed | What it is |\n|---|---|---|---|---|\n");
                group = of;
            }

            var value = setting.IsOfMachine ? "by the machine"
                : (setting.Read(defaults) ?? setting.Unset) is { Length: > 0 } text ? $"`{text}`" : "none";
            var unit = setting.Min is null ? "" : setting.Unit;
            var what = (setting.IsSecret ? "Secret. " : "") + SummaryOf(setting.Property);
            page.Append(CultureInfo.InvariantCulture, $"| `{setting.Name}` | {value} | {unit} | {setting.Bound} | {what} |\n");
        }

        Repository.AssertDocument("configuration.md", page.ToString());
    }

    private string Write(string json)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, json);
        return path;
    }

    /// <summary>Documentation of a property, without markup.</summary>
    private static string SummaryOf(PropertyInfo property)
    {
        var file = Directory.EnumerateFiles(Repository.Root, property.DeclaringType!.Name + ".cs", SearchOption.AllDirectories)
            .First(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));
        var lines = File.ReadAllLines(file);
        var at = Array.FindIndex(lines, line => Regex.IsMatch(line, $@"^\s+public .*\b{property.Name} \{{ get;"));
        while (lines[at - 1].TrimStart().StartsWith('['))
            at--;
        var from = at;
        while (lines[from - 1].TrimStart().StartsWith("///", StringComparison.Ordinal))
            from--;
        var text = string.Join(' ', lines[from..at].Select(line => line.Trim().TrimStart('/').Trim()));
        text = Reference().Replace(text, match => $"`{match.Groups[1].Value.Split('.')[^1].TrimEnd('}')}`");
        text = Code().Replace(text, "`$1`");
        text = Tag().Replace(text, "").Trim();
        Assert.NotEqual("", text);
        return text.Replace("|", "\\|", StringComparison.Ordinal);
    }

    [GeneratedRegex("""<see cref="([^"]*)"/>""")]
    private static partial Regex Reference();

    [GeneratedRegex("<c>([^<]*)</c>")]
    private static partial Regex Code();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    private const string Preface = """
        # Settings

        Written from the code; a test holds it. A setting is given, from the lowest rank to the highest, in

        1. a file in JSON, named by `--config FILE` or `$CREDIT_CONFIG`: `{"Credit": {"Engine": {"SweepPage": 200}}}`; lists as arrays;
        2. the environment: `CREDIT__ENGINE__SWEEPPAGE=200`, the name in any case, with two underscores for each colon;
        3. the command line: `--set Engine:SweepPage=200`, or the option of its own that `credit up --help` lists.

        A secret is not taken by `--set`; for each there is a setting whose name ends in `File` and that names a file with it
        (`Portal:ClientSecretFile`). `CREDIT_DATA`, `CREDIT_ISSUER`, `CREDIT_AUDIENCE`, `CREDIT_CONNECTION` (with `Store` = `postgres`),
        `CREDIT_PORTAL_CLIENT`, `CREDIT_PORTAL_SECRET` and `CREDIT_PORTAL_CONTACT` still hold.

        `credit config check` with the options of `credit up` prints every setting that would hold and where it comes from, secrets masked,
        or what is wrong (exit code 2). An unknown setting, a section that is not `Credit`, and a value out of bounds are refused by name,
        all at once. Neither Kestrel nor Orleans reads any of these sources: addresses are those of `Urls` and `Cluster`. Beyond loopback
        the server wants an OpenID Connect issuer, and says so where it has no TLS: `Tls:Certificate`, or a proxy that `Proxy:Networks`
        names ([operations.md](operations.md#tls)).

        """;
}
