using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit case</c> against a real server.</summary>
public sealed class CaseCommandTests
{
    [Fact]
    public async Task Case_is_opened_from_a_file_listed_shown_and_acted_on()
    {
        await using var server = await CliServer.StartAsync();
        var (first, second) = (Invented.Code(), Invented.Code());
        server.Folder.Write("feed.ndjson", Invented.Registration(first) + "\n" + Invented.Registration(second));
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "feed.ndjson", "--source", "SCJG")).ExitCode);
        server.Folder.Write("contract.json", JsonSerializer.Serialize(
            new { subject = first, party = second, contractNumber = "虚构-1", amount = "10", signedOn = "2026-01-01" }));
        var opened = await server.RunAsync("case", "open", "contract", "contract.json", "--as", "ZJJ", "--json");
        Assert.True(opened.ExitCode == ExitCode.Done, opened.Talk);
        var number = JsonDocument.Parse(opened.Out).RootElement.GetProperty("case").GetString()!;
        Assert.StartsWith("HT-", number, StringComparison.Ordinal);
        var listed = await server.RunAsync("case", "list", "contract");
        Assert.StartsWith($"{number}  in-performance  {first}", listed.Out, StringComparison.Ordinal);
        Assert.Equal("", (await server.RunAsync("case", "list", "contract", "--source", "SCJG")).Out);
        server.Folder.Write("breach.json", JsonSerializer.Serialize(new { party = second, grounds = "逾期", basis = "虚构裁决" }));
        var refused = await server.RunAsync("case", "act", number, "breach", "--as", "ZJJ");
        Assert.Contains("unknown-party", refused.Talk, StringComparison.Ordinal);
        var breached = await server.RunAsync("case", "act", number, "breach", "--file", "breach.json", "--as", "ZJJ");
        Assert.True(breached.ExitCode == ExitCode.Done, breached.Talk);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("case", "act", number, "close", "--reason", "已和解", "--as", "ZJJ")).ExitCode);
        var shown = await server.RunAsync("case", "show", number);
        Assert.Contains("breachReason: 逾期", shown.Out, StringComparison.Ordinal);
        Assert.Contains("close  source  已和解", shown.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("case", "show", "ZZ-1")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("case", "list", "wish")).ExitCode);
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("case", "open", "contract", "missing.json", "--as", "ZJJ")).ExitCode);
    }

    [Fact]
    public async Task Files_go_with_a_case_and_its_steps_and_come_back()
    {
        await using var server = await CliServer.StartAsync();
        var (first, second) = (Invented.Code(), Invented.Code());
        server.Folder.Write("feed.ndjson", Invented.Registration(first) + "\n" + Invented.Registration(second));
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "feed.ndjson", "--source", "SCJG")).ExitCode);
        server.Folder.Write("contract.json", JsonSerializer.Serialize(
            new { subject = first, party = second, contractNumber = "虚构-2", amount = "10", signedOn = "2026-01-01" }));
        server.Folder.Write("合同.pdf", ProofSamples.Pdf());
        server.Folder.Write("a.png", ProofSamples.Png());
        server.Folder.Write("bad.pdf", "no pdf");
        var refused = await server.RunAsync("case", "open", "contract", "contract.json", "--proof", "bad.pdf", "--as", "ZJJ");
        Assert.Contains("proof-type", refused.Talk, StringComparison.Ordinal);
        var opened = await server.RunAsync("case", "open", "contract", "contract.json", "--proof", "合同.pdf", "--as", "ZJJ", "--json");
        Assert.True(opened.ExitCode == ExitCode.Done, opened.Talk);
        var number = JsonDocument.Parse(opened.Out).RootElement.GetProperty("case").GetString()!;
        Assert.Equal(
            ExitCode.Done, (await server.RunAsync("case", "act", number, "perform", "--proof", "a.png", "--as", "ZJJ")).ExitCode);
        var shown = JsonDocument.Parse((await server.RunAsync("case", "show", number, "--json")).Out).RootElement;
        var proofs = shown.GetProperty("proofs").EnumerateArray().ToList();
        Assert.Equal(["合同.pdf", "a.png"], proofs.Select(proof => proof.GetProperty("name").GetString()));
        Assert.Contains("合同.pdf", (await server.RunAsync("case", "show", number)).Out, StringComparison.Ordinal);

        var digest = proofs[0].GetProperty("digest").GetString()!;
        Assert.Equal(ExitCode.Done, (await server.RunAsync("case", "proof", number, digest[7..15], "--out", "back.pdf")).ExitCode);
        var back = Path.Combine(server.Folder.Path, "back.pdf");
        Assert.Equal(ProofSamples.Pdf(), await File.ReadAllBytesAsync(back, TestContext.Current.CancellationToken));

        // A file that is there is not written over.
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("case", "proof", number, digest, "--out", "back.pdf")).ExitCode);
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("case", "proof", number, "0")).ExitCode);
    }
}
