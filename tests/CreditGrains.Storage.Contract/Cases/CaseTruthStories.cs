using System.Globalization;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Cases;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>
/// Real places where a published row is wrong, revoked, replaced or doubtful (shared/data/cn_tax_decisions), played as objections: the row
/// is reported by an invented tax authority about an invented organisation, and the objection ends as the official text says.
/// </summary>
public abstract class CaseTruthStories(IStoreHost host) : CaseContract(host)
{
    private const string Rows = "cn_tax_decisions/truth_dev.csv";
    private const string InventedParty = "虚构案件测试公司";

    [Fact]
    public async Task Objection_to_each_published_row_ends_as_the_official_text_says()
    {
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        var number = 0;
        foreach (var row in SharedData.Rows(Rows))
        {
            number++;
            var (issue, recorded, text) = (row["issue"], row["recorded_value"], row["value_in_official_text"]);
            var id = string.Create(CultureInfo.InvariantCulture, $"TD-{number}");
            ends[issue] = ends.GetValueOrDefault(issue) + 1;
            switch (issue)
            {
                case "party_name_wrong":
                    // Both names are of real organisations, and are replaced by invented ones.
                    await CorrectAsync(id, CaseOutcome.Corrected, "identity-mismatch", "partyName", InventedParty + "甲", InventedParty);
                    break;
                case "amount_missing":
                    await CorrectAsync(id, CaseOutcome.Supplemented, "omission", "fine", null, InTenThousands(text));
                    break;
                case "amount_wrong" or "amount_partial":
                    await CorrectAsync(id, CaseOutcome.Corrected, "error", "fine", InTenThousands(recorded), InTenThousands(text));
                    break;
                case "document_number_of_replaced_decision":
                    await CorrectAsync(id, CaseOutcome.Corrected, "error", "documentNumber", recorded, text);
                    break;
                case "replaces_earlier_decision":
                    // The row is right; the decision that it replaces must stop counting.
                    await EndAsync(id, CaseOutcome.Deleted, "duplicate", ("documentNumber", text));
                    Assert.Equal("1000.000", await World.ScoreAsync());
                    break;
                case "decision_revoked" or "not_a_decision":
                    await EndAsync(id, CaseOutcome.Deleted, "not-to-be-published");
                    Assert.Equal("1000.000", await World.ScoreAsync());
                    break;
                case "page_is_a_correction_notice":
                    await EndAsync(id, CaseOutcome.PublicityEnded, "not-to-be-published");
                    Assert.False(await World.IsPublicAsync(id));
                    Assert.False((await World.StatusAsync(id)).Withdrawn);
                    break;
                case "amount_checks_out":
                    await EndAsync(id, CaseOutcome.Rejected, "error", ("fine", InTenThousands(recorded)));
                    Assert.True(await World.IsPublicAsync(id));
                    break;
                case "organisation_without_code":
                    // Without a code the row is attached to nobody, so there is nothing to object to.
                    var line = Line(id).Replace(World.Subject.Value, "", StringComparison.Ordinal);
                    Assert.Equal(0, (await World.TryFeedAsync("SCJG", line)).Accepted);
                    Assert.Equal("unknown-record", (await World.TryOpenAsync(World.Objection(id))).Rejection!.Code);
                    continue;
                default:
                    Assert.Fail($"a story for '{issue}' is missing");
                    break;
            }

            Assert.False((await World.StatusAsync(id)).Disputed);
            if (!(await World.StatusAsync(id)).Withdrawn)
                await World.WithdrawAsync(id, (await World.StatusAsync(id)).Revision + 1);
        }

        Assert.Equal(16, number);
        Assert.True(ends.Count >= 9, string.Join(", ", ends.Keys));
    }

    private static string InTenThousands(string yuan) =>
        (decimal.Parse(yuan, CultureInfo.InvariantCulture) / 10_000m).ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>The source is asked, agrees, and one field gets its right value; its next report must carry a higher revision.</summary>
    private async Task CorrectAsync(string id, CaseOutcome outcome, string grounds, string field, string? old, string now)
    {
        await World.FeedAsync("SCJG", Line(id, old is null ? [] : [(field, old)]));
        var open = await World.OpenAsync(World.Objection(id) with { Grounds = grounds });
        await World.ActAsync(open.Number, CaseStep.Refer, Platform);
        await World.ActAsync(open.Number, World.Command(CaseStep.Answer, Market) with { Upheld = true, Reason = "与决定书原文不一致" });
        var decided = await World.ActAsync(open.Number, World.Decide(outcome, changes: Change(field, old, now)));
        AssertEnd(decided, outcome);
        Assert.Equal((field, now), (decided.File.Changes[0].Field, decided.File.Changes[0].New!.Value.GetString()));
        Assert.Equal(2, (await World.StatusAsync(id)).Revision);
    }

    /// <summary>The platform can see it for itself.</summary>
    private async Task EndAsync(string id, CaseOutcome outcome, string grounds, params (string Field, string Value)[] fields)
    {
        await World.FeedAsync("SCJG", Line(id, fields));
        var open = await World.OpenAsync(World.Objection(id) with { Grounds = grounds });
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        AssertEnd(await World.ActAsync(open.Number, World.Decide(outcome)), outcome);
    }

    private static void AssertEnd(StoredCase decided, CaseOutcome outcome) =>
        Assert.Equal((CaseState.Decided, outcome), (decided.File.State, decided.File.Outcome));

    private string Line(string id, params (string Field, string Value)[] fields)
    {
        var data = new System.Text.Json.Nodes.JsonObject
        {
            ["documentNumber"] = id, ["penaltyTypes"] = new System.Text.Json.Nodes.JsonArray("fine"), ["decidedOn"] = "2026-06-01",
            ["authority"] = Invented.Authority,
        };
        foreach (var (field, value) in fields)
            data[field] = value;
        return $$$"""{"id":"{{{id}}}","revision":1,"subject":"{{{World.Subject}}}","kind":"penalty","data":{{{data.ToJsonString()}}}}""";
    }
}
