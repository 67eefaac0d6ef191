using System.Text.Json.Nodes;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Portal.Tests;

/// <summary>The policy office and the operator's console, on a server of their own: one version's whole life in pages.</summary>
public sealed class OperationTests : IAsyncLifetime
{
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Version_is_drafted_simulated_approved_by_another_person_and_activated()
    {
        var subject = Invented.Code();
        await _portal.FeedAsync("OP1", Invented.Registration(subject, "虚构模拟有限公司"), Invented.Penalty(subject, "模拟罚1号"));
        using var author = await _portal.SignedInForAsync("policy-author", "policy", "en");
        using var approver = await _portal.SignedInForAsync("policy-approver", "policy", "en");
        var editor = await author.GetAsync("/portal/policies/draft");
        var inForce = _portal.Server.Engine.Policies.InForce;
        var text = TextOf(editor).Replace($"version: {inForce}", "version: P-1", StringComparison.Ordinal)
            .Replace("points: -30", "points: -90", StringComparison.Ordinal);
        Assert.Contains("P-1", text, StringComparison.Ordinal);

        // A mistake is shown beside its line, and the text stays.
        var wrong = await author.SubmitAsync(
            editor, "/portal/policies/draft", ("text", text.Replace("base:", "bace:", StringComparison.Ordinal)), ("action", "hand-in"));
        Assert.Equal(422, wrong.Status);
        Assert.Contains("bace:", TextOf(wrong), StringComparison.Ordinal);
        Assert.Contains("<code class=\"cg-mono cg-break\">bace:", wrong.Text, StringComparison.Ordinal);
        var check = await author.SubmitAsync(wrong, "/portal/policies/draft", ("text", text), ("action", "check"));
        Assert.Equal(200, check.Status);
        Assert.Contains("-90", check.Words, StringComparison.Ordinal);
        var made = await author.SubmitAsync(check, "/portal/policies/draft", ("text", text), ("note", "虚构说明"), ("action", "hand-in"));
        Assert.Contains("Version P-1", made.Words, StringComparison.Ordinal);
        Assert.Contains("虚构说明", made.Words, StringComparison.Ordinal);

        // The same version by somebody else at the same time: told, nothing typed lost.
        var second = await author.SubmitAsync(check, "/portal/policies/draft", ("text", text), ("action", "hand-in"));
        Assert.Equal(422, second.Status);
        Assert.Contains("P-1", TextOf(second), StringComparison.Ordinal);
        Assert.Equal(403, (await author.PostAsync("/portal/policies/P-1/approve", ("reason", "x"))).Status);

        var simulation = await author.SubmitAsync(made, "/portal/policies/P-1/simulate");
        Assert.Contains("From grade to grade", simulation.Words, StringComparison.Ordinal);
        Assert.Contains("虚构模拟有限公司", simulation.Words, StringComparison.Ordinal);
        await _portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var log = await _portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(subject), null, 10, PortalFixture.Stop);
        Assert.Contains(log, entry => entry is { Operation: "portal/simulation", Purpose: "policy" });

        var page = await approver.GetAsync("/portal/policies/P-1");
        var none = await approver.SubmitAsync(page, "/portal/policies/P-1/approve", ("reason", ""));
        Assert.Contains("Say why", none.Words, StringComparison.Ordinal);
        var approved = await approver.SubmitAsync(page, "/portal/policies/P-1/approve", ("reason", "同意"));
        Assert.Contains("Approved", approved.Words, StringComparison.Ordinal);

        // A second window of before: told what has happened, and what was typed stays.
        var late = await approver.SubmitAsync(page, "/portal/policies/P-1/approve", ("reason", "我也同意"));
        Assert.Equal(422, late.Status);
        Assert.Contains("Somebody has dealt with this version", late.Words, StringComparison.Ordinal);
        Assert.Contains("我也同意", late.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/portal/policies/P-1?lang=zh\"", late.Text, StringComparison.Ordinal);

        var active = await approver.SubmitAsync(approved, "/portal/policies/P-1/activate", ("reason", "启用"), ("confirm", "1"));
        Assert.True(_portal.Server.Engine.Policies.InForce == "P-1", active.Words);

