using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Routing;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Every organisation named in an answer finds the read in its own access log.</summary>
[Invariant(9)]
public sealed class ShownSubjectsTests
{
    /// <summary>Operations as the access log names them; of those that name no organisation the reason.</summary>
    private static readonly Dictionary<string, string> Operations = new(StringComparer.Ordinal)
    {
        ["GET /v1/access-log:verify"] = "check-receipt",
        ["GET /v1/changes"] = "changes",
        ["GET /v1/check-reminders"] = "check-reminders",
        ["GET /v1/checks/{number}"] = "check-replay",
        ["GET /v1/checks/{number}/feedback"] = "check-feedback",
        ["GET /v1/checks/{number}/receipt"] = "check-receipt",
        ["GET /v1/identifier-exceptions"] = "identifier-exception",
        ["GET /v1/inspection-plans/{plan}/inspections"] = "inspection-plan",
        ["GET /v1/inspection-plans/{plan}:verify"] = "inspection-verify",
        ["GET /v1/jobs/{kind}/{id}"] = "job",
        ["GET /v1/measures/audit"] = "measure-audit",
        ["GET /v1/recomputations"] = "recomputation",
        ["GET /v1/recomputations/{run}"] = "recomputation",
        ["GET /v1/recomputations/{run}/summary"] = "recomputation",
        ["GET /v1/rulebook/proposals/{digest}"] = "rulebook",
        ["GET /v1/simulations/{run}"] = "simulation",
        ["GET /v1/sources/{source}/quarantine"] = "quarantine",
        ["GET /v1/subjects"] = "search",
        ["GET /v1/subjects/{id}"] = "subject",
        ["GET /v1/subjects/{id}/access-log"] = "access-log",
        ["GET /v1/access-log"] = "incident",
        ["GET /v1/sources/{source}/reported"] = "incident",
        ["GET /v1/subjects/{id}/assessment"] = "assessment",
        ["GET /v1/subjects/{id}/assessment/records"] = "assessment-records",
        ["GET /v1/subjects/{id}/explanation"] = "explanation",
        ["GET /v1/subjects/{id}/measures"] = "measures",
        ["GET /v1/subjects/{id}/records"] = "records",
        ["GET /v1/subjects/{id}/report"] = "report",
        ["GET /v1/subjects/{id}/timeline"] = "timeline",
        ["POST /v1/checks"] = "check",
        ["POST /v1/checks/{number}/feedback"] = "check-feedback",
        ["POST /v1/checks:batch"] = "check",
        ["PUT /v1/checks/{number}/feedback/{measure}"] = "check-feedback",
        ["POST /v1/policies/{version}:simulate"] = "simulation",
        ["POST /v1/rulebook"] = "rulebook",
        ["POST /v1/rulebook:validate"] = "rulebook",
        ["POST /v1/rulebook/proposals/{digest}:apply"] = "rulebook",

        // MeasureTaskTests tries them.
        ["GET /v1/measures/tasks"] = "measure-task",
        ["POST /v1/measures/tasks/{task}:done"] = "measure-task",

        // WatchlistTests tries them.
        ["GET /v1/watchlists/{watchlist}/changes"] = "changes",
        ["GET /v1/watchlists/{watchlist}/digests/{day}"] = "watchlist",
        ["GET /v1/watchlists/{watchlist}/stream"] = "changes",

        // KindTests tries them.
        ["GET /v1/commitments"] = "case",
        ["GET /v1/commitments/{case}"] = "case",
        ["GET /v1/contracts"] = "case",
        ["GET /v1/contracts/{case}"] = "case",
        ["GET /v1/declarations"] = "case",
        ["GET /v1/declarations/{case}"] = "case",
        ["GET /v1/listings"] = "case",
        ["GET /v1/listings/{case}"] = "case",
        ["POST /v1/commitments"] = "case",
        ["POST /v1/commitments/{case}:accept"] = "case",
        ["POST /v1/commitments/{case}:assess"] = "case",
        ["POST /v1/commitments/{case}:close"] = "case",
        ["POST /v1/commitments/{case}:rectify"] = "case",
        ["POST /v1/commitments/{case}:supervise"] = "case",
        ["POST /v1/commitments/{case}:withdraw"] = "case",
        ["POST /v1/contracts"] = "case",
        ["POST /v1/contracts/{case}:breach"] = "case",
        ["POST /v1/contracts/{case}:close"] = "case",
        ["POST /v1/contracts/{case}:mirror"] = "case",
        ["POST /v1/contracts/{case}:perform"] = "case",
        ["POST /v1/contracts/{case}:withdraw"] = "case",
        ["POST /v1/declarations"] = "case",
        ["POST /v1/declarations/{case}:accept"] = "case",
        ["POST /v1/declarations/{case}:close"] = "case",
        ["POST /v1/declarations/{case}:decide"] = "case",
        ["POST /v1/declarations/{case}:extend"] = "case",
        ["POST /v1/declarations/{case}:withdraw"] = "case",
        ["POST /v1/listings"] = "case",
        ["POST /v1/listings/{case}:decide"] = "case",
        ["POST /v1/listings/{case}:extend"] = "case",
        ["POST /v1/listings/{case}:hear"] = "case",
        ["POST /v1/listings/{case}:notify"] = "case",
        ["POST /v1/listings/{case}:remove"] = "case",
        ["POST /v1/listings/{case}:revoke"] = "case",

        // CaseTests tries them.
        ["GET /v1/cases"] = "case",
        ["GET /v1/objections"] = "case",
        ["GET /v1/objections/{case}"] = "case",
        ["GET /v1/repairs"] = "case",
        ["GET /v1/cases/{case}/proofs/{digest}"] = "proof",
        ["GET /v1/repairs/{case}"] = "case",
        ["POST /v1/objections"] = "case",
        ["POST /v1/repairs"] = "case",
        ["GET /v1/subjects/{id}/repairability"] = "repairability",
        ["POST /v1/objections/{case}:accept"] = "case",
        ["POST /v1/objections/{case}:refer"] = "case",
        ["POST /v1/objections/{case}:answer"] = "case",
        ["POST /v1/objections/{case}:suspend"] = "case",
        ["POST /v1/objections/{case}:resume"] = "case",
        ["POST /v1/objections/{case}:extend"] = "case",
        ["POST /v1/objections/{case}:decide"] = "case",
        ["POST /v1/objections/{case}:review"] = "case",
        ["POST /v1/objections/{case}:withdraw"] = "case",
        ["POST /v1/repairs/{case}:accept"] = "case",
        ["POST /v1/repairs/{case}:return"] = "case",
        ["POST /v1/repairs/{case}:complete"] = "case",
        ["POST /v1/repairs/{case}:extend"] = "case",
        ["POST /v1/repairs/{case}:decide"] = "case",
        ["POST /v1/repairs/{case}:fulfil"] = "case",
        ["POST /v1/repairs/{case}:fail"] = "case",
        ["POST /v1/repairs/{case}:ban"] = "case",
        ["POST /v1/repairs/{case}:withdraw"] = "case",

        // The same code as the reading of one, which is tried.
        ["POST /v1/jobs/{kind}/{id}:cancel"] = "job",
        ["POST /v1/jobs/{kind}/{id}:pause"] = "job",
        ["POST /v1/jobs/{kind}/{id}:resume"] = "job",
        ["POST /v1/recomputations/{run}:cancel"] = "recomputation",
        ["POST /v1/recomputations/{run}:pause"] = "recomputation",
        ["POST /v1/recomputations/{run}:resume"] = "recomputation",
        ["POST /v1/simulations/{run}:cancel"] = "simulation",
        ["POST /v1/simulations/{run}:start"] = "simulation",
    };

