using System.Text;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Policies;

public sealed class CatalogueCompatibilityTests
{
    private static readonly Rulebook Old = RulebookTexts.Load(RulebookTexts.Small());

    private const string Stored =
        """{"documentNumber":"N1","penaltyTypes":["fine"],"fine":"2.5","decidedOn":"2026-03-04","authority":"11120000000000000A"}""";

    [Fact]
    public void Same_rulebook_has_no_change()
    {
        var same = Between(RulebookTexts.Load(RulebookTexts.Small()));

        Assert.Empty(same.Changes);
        Assert.Equal((ChangeEffect.Compatible, null), (same.Effect, same.Refusal));
    }

    /// <summary>One edit of the catalogue: its path, its effect.</summary>
    [Theory]
    [InlineData("kinds/tax-grade", ChangeEffect.Incompatible, "  tax-grade:\n", "  tax-class:\n")]
    [InlineData("kinds/tax-class", ChangeEffect.Compatible, "  tax-grade:\n", "  tax-class:\n")]
    [InlineData("kinds/penalty/fields/note", ChangeEffect.Compatible, "      fine: ", "      note: {type: text}\n      fine: ")]
    [InlineData(
        "kinds/penalty/fields/note", ChangeEffect.Incompatible, "      fine: ", "      note: {type: text, required: true}\n      fine: ")]
    [InlineData(
        "kinds/list-entry/fields/until", ChangeEffect.Incompatible, "      until: {type: date, notBefore: listedOn}\n", "", "until: until")]
    [InlineData("kinds/penalty/fields/documentNumber/max", ChangeEffect.Compatible, "max: 128", "max: 200")]
    [InlineData("kinds/penalty/fields/documentNumber/max", ChangeEffect.Incompatible, "max: 128", "max: 100")]
    [InlineData("kinds/penalty/fields/fine/min", ChangeEffect.Incompatible, "min: 0, places", "min: 1, places")]
    [InlineData("kinds/penalty/fields/fine/min", ChangeEffect.Compatible, "min: 0, places", "min: -1, places")]
    [InlineData("kinds/penalty/fields/fine/greatest", ChangeEffect.Incompatible, "min: 0, places", "min: 0, max: 9, places")]
    [InlineData("kinds/penalty/fields/fine/places", ChangeEffect.Incompatible, "places: 6", "places: 2")]
    [InlineData("kinds/penalty/fields/fine/required", ChangeEffect.Incompatible, "min: 0, places", "required: true, min: 0, places")]
    [InlineData("kinds/penalty/fields/decidedOn/notAfter", ChangeEffect.Compatible, "notAfter: today, ", "")]
    [InlineData("kinds/list-entry/fields/until/notBefore", ChangeEffect.Compatible, "date, notBefore: listedOn", "date")]
    [InlineData(
        "kinds/list-entry/fields/listedOn/notAfter", ChangeEffect.Incompatible, "listedOn: {type: date,",
        "listedOn: {type: date, notAfter: until,")]
    [InlineData(
        "kinds/penalty/fields/penaltyTypes/of/licence", ChangeEffect.Compatible, "fine, confiscation]", "fine, confiscation, licence]")]
    [InlineData("kinds/penalty/fields/penaltyTypes/of/confiscation", ChangeEffect.Incompatible, "fine, confiscation]", "fine]")]
    [InlineData("kinds/penalty/fields/penaltyTypes/of", ChangeEffect.Incompatible, "fine, confiscation]", "confiscation, fine]")]
    [InlineData("kinds/tax-grade/fields/level/of", ChangeEffect.Compatible, "of: [A, B, M", "of: [B, A, M")]
    [InlineData("kinds/registration/fields/name/type", ChangeEffect.Incompatible, "name: {type: text,", "name: {type: date,")]
    [InlineData("kinds/penalty/identity", ChangeEffect.Incompatible, "identity: [authority, documentNumber]", "identity: [documentNumber]")]
    [InlineData("kinds/penalty/facets/amount", ChangeEffect.Refold, " amount: fine,", "")]
    [InlineData("kinds/penalty/facts", ChangeEffect.Refold, " amount: fine,", "")]
    [InlineData("kinds/penalty/severityRules", ChangeEffect.Refold, "{penaltyTypes: [warning, criticism]}", "{penaltyTypes: [warning]}")]
    [InlineData("kinds/tax-grade/decision", ChangeEffect.Refold, "level: level}\n    decision: false", "level: level}\n    decision: true")]
    [InlineData("kinds/penalty/publicity", ChangeEffect.Compatible, "publicity: tiered", "publicity: none")]
    [InlineData("kinds/penalty/reportedBy", ChangeEffect.Compatible, "reportedBy: any", "reportedBy: [SCJG]")]
    public void Change_of_the_catalogue_is_told_with_its_effect(
        string path, ChangeEffect effect, string from, string to, string? alsoGone = null)
    {
        Assert.Contains(from, RulebookTexts.Catalogue, StringComparison.Ordinal);
        var files = RulebookTexts.Small();
        files["catalogue.yaml"] = RulebookTexts.Catalogue.Replace(from, to, StringComparison.Ordinal)
            .Replace($"{alsoGone ?? "none such"}, ", "", StringComparison.Ordinal);
        files["policy.yaml"] = "id: p\nversion: 1\nlabel: L\nbase: 1\nmin: 0\nmax: 2\ngrades: [{grade: Z, min: 0}]\n";

        var found = Between(RulebookTexts.Load(files));

        var change = Assert.Single(found.Changes, change => change.Path == path);
        Assert.Equal(effect, change.Effect);
        Assert.Contains(change.Text.ByLanguage["zh"], c => c >= 0x4E00);
        Assert.Equal(found.Changes.Max(other => other.Effect), found.Effect);
        Assert.Equal(found.Effect == ChangeEffect.Incompatible, found.Refusal?.Error == ErrorCatalogue.CatalogueIncompatible);
    }

