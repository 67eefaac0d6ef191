using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>A rulebook that changes beyond its policy while the server runs.</summary>
public sealed class RulebookApplyTests(ITestOutputHelper output)
{
    private const string Fine = "      fine: {type: decimal, min: 0, places: 6, wire: CF_NR_FK";
    private const string General = "      - {severity: general}\n\n  enforcement:";
    private const string Serious = "      - {severity: serious}\n\n  enforcement:";

    [Fact]
    public async Task Compatible_change_is_in_force_without_a_restart_and_stays_after_one()
    {
        await using var server = await RuledServer.StartAsync();
        var (code, idle) = (Invented.Code(), Invented.Code());
        await server.FeedAsync(
            "SCJG", Invented.Registration(code), Invented.Penalty(code, "虚罚〔2026〕1号"), Invented.Registration(idle),
            Invented.Penalty(idle, "虚罚〔2026〕9号"));
        await server.Server.Engine.FlushAsync();
        var before = await AssessAsync(server, code);
        var unknown = await TryFeedAsync(server, Invented.Penalty(code, "虚罚〔2026〕2号", extra: ",\"docket\":\"7\""));
        Assert.Equal("unknown-field", unknown.GetProperty("lines")[0].GetProperty("code").GetString());

        // A field, and penalties without a severity of the authority's own are serious from now on.
        var files = Files(("catalogue.yaml", Fine, "      docket: {type: text, max: 20}\n" + Fine), ("catalogue.yaml", General, Serious));
        var judged = Expect(200, await server.PostAsync("/v1/rulebook:validate", new { files }, "policy-author"));
        Assert.Equal(("refold", true), (
            judged.Json.GetProperty("effect").GetString(), judged.Json.GetProperty("mayApply").GetBoolean()));
        var digest = await ProposeAsync(server, files);
        Expect(403, await server.PostAsync(
            $"/v1/rulebook/proposals/{digest}:apply", new { reason = "mine" }, "policy-approver", "an author"));
        Expect(403, await server.PostAsync(
            $"/v1/rulebook/proposals/{digest}:apply", new { reason = "mine" }, "policy-approver", "An Author "));
        Expect(422, await server.PostAsync($"/v1/rulebook/proposals/{digest}:apply", new { }, "policy-approver", "an approver"));
        Expect(404, await server.PostAsync(
            $"/v1/rulebook/proposals/{new string('0', 64)}:apply", new { reason = "?" }, "policy-approver", "an approver"));
        Assert.Equal(before, await AssessAsync(server, code));
        var applied = Expect(200, await ApplyAsync(server, digest));
        Assert.Equal(digest, applied.Json.GetProperty("digest").GetString());
        Assert.NotEqual(digest, applied.Json.GetProperty("before").GetString());

        var after = await AssessAsync(server, code);
        Assert.NotEqual(before, after);
        Assert.Equal("serious", await SeverityShownAsync(server, code));
        var taken = await TryFeedAsync(server, Invented.Penalty(code, "虚罚〔2026〕2号", extra: ",\"docket\":\"7\""));
        Assert.Equal(1, taken.GetProperty("accepted").GetInt32());
        Expect(409, await ApplyAsync(server, digest));
        await server.FinishAsync(applied.Json.GetProperty("rules").GetString()!);
        var run = server.Server.Engine.Recomputation.Newest!;
        Assert.True(run.Refolded > 0, "the run has folded nothing anew");
        var row = await server.Server.Engine.Store.Subjects.FindAsync(new SubjectId(idle), CreditFixture.Stop);
        Assert.Equal(server.Server.Engine.Evaluator.FactsVersion, row!.FactsVersion);
        Assert.Equal(await AssessAsync(server, idle), WireOf(row.ScoreMilli));
        after = await AssessAsync(server, code);
        var shown = Expect(200, await server.GetAsync("/v1/rulebook/files"));
        Assert.Equal(
            ["begun", "applied"],
            shown.Json.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("action").GetString()));
        Assert.Contains("docket", shown.Json.GetProperty("files").GetProperty("catalogue.yaml").GetString(), StringComparison.Ordinal);

        // The folder has not changed, so what was applied stays; with what was applied in the folder nothing changes either.
        await server.StopAsync();
        await server.RestartAsync();
        Assert.Equal(after, await AssessAsync(server, code));
        Assert.Equal(digest, server.Server.Engine.Rulebooks.InForce.BaseDigest);
        await server.StopAsync();
        var folder = Write(server.Data, files);
        await server.RestartAsync(options => options with { RulebookDirectory = folder });
        Assert.Equal(digest, server.Server.Engine.Rulebooks.InForce.BaseDigest);
        await server.StopAsync();