    private static readonly Dictionary<string, string> NamesNobody = new(StringComparer.Ordinal)
    {
        ["DELETE /v1/subscriptions/{subscription}"] = "an empty answer",
        ["DELETE /v1/watchlists/{watchlist}"] = "an empty answer",
        ["GET /.well-known/credit-report.pem"] = "public keys",
        ["GET /.well-known/jwks.json"] = "public keys",
        ["GET /livez"] = "operations",
        ["GET /metrics"] = "numbers",
        ["GET /openapi/v1.json"] = "the interface",
        ["GET /readyz"] = "operations",
        ["GET /statusz"] = "numbers, and names of sources",
        ["GET /v1/access-log/head"] = "a number, a hash and a signature",
        ["GET /v1/retention-runs"] = "numbers",
        ["GET /v1/retention-runs/{run}"] = "numbers",
        ["GET /v1/check-lists"] = "numbers",
        ["GET /v1/check-lists/{list}"] = "numbers",
        ["GET /v1/check-lists/{list}/result"] = "answers to checks that are logged one by one, to those who asked them",
        ["GET /v1/check-lists/{list}/signature"] = "a signature",
        ["GET /v1/cluster/shards"] = "addresses of nodes",
        ["GET /v1/errors"] = "the catalogue",
        ["GET /v1/inspection-plans"] = "numbers",
        ["GET /v1/inspection-plans/{plan}"] = "numbers",
        ["GET /v1/jobs"] = "numbers",
        ["GET /v1/measures"] = "rules",
        ["GET /v1/people"] = "people and their rights, no data of an organisation",
        ["POST /v1/people:end"] = "a person",
        ["GET /v1/pages"] = "addresses of public pages, and operators who closed them",
        ["POST /v1/pages:close"] = "addresses of public pages, and operators who closed them",
        ["POST /v1/pages:open"] = "addresses of public pages, and operators who closed them",
        ["GET /v1/keys"] = "keys, and operators who changed them",
        ["POST /v1/keys:rotate"] = "a key",
        ["POST /v1/keys:revoke"] = "a key",
        ["GET /v1/policies"] = "rules",
        ["GET /v1/policies/{version}"] = "rules",
        ["GET /v1/recomputations/key"] = "a key",
        ["GET /v1/recomputations/throttle"] = "numbers",
        ["GET /v1/reports/{number}"] = "the subject of a report that is public, to one who has its number",
        ["GET /v1/rulebook"] = "rules",
        ["GET /v1/rulebook/files"] = "rules",
        ["GET /v1/rulebook/kinds/{kind}"] = "rules",
        ["GET /v1/rulebook/proposals"] = "rules, without what stands against them",
        ["GET /v1/simulations"] = "numbers, without findings",
        ["GET /v1/bulletins"] = "months",
        ["GET /v1/bulletins/{month}"] = "numbers, and names of sources",
        ["GET /v1/bulletins/{month}/rows"] = "ids of records by their source, and of no organisation",
        ["POST /v1/bulletins/{month}:issue"] = "numbers, and names of sources",
        ["GET /v1/sources/{source}/decision-counts/{month}"] = "numbers",
        ["PUT /v1/sources/{source}/decision-counts/{month}"] = "numbers",
        ["GET /v1/sources/{source}/scorecard"] = "numbers",
        ["GET /v1/sources/{source}/scorecard/rows"] = "ids of the source's own records",
        ["GET /v1/statistics/cases"] = "numbers, and names of departments",
        ["GET /v1/statistics/checks"] = "numbers, and names of departments and matters",
        ["GET /v1/statistics/feedback"] = "numbers, and names of departments and matters",
        ["GET /v1/statistics/grades"] = "numbers",
        ["GET /v1/statistics/reporting"] = "numbers, and names of sources and regions",
        ["GET /v1/statistics/visits"] = "numbers",
        ["GET /v1/subscriptions"] = "codes that a caller gave, and nothing of them",
        ["GET /v1/subscriptions/{subscription}"] = "codes that a caller gave, and nothing of them",
        ["GET /v1/watchlists"] = "numbers",
        ["GET /v1/watchlists/{watchlist}"] = "codes that a caller gave, and nothing of them",
        ["GET /v1/watchlists/{watchlist}/digests"] = "numbers",
        ["POST /v1/watchlists"] = "codes that the caller gave",
        ["PUT /v1/watchlists/{watchlist}"] = "codes that the caller gave",
        ["POST /v1/check-lists"] = "numbers; the checks are logged one by one",
        ["POST /v1/check-lists/{list}:cancel"] = "numbers",
        ["POST /v1/inspection-plans"] = "numbers",
        ["POST /v1/policies"] = "rules",
        ["POST /v1/policies/{version}:activate"] = "rules",
        ["POST /v1/policies/{version}:approve"] = "rules",
        ["POST /v1/policies/{version}:cancel"] = "rules",
        ["POST /v1/policies/{version}:rollback"] = "rules",
        ["POST /v1/policies/{version}:validate"] = "rules",
        ["POST /v1/policies/{version}:withdraw"] = "rules",
        ["POST /v1/policies:validate"] = "rules",
        ["POST /v1/recomputations"] = "a run that has begun has set nobody aside",
        ["POST /v1/sources/{source}/events"] = "what became of what was sent",
        ["POST /v1/sources/{source}/quarantine/{number:long}:dismiss"] = "an empty answer",
        ["POST /v1/sources/{source}/quarantine/{number:long}:resubmit"] = "what became of what was sent",
        ["POST /v1/retention:run"] = "numbers",
        ["POST /v1/sources/{source}/records:verify"] = "what became of what was sent",
        ["POST /v1/subjects/{id}/proofs"] = "what the caller sent",
        ["POST /v1/subscriptions"] = "codes that the caller gave",
        ["POST /v1/subscriptions/{subscription}:pause"] = "codes that a caller gave, and nothing of them",
        ["POST /v1/subscriptions/{subscription}:replay"] = "codes that a caller gave, and nothing of them",
        ["POST /v1/subscriptions/{subscription}:rotate"] = "codes that a caller gave, and nothing of them",
        ["PUT /v1/identifier-exceptions/{code}"] = "the code that the caller gave",
        ["PUT /v1/recomputations/throttle"] = "numbers",
    };

