using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit check feedback</c> and <c>credit check reminders</c> against a real server.</summary>
public sealed class FeedbackCommandTests
{
    [Fact]
    public async Task List_of_codes_becomes_a_signed_file_from_the_command_line()
    {
        await using var server = await CliServer.StartAsync();
        var subject = Invented.Code();
        server.Folder.Write("known.ndjson", Invented.Registration(subject) + "\n");
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "known.ndjson", "--source", "SCJG", "--strict")).ExitCode);
        server.Folder.Write("codes.csv", $"代码\n{subject}\nnonsense\n{subject}\n");
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("check", "--list", "codes.csv", "--matter", "public-funds")).ExitCode);
        var asked = await server.RunAsync(
            "check", "--list", "codes.csv", "--matter", "public-funds", "--bom", "--out", "result.csv", "--json");
        Assert.True(asked.ExitCode == ExitCode.Done, asked.Talk);
        using var list = JsonDocument.Parse(asked.Out);
        Assert.Equal(2, list.RootElement.GetProperty("counts").GetProperty("checked").GetInt64());
        var file = await File.ReadAllBytesAsync(
            Path.Combine(server.Folder.Path, "result.csv"), TestContext.Current.CancellationToken);
        Assert.Equal((byte)0xEF, file[0]);
        Assert.True(File.Exists(Path.Combine(server.Folder.Path, "result.csv.sig")));
        Assert.Empty(Directory.GetFiles(server.Folder.Path, "*.part"));

        // In the language that is asked for, and in no other than there are.
        Assert.Equal(ExitCode.Usage, (await server.RunAsync(
            "check", "--list", "codes.csv", "--matter", "public-funds", "--out", "x.csv", "--lang", "fr")).ExitCode);
        Assert.Equal(ExitCode.Done, (await server.RunAsync(
            "check", "--list", "codes.csv", "--matter", "public-funds", "--out", "english.csv", "--lang", "en")).ExitCode);
        Assert.StartsWith("line,", await File.ReadAllTextAsync(
            Path.Combine(server.Folder.Path, "english.csv"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // By its number once more, over a transfer that broke off.
        var number = list.RootElement.GetProperty("list").GetString()!;
        server.Folder.Write($"again.csv.{number}.part", file[..50]);
        var again = await server.RunAsync("check", "--list", number, "--out", "again.csv");
        Assert.Contains("审查数量 2 checked, 失信数量 0", again.Out, StringComparison.Ordinal);
        Assert.Equal(
            file, await File.ReadAllBytesAsync(Path.Combine(server.Folder.Path, "again.csv"), TestContext.Current.CancellationToken));
    }

    private const string Measure = "restrict-public-funds";

    [Fact]
    public async Task Check_is_reminded_of_until_it_is_fed_back_and_corrected_from_the_command_line()
    {
        await using var server = await CliServer.StartAsync();
        var subject = Invented.Code();
        server.Folder.Write("listed.ndjson", $"{Invented.Registration(subject)}\n{Invented.ListEntry(subject, "L-1")}\n");
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "listed.ndjson", "--source", "SCJG", "--strict")).ExitCode);
        using var check = JsonDocument.Parse((await server.RunAsync("check", subject, "--matter", "public-funds", "--json")).Out);
        Assert.Equal("stop", check.RootElement.GetProperty("outcome").GetString());
        var number = check.RootElement.GetProperty("check").GetString()!;

        Assert.Contains(number, (await server.RunAsync("check", "reminders")).Out, StringComparison.Ordinal);
        var usage = await server.RunAsync("check", "feedback", number, "--measure", Measure);
        Assert.Equal(ExitCode.Usage, usage.ExitCode);
        var given = await server.RunAsync("check", "feedback", number, "--measure", Measure, "--action", "applied", "--amount", "12.5");
        Assert.True(given.ExitCode == ExitCode.Done, given.Talk);
        Assert.Contains("revision 1", given.Out, StringComparison.Ordinal);
        Assert.Contains("feedback-given", (await server.RunAsync(
            "check", "feedback", number, "--measure", Measure, "--action", "applied")).Talk, StringComparison.Ordinal);
        using var corrected = JsonDocument.Parse((await server.RunAsync(
            "check", "feedback", number, "--measure", Measure, "--action", "not-applied", "--note", "误报", "--correct", "--json")).Out);
        Assert.Equal(2, corrected.RootElement.GetProperty("revision").GetInt32());

        var shown = await server.RunAsync("check", "feedback", number);
        Assert.Contains($"{Measure}  not-applied on ", shown.Out, StringComparison.Ordinal);
        using var read = JsonDocument.Parse((await server.RunAsync("check", "feedback", number, "--json")).Out);
        Assert.Equal("12.5", read.RootElement.GetProperty("items")[0].GetProperty("former")[0].GetProperty("amount").GetString());
        var reminders = await server.RunAsync("check", "reminders", "--json");
        Assert.Equal("", reminders.Out);
        Assert.Contains("0 measures wait for feedback.", reminders.Talk, StringComparison.Ordinal);
    }
}
