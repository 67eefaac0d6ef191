using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Pages on which a case is filed, in their order; each asks one thing.</summary>
internal static class FilingPage
{
    public const string Record = "record", Grounds = "grounds", Statement = "statement", Expected = "expected";
    public const string Ruling = "ruling", Origin = "origin", Proofs = "proofs", Declaration = "declaration", Check = "check";

    public static readonly IReadOnlyList<string> OfObjection = [Record, Grounds, Statement, Expected, Proofs, Declaration, Check];

    public static readonly IReadOnlyList<string> OfRepair = [Record, Statement, Proofs, Declaration, Check];

    public static readonly IReadOnlyList<string> OfRestructuring = [Ruling, Record, Statement, Proofs, Declaration, Check];

    public static readonly IReadOnlyList<string> OfSynchronisation = [Record, Origin, Proofs, Check];

    public static string After(IReadOnlyList<string> pages, string page) => pages[Math.Min(IndexOf(pages, page) + 1, pages.Count - 1)];

    public static string? Before(IReadOnlyList<string> pages, string page) =>
        IndexOf(pages, page) is > 0 and var place ? pages[place - 1] : null;

    private static int IndexOf(IReadOnlyList<string> pages, string page) => Math.Max(0, pages.ToList().IndexOf(page));
}

/// <summary>Answers so far; every page carries all of them in hidden fields, so that nothing is lost with a session.</summary>
/// <param name="Records">Keys of the chosen records.</param>
/// <param name="Grounds">Of an objection.</param>
/// <param name="Statement">In words.</param>
/// <param name="Expected">Values that the record should have, by field, those that were filled in.</param>
/// <param name="IsDeclared">The declaration was made.</param>
/// <param name="Operation">Letters that make one case of a form sent twice.</param>
/// <param name="ReturnsToCheck">The page was opened from the check of the answers, and leads back there.</param>
public sealed record FilingAnswers(
    IReadOnlyList<string> Records, string Grounds, string Statement, IReadOnlyList<KeyValuePair<string, string>> Expected, bool IsDeclared,
    string Operation, bool ReturnsToCheck)
{
    private const int ExpectedMax = 100;
    private static readonly string[] OfOrigin = ["site", "number", "repairedOn"];

    /// <summary>Of a bankruptcy: number of the court's ruling.</summary>
    public string Ruling { get; init; } = "";

    /// <summary>Of a repair of another site: its name, the number and the date of its decision.</summary>
    public IReadOnlyDictionary<string, string> Origin { get; init; } = new Dictionary<string, string>();

    /// <summary>Digests of the files uploaded for it.</summary>
    public IReadOnlyList<string> Proofs { get; init; } = [];

    private const string ExpectedBegin = "new:";

    /// <summary>An application with nothing answered yet but the record that its link names.</summary>
    internal static FilingAnswers Begin(string? source, string? record) => new(
        source is { Length: > 0 and <= 64 } && record is { Length: > 0 and <= 256 } ? [RecordKey.Of(source, record)] : [], "", "", [],
        false, CaseOperation.New(), false);

    internal static FilingAnswers Of(PortalForm form, IReadOnlyList<string> proofs) => new(
        [.. form.Values("records").Distinct().Take(Domain.Procedures.CaseFile.RecordsMax + 1)], form["grounds"], form["statement"],
        [.. form.All.Where(field => field.Key.StartsWith(ExpectedBegin, StringComparison.Ordinal) && field.Value.Trim().Length > 0)
            .Take(ExpectedMax).Select(field => KeyValuePair.Create(field.Key[ExpectedBegin.Length..], field.Value.Trim()))],
        form["declared"] == "yes", CaseOperation.Of(form), form["check"] == "yes")
    {
        Ruling = form["ruling"],
        Proofs = proofs,
        Origin = OfOrigin.ToDictionary(name => name, name => form[name]),
    };

    /// <summary>Answers that the page does not ask for itself, as hidden fields.</summary>
    internal IEnumerable<(string Name, string Value)> HiddenOn(string page)
    {
        if (page != FilingPage.Record)
        {
            foreach (var record in Records)
                yield return ("records", record);
        }

        if (page != FilingPage.Grounds)
            yield return ("grounds", Grounds);
        if (page != FilingPage.Statement)
            yield return ("statement", Statement);
        if (page != FilingPage.Expected)
        {
            foreach (var (field, value) in Expected)
                yield return (ExpectedBegin + field, value);
        }

        if (page != FilingPage.Ruling && Ruling.Length > 0)
            yield return ("ruling", Ruling);
        if (page != FilingPage.Origin)
        {
            foreach (var (name, value) in Origin.Where(each => each.Value.Length > 0))
                yield return (name, value);
        }

        if (page != FilingPage.Proofs)
        {
            foreach (var digest in Proofs)
                yield return (ProofForms.DigestsField, digest);
        }

        if (page != FilingPage.Declaration)
            yield return ("declared", IsDeclared ? "yes" : "");
        yield return ("operation", Operation);
        yield return ("check", ReturnsToCheck ? "yes" : "");
        yield return ("page", page);
    }
}