        // The run for the new rules begins by itself.
        while (_portal.Server.Engine.Recomputation.Newest?.PolicyVersion != "P-1")
            await Task.Delay(20, PortalFixture.Stop);
        var runs = await approver.GetAsync("/portal/recomputations");
        Assert.Contains("P-1", runs.Words, StringComparison.Ordinal);
        var old = await approver.GetAsync($"/portal/policies/{inForce}");
        Assert.Contains("Roll back to this version", old.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_sees_figures_and_steers_a_recomputation_with_a_reason()
    {
        await _portal.FeedAsync("OP2", Invented.Registration(Invented.Code()));
        using var officer = await _portal.SignedInForAsync("operator", "operation", "en");
        var list = await officer.GetAsync("/portal/recomputations");
        Assert.Equal(422, (await officer.SubmitAsync(list, "/portal/recomputations", ("reason", ""))).Status);
        Assert.Equal(422, (await officer.PostAsync("/portal/recomputations", ("reason", "虚构原因"))).Status);
        var run = await officer.SubmitAsync(list, "/portal/recomputations", ("reason", "虚构原因"));
        Assert.Contains("虚构原因", run.Words, StringComparison.Ordinal);
        await _portal.Server.Engine.Recomputation.WaitAsync(PortalFixture.Stop);
        var console = await officer.GetAsync("/portal/operation");
        Assert.Contains("OP2", console.Words, StringComparison.Ordinal);
        Assert.Contains("As the recomputation found", console.Words, StringComparison.Ordinal);
        Assert.Contains("Organisations 1 ", console.Words, StringComparison.Ordinal);
        Assert.Contains(
            $"{Environment.MachineName}/{Environment.ProcessId} {_portal.Server.Address} {_portal.Server.Engine.Store.ShardCount}",
            console.Words, StringComparison.Ordinal);
        Assert.Contains(
            $"Recomputation {_portal.Server.Engine.Recomputation.Newest!.Id} Finished 1 / 1", console.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await officer.GetAsync("/portal/recomputations/9999999999")).Status);
        Assert.Equal(200, (await officer.GetAsync("/portal/operation/subscriptions")).Status);
        Assert.Equal(200, (await officer.GetAsync("/portal/operation/inspection-plans")).Status);
    }

    [Fact]
    public async Task Organisations_that_a_run_has_set_aside_are_listed_with_why_and_each_look_is_logged()
    {
        var subject = Invented.Code();
        await _portal.FeedAsync("OP3", Invented.Registration(subject));
        using var officer = await _portal.SignedInForAsync("operator", "operation", "en");
        var runs = new List<string>();
        foreach (var reason in new[] { "虚构首次", "虚构再次" })
        {
            await officer.SubmitAsync(await officer.GetAsync("/portal/recomputations"), "/portal/recomputations", ("reason", reason));
            runs.Add((await _portal.Server.Engine.Recomputation.WaitAsync(PortalFixture.Stop))!.Id);
        }

        // The earlier run as it is kept after it has met a damaged organisation.
        var jobs = _portal.Server.Engine.Store.Jobs;
        var kept = (await jobs.FindAsync(new JobKey("recomputation", runs[0]), PortalFixture.Stop))!;
        var content = JsonNode.Parse(kept.Content)!;
        content["poison"] = new JsonArray(new JsonObject { ["subject"] = subject, ["error"] = "Its <b>state</b> cannot be read." });
        await jobs.WriteAsync(
            new JobWrites([new JobWrite(kept.Key, kept.Version, kept.State, kept.Node, true, content.ToJsonString())]), PortalFixture.Stop);
        var page = await officer.GetAsync($"/portal/recomputations/{runs[0]}");
        Assert.Contains($"{subject} Its <b>state</b> cannot be read.", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("None is set aside", page.Words, StringComparison.Ordinal);
        var clean = await officer.GetAsync($"/portal/recomputations/{runs[1]}");
        Assert.Contains("None is set aside", clean.Words, StringComparison.Ordinal);
        await _portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var log = await _portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(subject), null, 10, PortalFixture.Stop);
        Assert.Single(log, entry => entry is { Operation: "portal/recomputation", Purpose: "operation" });
    }

    private static string TextOf(PageAnswer page) => System.Net.WebUtility.HtmlDecode(
        page.Text.Split("<textarea")[1].Split('>', 2)[1].Split("</textarea>")[0]);
}