    [Fact]
    public async Task Every_endpoint_says_whom_its_answers_name()
    {
        await using var server = await RuledServer.StartAsync();
        var endpoints = server.Server.Endpoints.OfType<RouteEndpoint>().Select(endpoint =>
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            return $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}";
        });
        Assert.Equal(
            Operations.Keys.Concat(NamesNobody.Keys).Order(StringComparer.Ordinal), endpoints.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Subject_that_an_answer_names_finds_the_reading_in_its_access_log()
    {
        await using var server = await RuledServer.StartAsync();
        var control = server.Server.Engine.Store.Control;
        var subjects = Enumerable.Range(0, 12).Select(_ => Invented.Code()).ToList();
        await server.FeedAsync("S1", [.. subjects.Select(code => Invented.Registration(code))]);
        var token = await server.FeedAsync("S1", [.. subjects.Select(code => Invented.Penalty(code, "P-" + code, fine: "999"))]);
        await server.Server.Engine.FlushAsync();
        var tried = new List<(string Endpoint, string Subject)>();

        async Task TryAsync(string endpoint, string subject, Task<Answer> request, int status = 200)
        {
            Expect(status, await request);
            tried.Add((endpoint, subject));
        }

        var one = subjects[0];
        foreach (var part in new[]
            { "", "/access-log", "/assessment", "/explanation", "/records", "/repairability", "/report", "/timeline" })
        {
            await TryAsync("GET /v1/subjects/{id}" + part, one, server.GetAsync($"/v1/subjects/{one}{part}?purpose=test"));
        }

        await TryAsync("GET /v1/sources/{source}/reported", one, server.GetAsync(
            "/v1/sources/S1/reported?since=2020-01-01T00:00:00Z&limit=200&purpose=test"));
        await TryAsync("GET /v1/access-log", one, server.GetAsync(
            "/v1/access-log?actor=dev-operator&from=2020-01-01T00:00:00Z&limit=200&purpose=test"));
        await TryAsync("GET /v1/subjects/{id}/assessment/records", one, server.GetAsync(
            $"/v1/subjects/{one}/assessment/records?indicator=penalty-general&purpose=test"));
        await TryAsync("GET /v1/subjects", one, server.GetAsync($"/v1/subjects?q={one}&consistency=at-least:{token}&purpose=test"));
        await TryAsync("GET /v1/changes", one, server.GetAsync("/v1/changes?purpose=test"));
        await TryAsync("POST /v1/checks", one, server.PostAsync(
            "/v1/checks", new { subject = one, purpose = "test", matter = "public-funds", stage = "accept" }, "checker"));

        var check = Expect(200, await server.PostAsync(
            "/v1/checks", new { subject = one, purpose = "asked", matter = "public-funds" }, "checker")).Json
            .GetProperty("check").GetString();
        await TryAsync("GET /v1/checks/{number}", one, server.GetAsync($"/v1/checks/{check}?purpose=test"));
        await TryAsync("GET /v1/access-log:verify", one, server.GetAsync($"/v1/access-log:verify?check={check}&purpose=test"));
        await TryAsync("GET /v1/checks/{number}/receipt", one, server.GetAsync($"/v1/checks/{check}/receipt?purpose=test"));

        await TryAsync("POST /v1/checks:batch", one, server.PostAsync(
            "/v1/checks:batch", new { subjects = new[] { one }, purpose = "test", matter = "public-funds" }, "checker"));
        await TryAsync("GET /v1/measures/audit", one, server.GetAsync("/v1/measures/audit?limit=200&purpose=test"));
        await TryAsync("GET /v1/subjects/{id}/measures", one, server.GetAsync($"/v1/subjects/{one}/measures?purpose=test"));

        // One that is on a list, so that feedback is waited for.
        var listed = Invented.Code();
        await server.FeedAsync("S1", Invented.Registration(listed), Invented.ListEntry(listed, "L-1"));
        var stopped = Expect(200, await server.PostAsync(
            "/v1/checks?consistency=latest", new { subject = listed, purpose = "asked", matter = "public-funds" }, "operator")).Json
            .GetProperty("check").GetString();
        await TryAsync("GET /v1/check-reminders", listed, server.GetAsync("/v1/check-reminders?purpose=test"));
        var feedback = $"/v1/checks/{stopped}/feedback";
        const string Restriction = "restrict-public-funds";
        await TryAsync("POST /v1/checks/{number}/feedback", listed, server.PostAsync(
            feedback + "?purpose=test", new { measure = Restriction, action = "applied" }, "operator"), 201);
        await TryAsync("PUT /v1/checks/{number}/feedback/{measure}", listed, server.PutAsync(
            $"{feedback}/{Restriction}?purpose=test", new { action = "not-applied" }, "operator"));
        await TryAsync("GET /v1/checks/{number}/feedback", listed, server.GetAsync(feedback + "?purpose=test"));

        // A line that was rejected although its organisation can be read.
        var rejected = Expect(200, await server.SendAsync(
            HttpMethod.Post, "/v1/sources/S1/events", (Invented.Penalty(one, "bad", fine: "-1"), "application/x-ndjson"), "source", null,
            null, null, "S1"));
        Assert.Equal(1, rejected.Json.GetProperty("rejected").GetInt32());
        await TryAsync("GET /v1/sources/{source}/quarantine", one, server.GetAsync("/v1/sources/S1/quarantine?purpose=test"));

        // One that an earlier run has set aside.
        Expect(201, await server.PostAsync("/v1/recomputations", new { reason = "r" }, "operator"));
        await server.FinishAsync();
        var run = server.Server.Engine.Recomputation.Newest!.Id;
        Expect(201, await server.PostAsync("/v1/recomputations", new { reason = "r" }, "operator"));
        await server.FinishAsync();
        var jobs = server.Server.Engine.Store.Jobs;
        var kept = (await jobs.FindAsync(new JobKey("recomputation", run), CreditFixture.Stop))!;
        var changed = JsonNode.Parse(kept.Content)!;
        changed["poison"] = new JsonArray(new JsonObject { ["subject"] = one, ["error"] = "x" });
        await jobs.WriteAsync(
            new JobWrites([new JobWrite(kept.Key, kept.Version, kept.State, kept.Node, true, changed.ToJsonString())]),
            CreditFixture.Stop);
        var passed = new JobWrite(new JobKey("recomputation", run, 0), null, "running", null, false, $$"""{"after":"{{one}}"}""");
        await jobs.WriteAsync(new JobWrites([passed]), CreditFixture.Stop);
        foreach (var (endpoint, path) in new[]
        {
            ("GET /v1/jobs/{kind}/{id}", $"/v1/jobs/recomputation/{run}"), ("GET /v1/recomputations", "/v1/recomputations"),
            ("GET /v1/recomputations/{run}", $"/v1/recomputations/{run}"),
            ("GET /v1/recomputations/{run}/summary", $"/v1/recomputations/{run}/summary"),
        })
            await TryAsync(endpoint, one, server.GetAsync(path + "?purpose=test"));

        // A plan whose places were swapped.
        Expect(201, await server.PostAsync("/v1/inspection-plans", new { period = "p", seed = "s" }, "operator"));
        var lines = JsonNode.Parse(await jobs.ResultAsync("inspection-plan", "p", 0, CreditFixture.Stop))!.AsArray();
        if (lines.Count > 0)
        {
            var drawn = lines[0]!["s"]!.GetValue<string>();
            await TryAsync(
                "GET /v1/inspection-plans/{plan}/inspections", drawn, server.GetAsync("/v1/inspection-plans/p/inspections?purpose=test"));
            lines[0]!["g"] = "Z";
            var piece = JsonSerializer.SerializeToUtf8Bytes(lines);
            await jobs.WriteAsync(
                new JobWrites([]) { Results = new JobResults("inspection-plan", "p", [piece]) }, CreditFixture.Stop);
            await TryAsync(
                "GET /v1/inspection-plans/{plan}:verify", drawn, server.GetAsync("/v1/inspection-plans/p:verify?purpose=test"));
        }

        // A simulation that moves them, and a rulebook that their records stand against.
        Expect(201, await server.PostAsync(
            "/v1/policies", new { text = PolicyTexts.Changed("2026.9", ("base: 1000", "base: 100")) }, "policy-author"));
        var simulated = Expect(200, await server.PostAsync("/v1/policies/2026.9:simulate?purpose=test", new { }, "policy-author"));
        var moved = simulated.Json.GetProperty("falls")[0].GetProperty("subject").GetString()!;
        tried.Add(("POST /v1/policies/{version}:simulate", moved));
        await TryAsync("GET /v1/simulations/{run}", moved, server.GetAsync(
            $"/v1/simulations/{simulated.Json.GetProperty("id").GetString()}?purpose=test", "policy-author"));
        var files = Files(server);
        files["catalogue.yaml"] = NarrowFine(files["catalogue.yaml"]);
        await TryAsync("POST /v1/rulebook:validate", one,
            server.PostAsync("/v1/rulebook:validate?purpose=test", new { files }, "policy-author"));
        var proposed = Expect(201, await server.PostAsync("/v1/rulebook?purpose=test", new { files }, "policy-author", "an author"));
        tried.Add(("POST /v1/rulebook", one));
        var digest = proposed.Json.GetProperty("digest").GetString();
        await TryAsync("GET /v1/rulebook/proposals/{digest}", one, server.GetAsync($"/v1/rulebook/proposals/{digest}?purpose=test"));
        await TryAsync("POST /v1/rulebook/proposals/{digest}:apply", one, server.PostAsync(
            $"/v1/rulebook/proposals/{digest}:apply?purpose=test", new { reason = "r" }, "policy-approver"), 409);

        foreach (var (endpoint, subject) in tried)
        {
            var log = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/access-log?limit=200", "auditor"));
            Assert.True(
                log.Json.GetProperty("items").EnumerateArray().Any(entry =>
                    entry.GetProperty("operation").GetString() == Operations[endpoint]
                    && entry.GetProperty("purpose").GetString() == "test"),
                $"{endpoint}: {log.Text}");
        }

        // The rest is the same code as the reading of one.
        string[] untried = [":cancel", ":pause", ":resume", ":start", "/identifier-exceptions"];
        Assert.DoesNotContain(
            Operations.Where(each => each.Value is not ("case" or "measure-task" or "proof")
                    && !each.Key.Contains("/watchlists/", StringComparison.Ordinal)).Select(each => each.Key)
                .Except(tried.Select(each => each.Endpoint)),
            endpoint => !untried.Any(end => endpoint.EndsWith(end, StringComparison.Ordinal)));
    }

    private static Dictionary<string, string> Files(RuledServer server) => server.Server.Engine.Rulebooks.InForce.Files.ToDictionary();

    private static string NarrowFine(string catalogue)
    {
        const string Fine = "fine: {type: decimal, min: 0,";
        Assert.Contains(Fine, catalogue, StringComparison.Ordinal);
        return catalogue.Replace(Fine, Fine + " max: 100,", StringComparison.Ordinal);
    }
}