/// <summary>One page of filing a case.</summary>
public sealed record FilingModel
{
    public required OrganisationHeadModel Head { get; init; }

    /// <summary>Questions with several inputs, by page: a court's ruling, the decision of another site.</summary>
    public IReadOnlyList<FormInput> Inputs { get; init; } = [];

    /// <summary>The pages above.</summary>
    public required IReadOnlyList<Components.Crumb> Above { get; init; }

    /// <summary>Filed by a department; else by the organisation.</summary>
    public required bool IsOfDepartment { get; init; }

    /// <summary>Heading of the pages.</summary>
    public required Text Title { get; init; }

    /// <summary>Where the form is sent.</summary>
    public required string Action { get; init; }

    /// <summary>Where the same is applied for by a court's plan; null where there is no such way.</summary>
    public string? PlanPath { get; init; }

    /// <summary>After false materials: the first day on which the organisation may apply again; null where it may.</summary>
    public DateOnly? BannedUntil { get; init; }

    /// <summary>Names of the pages in their order.</summary>
    public required IReadOnlyList<string> Pages { get; init; }

    /// <summary>An objection; else an application for repair.</summary>
    public required bool IsObjection { get; init; }

    /// <summary>Which question it asks.</summary>
    public required string Page { get; init; }

    /// <summary>The page before; null on the first.</summary>
    public required string? Before { get; init; }

    public required FilingAnswers Answers { get; init; }

    /// <summary>Files uploaded so far, where the page shows them.</summary>
    public ProofFieldModel? Proofs { get; init; }

    /// <summary>Records to choose from.</summary>
    public required IReadOnlyList<FilingChoice> Choices { get; init; }

    /// <summary>There are more records than are listed.</summary>
    public required bool IsCut { get; init; }

    /// <summary>The chosen record of an objection, as it stands; null where none is chosen.</summary>
    public required FileRecordModel? Chosen { get; init; }

    /// <summary>Its fields.</summary>
    public required IReadOnlyList<RecordField> Fields { get; init; }

    /// <summary>Values that the record should have, in words, by field.</summary>
    public required IReadOnlyDictionary<string, (Text Label, Text Value)> Expected { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }

    /// <summary>A value that the record should have, with its field.</summary>
    public Text ExpectedLine(string field, string value)
    {
        var (label, words) = Expected.TryGetValue(field, out var known) ? known : (new Text(field, field), new Text(value, value));
        return new Text($"{label.Zh}：{words.Zh}", $"{label.En}: {words.En}");
    }
}

/// <summary>A record that may be chosen.</summary>
/// <param name="Key">Its value in the form.</param>
/// <param name="Label">Its kind and number.</param>
/// <param name="Hint">Its date and source, and why it cannot be chosen.</param>
/// <param name="IsPossible">False where it can only be read.</param>
public sealed record FilingChoice(string Key, Text Label, Text Hint, bool IsPossible);
