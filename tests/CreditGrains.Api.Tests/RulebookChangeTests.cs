using System.Text;
using CreditGrains.Silo;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>A rulebook that has changed beyond its policy, at the next start.</summary>
public sealed class RulebookChangeTests
{
    [Fact]
    public async Task Compatible_change_is_taken_over_and_an_incompatible_one_is_refused_with_the_records()
    {
        await using var server = await RuledServer.StartAsync();
        var (one, two) = (Invented.Code(), Invented.Code());
        await server.FeedAsync(
            "SCJG", Invented.Registration(one), Invented.Registration(two), Invented.Penalty(one, "虚罚〔2026〕1号", fine: "2.5"),
            Invented.Penalty(two, "虚罚〔2026〕2号", fine: "900"));
        await server.StopAsync();

        // A new optional field, a wider bound and a new kind.
        var folder = Folder(server.Data, ("catalogue.yaml", "      fine: {type: decimal, min: 0, places: 6, wire: CF_NR_FK",
            "      docket: {type: text, max: 20}\n      fine: {type: decimal, min: 0, places: 6, wire: CF_NR_FK"));
        await server.RestartAsync(options => options with { RulebookDirectory = folder });
        var extra = await server.FeedAsync("SCJG", Invented.Penalty(one, "虚罚〔2026〕3号", extra: ",\"docket\":\"7\""));
        Assert.NotEmpty(extra);
        var events = await server.Server.Engine.Store.Control.EventsAsync("rulebook", null, 0, 10, CreditFixture.Stop);
        Assert.Equal(["begun", "taken-over"], events.Select(change => change.Act.Action));
        Assert.Contains("docket", events[1].Act.Data, StringComparison.Ordinal);
        await server.StopAsync();

        // A narrower bound that one record breaks: refused, naming it; the old rulebook still starts.
        var narrow = Folder(server.Data, ("catalogue.yaml", "      fine: {type: decimal, min: 0, places: 6, wire: CF_NR_FK",
            "      docket: {type: text, max: 20}\n      fine: {type: decimal, min: 0, max: 100, places: 6, wire: CF_NR_FK"));
        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => server.RestartAsync(options => options with { RulebookDirectory = narrow }));
        Assert.Equal(ExitCodes.Rulebook, refused.ExitCode);
        Assert.Contains("1 stored record(s) would no longer be valid", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SCJG/虚罚〔2026〕2号 revision 1, penalty", refused.Message, StringComparison.Ordinal);
        Assert.Contains("kinds/penalty/fields/fine/greatest", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("虚罚〔2026〕1号", refused.Message, StringComparison.Ordinal);
        await server.RestartAsync(options => options with { RulebookDirectory = folder });

        // Once the record is corrected, nothing stands against it.
        await server.FeedAsync("SCJG", Invented.Penalty(two, "虚罚〔2026〕2号", revision: 2, fine: "90"));
        await server.StopAsync();
        await server.RestartAsync(options => options with { RulebookDirectory = narrow });
        Expect(200, await server.GetAsync($"/v1/subjects/{two}/assessment"));
        await server.StopAsync();

        // Another natural key is refused whatever the records hold.
        var key = Folder(server.Data, ("catalogue.yaml", "      fine: {type: decimal, min: 0, places: 6, wire: CF_NR_FK",
            "      docket: {type: text, max: 20}\n      fine: {type: decimal, min: 0, max: 100, places: 6, wire: CF_NR_FK"),
            ("catalogue.yaml", "    identity: [authority, documentNumber]\n    role: negative",
                "    identity: [documentNumber]\n    role: negative"));
        refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => server.RestartAsync(options => options with { RulebookDirectory = key }));
        Assert.Contains("kinds/penalty/identity", refused.Message, StringComparison.Ordinal);
        Assert.Contains("whatever they hold", refused.Message, StringComparison.Ordinal);
        await server.RestartAsync(options => options with { RulebookDirectory = narrow });
    }

    private static string Folder(string data, params (string File, string Old, string New)[] changes)
    {
        var from = Repository.DefaultRulebook;
        var to = Directory.CreateDirectory(Path.Combine(data, $"rules-{Guid.NewGuid():N}")).FullName;
        Directory.CreateDirectory(Path.Combine(to, "calendar"));
        foreach (var file in Directory.GetFiles(from, "*.yaml", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        foreach (var (file, old, @new) in changes)
        {
            var path = Path.Combine(to, file);
            var text = File.ReadAllText(path);
            Assert.Contains(old, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(old, @new, StringComparison.Ordinal), new UTF8Encoding(false));
        }

        return to;
    }
}