    [Fact]
    public void Each_property_of_a_kind_shows_when_it_changes()
    {
        var full = CatalogueDigestTests.Full;
        var title = LocalisedText.Of("zh", "题");
        var number = full.Fields.First(field => field.Name == "amount") with
        {
            Title = title,
            MaxLength = 9,
            Of = ["a"],
            Aliases = new Dictionary<string, string> { ["甲"] = "a" },
            NotAfter = "on",
            NotBefore = "until",
            Wire = "W",
        };
        full = full with { Fields = [number, .. full.Fields.Where(field => field.Name != "amount")] };
        var tried = 0;
        foreach (var (place, changed) in Mutations.Of(full).Where(change => change.Place != "/Name"))
        {
            tried++;
            Assert.True(Between(With(full), With(changed)).Changes.Count > 0, $"{place} changes, and nothing says so");
        }

        Assert.True(tried > 50, $"only {tried} changes were tried");
    }

    [Fact]
    public void Lists_and_calendars_change_at_run_time_but_a_year_does_not_go()
    {
        var files = RulebookTexts.OfShipped("cn-district");
        var old = RulebookTexts.Load(files);
        var changed = old with
        {
            Measures = old.Measures.Values.Skip(1)
                .Select((measure, i) => i == 0 ? measure with { Mandatory = !measure.Mandatory } : measure)
                .ToDictionary(measure => measure.Id),
            Clocks = old.Clocks with { Deadlines = [] },
            Calendar = new WorkingDayCalendar(new Dictionary<int, CalendarYear>
            {
                [old.Calendar.Years.Last()] = new(new HashSet<DateOnly>(), new HashSet<DateOnly>()),
                [2099] = new(new HashSet<DateOnly>(), new HashSet<DateOnly>()),
            }),
        };

        var found = Between(old, changed).Changes;

        Assert.Equal(ChangeEffect.Compatible, found.Single(change => change.Path == $"measures/{old.Measures.Values.First().Id}").Effect);
        Assert.Equal(2, found.Count(change => change.Path.StartsWith("measures/", StringComparison.Ordinal)));
        Assert.Contains(found, change => change is { Path: "clocks/deadlines", Effect: ChangeEffect.Compatible });
        Assert.Contains(found, change => change is { Path: "calendar/2099", Effect: ChangeEffect.Compatible });
        Assert.Equal(
            ChangeEffect.Compatible, found.Single(change => change.Path == $"calendar/{old.Calendar.Years.Last()}").Effect);
        Assert.All(
            old.Calendar.Years.SkipLast(1),
            year => Assert.Contains(found, change => change.Path == $"calendar/{year}" && change.Effect == ChangeEffect.Incompatible));
    }