        // Another folder is a change again: the field has a record, so the start without it is refused.
        var refused = await Assert.ThrowsAsync<Silo.StartRefusedException>(() => server.RestartAsync());
        Assert.Contains("docket", refused.Message, StringComparison.Ordinal);
        await server.RestartAsync(options => options with { RulebookDirectory = folder });
    }

    [Fact]
    public async Task Incompatible_change_is_refused_with_the_records_and_changes_nothing()
    {
        await using var server = await RuledServer.StartAsync();
        var (one, two) = (Invented.Code(), Invented.Code());
        await server.FeedAsync(
            "SCJG", Invented.Registration(one), Invented.Registration(two), Invented.Penalty(one, "虚罚〔2026〕1号", fine: "2.5"),
            Invented.Penalty(two, "虚罚〔2026〕2号", fine: "900"));
        var inForce = server.Server.Engine.Rulebooks.InForce.BaseDigest;
        var narrow = Files(("catalogue.yaml", Fine, Fine.Replace("min: 0", "min: 0, max: 100", StringComparison.Ordinal)));
        var digest = await ProposeAsync(server, narrow);
        var refused = Expect(409, await ApplyAsync(server, digest));
        Assert.Equal("catalogue-incompatible", refused.Json.GetProperty("code").GetString());
        var places = refused.Json.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(
            ["/rulebook/kinds/penalty/fields/fine/greatest", "/records/SCJG/虚罚〔2026〕2号"],
            places.Select(place => place.GetProperty("pointer").GetString()));
        Assert.Equal(inForce, server.Server.Engine.Rulebooks.InForce.BaseDigest);
        await server.FeedAsync("SCJG", Invented.Penalty(one, "虚罚〔2026〕3号", fine: "200"));

        // Corrected, nothing stands against it; and from then on such a fine is refused.
        await server.FeedAsync(
            "SCJG", Invented.Penalty(two, "虚罚〔2026〕2号", revision: 2, fine: "90"),
            Invented.Penalty(one, "虚罚〔2026〕3号", revision: 2, fine: "20"));
        Expect(200, await ApplyAsync(server, digest));
        var tooMuch = await TryFeedAsync(server, Invented.Penalty(one, "虚罚〔2026〕4号", fine: "200"));
        Assert.Equal(1, tooMuch.GetProperty("rejected").GetInt32());

        // Another natural key, time zone or scheme is none of a running platform's; neither is a policy that does not load.
        var key = Files(
            ("catalogue.yaml", Fine, Fine.Replace("min: 0", "min: 0, max: 100", StringComparison.Ordinal)),
            ("catalogue.yaml", "    identity: [authority, documentNumber]\n    role: negative",
                "    identity: [documentNumber]\n    role: negative"));
        refused = Expect(409, await ApplyAsync(server, await ProposeAsync(server, key)));
        Assert.Contains("kinds/penalty/identity", refused.Text, StringComparison.Ordinal);
        var broken = Files(("catalogue.yaml", "min: 0, places: 6, wire: CF_NR_FK", "min: nothing, places: 6, wire: CF_NR_FK"));
        refused = Expect(422, await server.PostAsync("/v1/rulebook", new { files = broken }, "policy-author", "an author"));
        Assert.Equal("rulebook-invalid", refused.Json.GetProperty("code").GetString());
        Assert.Equal("/files/catalogue.yaml", refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.True(refused.Json.GetProperty("errors")[0].GetProperty("line").GetInt32() > 100);
    }

    /// <summary>Every answer equals a fold of the journal under the one rulebook that it names.</summary>
    [Invariant(11)]
    [Fact]
    public async Task Answers_while_rulebooks_change_under_load_are_each_of_one_rulebook()
    {
        await using var server = await RuledServer.StartAsync();
        var engine = server.Server.Engine;
        var codes = Enumerable.Range(0, 40).Select(_ => Invented.Code()).ToArray();
        foreach (var code in codes)
            await server.FeedAsync("SCJG", Invented.Registration(code), Invented.Penalty(code, "虚罚" + code, fine: "12"));
        string[] digests =
        [
            await ProposeAsync(server, Files(("catalogue.yaml", General, Serious))), await ProposeAsync(server, Files()),
        ];
        using var stop = new CancellationTokenSource();
        var versions = new HashSet<string>();
        var answers = 0;
        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (!stop.IsCancellationRequested)
            {
                var view = await engine.Subjects.FindAsync(
                    new SubjectId(codes[random.Next(codes.Length)]), Consistency.Any, CreditFixture.Stop);
                await HoldAsync(engine, view!);
                Interlocked.Increment(ref answers);
                lock (versions)
                    versions.Add(view!.Evaluator.FactsVersion);
            }
        }, CreditFixture.Stop)).ToList();
        var feeder = Task.Run(async () =>
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
                await server.FeedAsync("SCJG", Invented.Penalty(codes[number % codes.Length], $"续罚{number}", fine: "3"));
        }, CreditFixture.Stop);
        for (var change = 0; change < 8; change++)
            Expect(200, await ApplyAsync(server, digests[change % 2]));
        await stop.CancelAsync();
        await Task.WhenAll([.. readers, feeder]);
        Assert.Equal(2, versions.Count);
        await server.FinishAsync(engine.Status().Rules);
        await engine.FlushAsync();
        foreach (var code in codes)
        {
            var view = await engine.Subjects.FindAsync(new SubjectId(code), Consistency.Latest, CreditFixture.Stop);
            await HoldAsync(engine, view!);
            var row = await engine.Store.Subjects.FindAsync(new SubjectId(code), CreditFixture.Stop);
            Assert.Equal(
                (view!.Summary.ScoreMilli, view.Grade, engine.Evaluator.FactsVersion), (row!.ScoreMilli, row.Grade, row.FactsVersion));
        }

        output.WriteLine($"8 rulebooks applied under load, {answers} answers looked at");
    }

    private static async Task HoldAsync(CreditEngine engine, SubjectView view)
    {
        var reader = new EventReader(view.Evaluator.Rulebook, engine.IdentifierExceptions);
        var fold = new RecordFold(PackedRecords.Empty, engine.Store.Symbols);
        foreach (var entry in await engine.Store.Journal.ReadSubjectAsync(view.Subject, 0, view.Position, 100_000, CreditFixture.Stop))
            fold.Apply(entry.Record, entry.Revision, entry.Op, entry.Kind, reader.FactsOf(entry.Kind, entry.Payload.Span));
        var expected = new Evaluator(view.Evaluator.Rulebook, engine.Store.Symbols).Summarise(fold.ToState(), view.AsOf);
        Assert.Equal((expected.ScoreMilli, expected.Grade), (view.Summary.ScoreMilli, view.Summary.Grade));
    }

    private static async Task<string> ProposeAsync(RuledServer server, Dictionary<string, string> files)
    {
        var proposed = Expect(201, await server.PostAsync("/v1/rulebook", new { files, note = "a trial" }, "policy-author", "an author"));
        return proposed.Json.GetProperty("digest").GetString()!;
    }

    private static Task<Answer> ApplyAsync(RuledServer server, string digest) => server.PostAsync(
        $"/v1/rulebook/proposals/{digest}:apply", new { reason = "as decided" }, "policy-approver", "an approver");

    private static async Task<string> AssessAsync(RuledServer server, string code) =>
        Expect(200, await server.GetAsync($"/v1/subjects/{code}/assessment")).Json.GetProperty("score").GetString()!;

    private static string WireOf(long? milli) =>
        (milli!.Value / 1000m).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> SeverityShownAsync(RuledServer server, string code)
    {
        var assessment = Expect(200, await server.GetAsync($"/v1/subjects/{code}/assessment"));
        var indicator = assessment.Json.GetProperty("indicators").EnumerateArray().Single(each =>
            each.GetProperty("records").GetArrayLength() > 0
            && each.GetProperty("id").GetString()!.StartsWith("penalty", StringComparison.Ordinal));
        return indicator.GetProperty("id").GetString()!["penalty-".Length..];
    }

    private static async Task<JsonElement> TryFeedAsync(RuledServer server, string line) => Expect(200, await server.SendAsync(
        HttpMethod.Post, "/v1/sources/SCJG/events", (line, "application/x-ndjson"), "source", null, null, null, "SCJG")).Json;

    private static Dictionary<string, string> Files(params (string File, string Old, string New)[] changes)
    {
        var from = Repository.DefaultRulebook;
        var files = Directory.GetFiles(from, "*.yaml", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(from, file).Replace('\\', '/'), File.ReadAllText);
        foreach (var (file, old, @new) in changes)
        {
            Assert.Contains(old, files[file], StringComparison.Ordinal);
            files[file] = files[file].Replace(old, @new, StringComparison.Ordinal);
        }

        return files;
    }

    private static string Write(string data, Dictionary<string, string> files)
    {
        var to = Path.Combine(data, $"rules-{Guid.NewGuid():N}");
        foreach (var (name, text) in files)
        {
            var path = Path.Combine(to, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text, new UTF8Encoding(false));
        }

        return to;
    }
}
