using System.Text.Json;
using CreditGrains.Cli.Terminal;
using Microsoft.AspNetCore.Http;

namespace CreditGrains.Client.Tests.Server;

public sealed class CommandLineTests
{
    private const string Subject = "91990101MX00000190";

    [Fact]
    public async Task Five_minutes_from_generating_to_explaining_work_without_a_token()
    {
        await using var server = await CliServer.StartAsync();
        var generated = await server.RunAsync("generate", "--subjects", "300", "--seed", "1", "--end", "2026-11-20", "--out", "s.ndjson");
        Assert.Equal((ExitCode.Done, ""), (generated.ExitCode, generated.Out));

        var fed = await server.RunAsync("feed", "s.ndjson", "--source", "DEMO", "--batch", "700", "--json");
        Assert.True(fed.ExitCode == ExitCode.Done, fed.Talk);
        Assert.Contains("development token (source)", fed.Talk, StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(fed.Out);
        Assert.Contains(
            $"{summary.RootElement.GetProperty("lines").GetInt64()} lines about 300 invented organisations", generated.Talk,
                StringComparison.Ordinal);
        var bad = summary.RootElement.GetProperty("rejected").GetInt64();
        Assert.Contains($"{bad} bad", generated.Talk, StringComparison.Ordinal);
        Assert.Equal(bad, summary.RootElement.GetProperty("codes").EnumerateObject().Sum(code => code.Value.GetInt64()));
        Assert.False(File.Exists(Path.Combine(server.Folder.Path, "s.ndjson.credit-progress")));

        var again = await server.RunAsync("feed", "s.ndjson", "--source", "DEMO", "--strict");
        Assert.Equal(ExitCode.Failed, again.ExitCode);
        Assert.Contains(" 0 accepted, ", again.Out, StringComparison.Ordinal);

        var check = await server.RunAsync("check", Subject, "--matter", "public-funds", "--json");
        using var answer = JsonDocument.Parse(check.Out);
        Assert.Equal(Subject, answer.RootElement.GetProperty("subject").GetString());
        Assert.StartsWith("sha256:", answer.RootElement.GetProperty("receipt").GetProperty("digest").GetString(), StringComparison.Ordinal);
        var shown = await server.RunAsync("check", Subject, "--matter", "public-funds");
        Assert.StartsWith(answer.RootElement.GetProperty("outcome").GetString()!.ToUpperInvariant(), shown.Out, StringComparison.Ordinal);
        Assert.Contains($"Next: credit explain {Subject}", shown.Talk, StringComparison.Ordinal);

        var checkNumber = answer.RootElement.GetProperty("check").GetString()!;
        Assert.Equal(check.Out, (await server.RunAsync("check", "replay", checkNumber)).Out);
        var verified = await server.RunAsync("check", "verify", checkNumber);
        Assert.True(verified.ExitCode == ExitCode.Done, verified.Talk);
        Assert.StartsWith($"IDENTICAL  {checkNumber}  {Subject}", verified.Out, StringComparison.Ordinal);
        using var verification = JsonDocument.Parse((await server.RunAsync("check", "verify", checkNumber, "--json")).Out);
        Assert.True(verification.RootElement.GetProperty("identical").GetBoolean());
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("check", "verify", "CK-20260101-0123456789ABCDEF")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("check", Subject)).ExitCode);
        server.Folder.Write("codes.csv", $"{Subject},a column more\n\nnonsense\n{Subject}\n");
        var ofFile = await server.RunAsync("check", "--file", "codes.csv", "--matter", "public-funds");
        Assert.True(ofFile.ExitCode == ExitCode.Done, ofFile.Talk);
        Assert.Equal(3, ofFile.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("line 3: uscc-length", ofFile.Talk, StringComparison.Ordinal);
        Assert.Contains("审查数量 2 checked", ofFile.Talk, StringComparison.Ordinal);
        Assert.Contains("0 measures wait for feedback.", (await server.RunAsync("check", "reminders")).Talk, StringComparison.Ordinal);
        Assert.StartsWith(checkNumber, (await server.RunAsync("check", "feedback", checkNumber)).Out, StringComparison.Ordinal);
        Assert.Contains("measure-not-in-check", (await server.RunAsync(
            "check", "feedback", checkNumber, "--measure", "nonsense", "--action", "applied")).Talk, StringComparison.Ordinal);
        Assert.StartsWith("WHOLE", (await server.RunAsync("audit", "verify")).Out, StringComparison.Ordinal);
        Assert.Contains(": proved", (await server.RunAsync("audit", "verify", "--check", checkNumber)).Out, StringComparison.Ordinal);

        var explained = await server.RunAsync("explain", Subject, "--as-of", "2026-11-01");
        Assert.Contains("2026-11-01", explained.Out, StringComparison.Ordinal);
        using var assessment = JsonDocument.Parse((await server.RunAsync("explain", Subject, "--json")).Out);
        Assert.True(assessment.RootElement.TryGetProperty("indicators", out _));

        // Lists show what is written back, which follows the receipt within a second or so.
        var found = await server.RunAsync("search", "虚构星海");
        for (var i = 0; i < 100 && !found.Out.Contains(Subject, StringComparison.Ordinal); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            found = await server.RunAsync("search", "虚构星海");
        }

        Assert.Contains(Subject, found.Out, StringComparison.Ordinal);

        var open = bad;
        var listed = await server.RunAsync("quarantine", "list", "--source", "DEMO", "--json");
        Assert.Equal(open, listed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        using var line = JsonDocument.Parse(listed.Out.Split('\n')[0]);
        var number = line.RootElement.GetProperty("number").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("quarantine", "resubmit", number, "--source", "DEMO")).ExitCode);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("quarantine", "dismiss", number, "--source", "DEMO")).ExitCode);
        Assert.Contains($"{open - 1} open", (await server.RunAsync("quarantine", "list", "--source", "DEMO")).Talk,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_command_prints_a_token_that_the_server_takes_for_its_roles_only()
    {
        await using var server = await CliServer.StartAsync();
        var token = await server.RunAsync("token", "--roles", "checker,auditor");
        Assert.Matches("^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\r?\n$", token.Out);
        var environment = new Dictionary<string, string> { ["CREDIT_TOKEN"] = token.Out.Trim() };
        var check = await server.RunAsync(environment, ["check", Subject, "--matter", "public-funds"]);
        Assert.True(check.ExitCode == ExitCode.Done, check.Talk);
        Assert.DoesNotContain("development token", check.Talk, StringComparison.Ordinal);
        server.Folder.Write("a.ndjson", "{}\n");
        Assert.Equal(ExitCode.NotAllowed, (await server.RunAsync(environment, ["feed", "a.ndjson", "--source", "DEMO"])).ExitCode);
        Assert.Equal(ExitCode.NotAllowed, (await server.RunAsync(
            new Dictionary<string, string> { ["CREDIT_TOKEN"] = "nonsense" }, ["check", Subject, "--matter", "public-funds"])).ExitCode);
    }

    [Fact]
    public async Task Commands_end_with_the_documented_exit_codes()
    {
        await using var server = await CliServer.StartAsync();
        var nobody = new Dictionary<string, string> { ["CREDIT_URL"] = "http://127.0.0.1:1", ["CREDIT_DATA"] = server.Folder.Path };
        Assert.Equal(ExitCode.Unreachable, (await server.RunAsync(nobody, ["check", Subject, "--matter", "public-funds"])).ExitCode);
        server.Folder.Write("a.ndjson", "{}\n");
        Assert.Equal(ExitCode.Unreachable, (await server.RunAsync(nobody, ["feed", "a.ndjson", "--source", "X"])).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("check", Subject)).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("nonsense")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("token", "--roles", "king")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("feed", "a.ndjson", "--source", "X", "--batch", "0")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync(
            new Dictionary<string, string> { ["CREDIT_URL"] = "ftp://x" }, ["check", Subject, "--matter", "m"])).ExitCode);
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("feed", "missing.ndjson", "--source", "X")).ExitCode);
        server.Folder.Write("a.csv", "a,b\n1,2\n");
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("feed", "a.csv", "--source", "X")).ExitCode);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("check", Subject, "--matter", "no-such-matter")).ExitCode);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("explain", "914403001922038216")).ExitCode);
        var noDate = await server.RunAsync("explain", Subject, "--as-of", "2026-13-01");
        Assert.Equal((ExitCode.Usage, true), (noDate.ExitCode, noDate.Talk.Contains("YYYY-MM-DD", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("up")).ExitCode);
    }

    [Fact]
    public async Task Help_begins_with_examples_and_documents_exit_codes()
    {
        using var folder = new TemporaryFolder();
        foreach (var command in new[] { "", "feed", "check", "explain", "generate", "token", "rulebook check", "quarantine list",
            "doctor", "policy", "policy simulate", "policy activate", "recompute show", "inspection draw", "rulebook compare" })
        {
            var help = await CliResult.OfAsync(
                folder.Path, new Dictionary<string, string>(), [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Equal(ExitCode.Done, help.ExitCode);
            Assert.StartsWith("Examples:", help.Out, StringComparison.Ordinal);
            Assert.Contains("Exit codes:", help.Out, StringComparison.Ordinal);
            Assert.Equal("", help.Talk);
        }
    }

    [Fact]
    public async Task Rulebook_check_reports_every_mistake_with_its_place()
    {
        using var folder = new TemporaryFolder();
        var good = await CliResult.OfAsync(folder.Path, new Dictionary<string, string>(), ["rulebook", "check",
            Repository.Rulebook("tw-fsc")]);
        Assert.True(good.ExitCode == ExitCode.Done, good.Out);
        foreach (var file in Directory.GetFiles(Repository.Rulebook("tw-fsc"), "*.yaml"))
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        File.AppendAllText(Path.Combine(folder.Path, "rulebook.yaml"), "colour: red\nflavour: sour\n");
        var bad = await CliResult.OfAsync(folder.Path, new Dictionary<string, string>(), ["rulebook", "check", "."]);
        Assert.Equal(ExitCode.Invalid, bad.ExitCode);
        Assert.Equal(2, bad.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Matches("(?m)^rulebook\\.yaml:\\d+: [a-z-]+: .*colour", bad.Out);
        using var json = JsonDocument.Parse((await CliResult.OfAsync(
            folder.Path, new Dictionary<string, string>(), ["rulebook", "check", ".", "--json"])).Out);
        Assert.False(json.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("mistakes").GetArrayLength());
    }

    [Fact]
    public async Task Rulebook_schema_writes_what_the_repository_holds()
    {
        using var folder = new TemporaryFolder();
        var run = await CliResult.OfAsync(folder.Path, new Dictionary<string, string>(), ["rulebook", "schema", "--out", "s"]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        var kept = Directory.GetFiles(Path.Combine(Repository.Root, "rulebooks", "schema")).Select(Path.GetFileName).Order().ToList();
        Assert.Equal(kept, Directory.GetFiles(Path.Combine(folder.Path, "s")).Select(Path.GetFileName).Order());
        Assert.All(kept, name => Assert.Equal(
            File.ReadAllText(Path.Combine(Repository.Root, "rulebooks", "schema", name!)), File.ReadAllText(Path.Combine(folder.Path, "s",
                name!))));
    }

    [Fact]
    public async Task Doctor_finds_all_well_with_a_server_and_fails_without()
    {
        await using var server = await CliServer.StartAsync();
        var well = await server.RunAsync("doctor", "--rulebook", Repository.Rulebook("cn-district"));
        Assert.True(well.ExitCode == ExitCode.Done, well.Out);
        Assert.DoesNotContain("FAIL", well.Out, StringComparison.Ordinal);
        var ill = await server.RunAsync(new Dictionary<string, string> { ["CREDIT_URL"] = "http://127.0.0.1:1" }, ["doctor"]);
        using var json = JsonDocument.Parse((await server.RunAsync("doctor", "--json")).Out);
        Assert.True(json.RootElement.GetProperty("well").GetBoolean());
        Assert.Contains(json.RootElement.GetProperty("findings").EnumerateArray(), line => line.GetProperty("finding").GetString() == "OK");
        Assert.Equal(ExitCode.Failed, ill.ExitCode);
        Assert.Contains("FAIL  nothing listens", ill.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_fails_for_a_ready_server_whose_database_is_silent()
    {
        await using var server = await CliServer.StartAsync();
        await using var silent = await Receiver.StartAsync();
        silent.Answer = (_, context) => context.Response.WriteAsync("""{"ready":true,"storeSilentSince":"2026-11-30T08:09:10Z"}""");
        var ill = await server.RunAsync(
            new Dictionary<string, string> { ["CREDIT_URL"] = new Uri(new Uri(silent.Url), "/").ToString() }, ["doctor"]);
        Assert.Equal(ExitCode.Failed, ill.ExitCode);
        Assert.Contains("has not answered since 2026-11-30 08:09:10 UTC", ill.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measures_are_listed_and_audited_with_their_causes()
    {
        await using var server = await CliServer.StartAsync();
        var subject = Invented.Code();
        await File.WriteAllLinesAsync(
            Path.Combine(server.Folder.Path, "l.ndjson"), [Invented.Registration(subject), Invented.ListEntry(subject, "L-1")],
            TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "l.ndjson", "--source", "DEMO", "--strict")).ExitCode);
        var listed = await server.RunAsync("measures", "list");
        Assert.Contains("restrict-public-funds  restraint, mandatory, in-force", listed.Out, StringComparison.Ordinal);
        var found = await server.RunAsync("measures", "audit", "--class", "restraint");

        // A row is written back a moment after it is accepted.
        for (var i = 0; i < 1000 && !found.Out.Contains(subject, StringComparison.Ordinal); i++)
            found = await server.RunAsync("measures", "audit", "--class", "restraint");
        Assert.Contains($"{subject}  restrict-public-funds  DEMO L-1", found.Out, StringComparison.Ordinal);
        Assert.Contains("measures in force on", found.Talk, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("measures", "audit", "--measure", "nothing")).ExitCode);
    }
}