    [Fact]
    public void Another_scheme_or_time_zone_is_refused()
    {
        Assert.Equal("scheme", Assert.Single(Between(Old with { Scheme = new PatternScheme("[0-9]{8}") }).Changes).Path);
        Assert.NotNull(Between(Old with { TimeZone = TimeZoneInfo.Utc }).Refusal);
        Assert.NotNull(Between(Old with { Id = "other" }).Refusal);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("max: 128", "max: 1", "too-long")]
    [InlineData("min: 0, places", "min: 3, places", "out-of-range")]
    [InlineData("of: [warning, criticism, fine, confiscation]", "of: [warning, criticism]", "not-in-code-list")]
    [InlineData("severity:       {type: code,", "severity:       {required: true, type: code,", "required")]
    [InlineData("  penalty:\n", "  penalties:\n", "unknown-kind")]
    [InlineData("fine:           {", "forfeit:        {", "unknown-field")]
    [InlineData("type: decimal, min: 0, places: 6", "type: date", "wrong-type")]
    [InlineData("notAfter: today", "notBefore: servedOn", "date-order")]
    public void Stored_record_is_judged_by_the_new_catalogue(string? from, string? to, string? code)
    {
        var payload = Stored.Replace("11120000000000000A", ValidCode, StringComparison.Ordinal);
        var files = RulebookTexts.Small();
        files["policy.yaml"] = "id: p\nversion: 1\nlabel: L\nbase: 1\nmin: 0\nmax: 2\ngrades: [{grade: Z, min: 0}]\n";
        if (from is not null)
            files["catalogue.yaml"] = RulebookTexts.Catalogue.Replace(from, to, StringComparison.Ordinal)
                .Replace("amount: fine,", "", StringComparison.Ordinal);
        if (code == "too-long")
            payload = payload.Replace("N1", "N12", StringComparison.Ordinal);
        if (code == "date-order")
        {
            files["catalogue.yaml"] = files["catalogue.yaml"].Replace(
                "      fine: ", "      servedOn: {type: date}\n      fine: ", StringComparison.Ordinal);
            payload = payload.Replace("\"fine\":", "\"servedOn\":\"2026-04-01\",\"fine\":", StringComparison.Ordinal);
        }

        var fault = Between(RulebookTexts.Load(files)).FaultOf("penalty", Encoding.UTF8.GetBytes(payload));

        Assert.Equal(code, fault?.Code);
    }

    [Fact]
    public void Stored_withdrawal_needs_its_kind_only()
    {
        Assert.Null(Between(Old).FaultOf("penalty", []));
        Assert.Equal("unknown-kind", Between(Old).FaultOf("gone", [])?.Code);
        Assert.Equal("malformed-json", Between(Old).FaultOf("penalty", "{"u8)?.Code);
    }

    private const string ValidCode = "91120110MA05R1XN8H";

    private static CatalogueCompatibility Between(Rulebook @new) => Between(Old, @new);

    private static CatalogueCompatibility Between(Rulebook old, Rulebook @new) =>
        CatalogueCompatibility.Between(old, @new, SampleRulebook.Admitting(ValidCode));

    private static Rulebook With(RecordKind kind) =>
        Old with { Catalogue = new Catalogue(new Dictionary<string, RecordKind> { [kind.Name] = kind }) };
}
