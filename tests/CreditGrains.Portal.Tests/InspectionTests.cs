using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Inspections;

namespace CreditGrains.Portal.Tests;

/// <summary>A department's inspections in pages, on a server of their own: list, CSV and the return of a result.</summary>
public sealed class InspectionTests : IAsyncLifetime
{
    private const string List = "/portal/sources/DEMO/inspections";
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Department_sees_what_was_drawn_for_it_and_returns_a_result_as_a_record()
    {
        using var department = await _portal.SignedInForAsync("source", "supervision", "en");
        Assert.Contains("No inspection is assigned", (await department.GetAsync(List)).Words, StringComparison.Ordinal);
        await DrawAsync();
        var page = await department.GetAsync(List);
        Assert.Contains("虚构抽查", page.Words, StringComparison.Ordinal);
        var path = page.Text.Split($"href=\"{List}/2026-Q4/")[1].Split('"')[0];
        var form = await department.GetAsync($"{List}/2026-Q4/{path}");
        var wrong = await department.SubmitAsync(
            form, $"{List}/2026-Q4/{path}", ("data-inspectionNumber", "<b>虚检1号</b>"), ("data-inspectedOn", "2999-01-01"),
            ("data-authority", Invented.Authority), ("data-result", "passed"));
        Assert.Equal(422, wrong.Status);
        Assert.Contains("<a href=\"#data-inspectedOn\">", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;虚检1号&lt;/b&gt;", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(0, await _portal.Server.Engine.Store.Quarantine.CountAsync(new SourceId("DEMO"), PortalFixture.Stop));
        (string, string)[] typed =
        [
            ("data-inspectionNumber", "虚检1号"), ("data-inspectedOn", Today()), ("data-authority", Invented.Authority),
            ("data-result", "corrected"), ("data-mode", "random"),
        ];
        Assert.Equal(422, (await department.PostAsync($"{List}/2026-Q4/{path}", typed)).Status);
        var done = await department.SubmitAsync(wrong, $"{List}/2026-Q4/{path}", typed);
        Assert.Contains("was taken in", done.Words, StringComparison.Ordinal);
        await _portal.Server.Engine.FlushAsync();
        Assert.Contains("corrected", (await department.GetAsync(List)).Words, StringComparison.Ordinal);

        // A correction is the next revision of the same record.
        var again = await department.SubmitAsync(
            await department.GetAsync($"{List}/2026-Q4/{path}"), $"{List}/2026-Q4/{path}",
            [.. typed.Select(field => field.Item1 == "data-result" ? (field.Item1, "failed") : field)]);
        Assert.Contains("was taken in", again.Words, StringComparison.Ordinal);
        await _portal.Server.Engine.FlushAsync();
        var csv = await department.GetAsync($"{List}.csv?plan=2026-Q4");
        Assert.Equal("text/csv", csv.Type);
        Assert.Contains(",failed,", csv.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("OTHER", csv.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspection_of_another_department_is_not_there()
    {
        await DrawAsync();
        var engine = _portal.Server.Engine;
        var plan = (await engine.Inspections.FindAsync("2026-Q4", PortalFixture.Stop))!;
        var others = (await engine.Inspections.InspectionsAsync(plan, 0, 100, PortalFixture.Stop)).First(each => each.Unit == "OTHER");
        using var department = await _portal.SignedInForAsync("source", "supervision", "en");
        Assert.Equal(404, (await department.GetAsync($"{List}/2026-Q4/{others.Sequence}")).Status);
        Assert.Equal(404, (await department.GetAsync($"{List}/2026-Q4/99999")).Status);
        Assert.Equal(404, (await department.GetAsync($"{List}/none/1")).Status);
        Assert.Equal(404, (await department.GetAsync($"{List}?plan=none")).Status);
        Assert.Equal(403, (await department.GetAsync("/portal/sources/OTHER/inspections")).Status);
        Assert.Equal(400, (await department.GetAsync($"{List}?cursor=forged")).Status);
    }

    private string Today() => _portal.Server.Engine.Today.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private async Task DrawAsync()
    {
        await _portal.FeedAsync(
            "INS", [.. Enumerable.Range(0, 40).SelectMany(i =>
            {
                var subject = Invented.Code();
                return new[] { Invented.Registration(subject, $"虚构抽查{i}号有限公司"), Invented.ListEntry(subject, $"抽列{i}号") };
            })]);
        var engine = _portal.Server.Engine;
        await engine.InspectionDrawings.BeginAsync(
            new InspectionCommand("2026-Q4", "2026-Q4", "seed", [new InspectionUnit("DEMO", 5), new InspectionUnit("OTHER", 5)], "tests"),
            PortalFixture.Stop);
        await engine.InspectionDrawings.Jobs.WaitAsync("2026-Q4");
    }
}
