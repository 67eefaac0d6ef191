using System.Net;
using System.Text.RegularExpressions;
using CreditGrains.Api.Cases;
using CreditGrains.Development.Synthetic;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Tests;

/// <summary>
/// <c>credit up</c> as a visitor finds it: every page of <c>docs/page-matrix.md</c> shows something to everybody who may open it, so does
/// every public list, and of each other page with a parameter there is one that does, to which links lead.
/// </summary>
public sealed partial class DemonstrationTests : IAsyncLifetime
{
    private static readonly SyntheticOrganisations Organisations = new(new SyntheticOptions { EndDate = default }.Seed);
    private static readonly string Own = "/" + Organisations.CodeOf(82);
    private const string CasePage = "/portal/cases/{case}";
    private const string ListPage = "/portal/lists/{list}";
    private const int TriesMax = 4;
    private const int CasesMax = 60;

    /// <summary>
    /// Words that say that nothing is wrong; those of the form by which something is fed back first; and those of the sections of an
    /// organisation's public page, each of which says whether it has something: no organisation has something in all of them.
    /// </summary>
    private static readonly (string Page, Text Text)[] Fine =
    [
        ("/portal/checks/{number}/feedback", FeedbackTexts.NothingGiven), ("/portal/measures/audit", MeasureTexts.NoFaults),
        ("/portal/operation", OperationTexts.NoLag), ("/portal/operation/emergency", EmergencyTexts.NoPages),
        ("/portal/recomputations/{run}", OperationTexts.NoPoison),
        ("/portal/subjects/{code}", SubjectTexts.Nothing),
    ];

    /// <summary>Pages that no link leads to as they stand, each with the reason.</summary>
    private static readonly Dictionary<string, string> Unlinked = new(StringComparer.Ordinal)
    {
        ["/portal/cases/{case}/mirror"] = "the platform writes to the other party's file by itself, at once",
        ["/embed/check"] = "asks for a session of framed pages, which is begun in a window of its own (EmbedTests)",
        ["/portal/session/development/authorize"] = "a step of the sign-in, with what the portal sends along",
    };

    /// <summary>Pages that a form leads to, with an answer to it.</summary>
    private static readonly Dictionary<string, string[]> Asked = new(StringComparer.Ordinal)
    {
        ["/portal/search"] = ["?q=%E8%99%9A%E6%9E%84"],
        ["/portal/cases/new/contract"] = [Own], ["/portal/cases/new/listing"] = [Own], ["/portal/cases/new/objection"] = [Own],
        ["/portal/cases/new/repair"] = [Own],
    };

    private static readonly Dictionary<string, string[]> People = new(StringComparer.Ordinal)
    {
        ["source"] = ["dev-source", "dev-regulator", "dev-commission"],
    };

    private readonly PortalFixture _portal = new();
    private readonly string _rules = Directory.CreateTempSubdirectory("credit-demonstration-").FullName;

    public ValueTask InitializeAsync() => _portal.InitializeAsync(options => options with
    {
        Demo = true, RulebookDirectory = PlannedRulebook.Below(_rules),
    });

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        Directory.Delete(_rules, recursive: true);
    }

    [Fact]
    public async Task Every_page_shows_something_to_everybody_who_may_open_it()
    {
        var pages = await MatrixAsync();
        var cases = await CasesAsync();
        var faults = new List<string>();
        var found = new HashSet<string>(StringComparer.Ordinal);
        var tried = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var role in pages.SelectMany(page => page.Roles).Distinct())
        {
            var open = pages.Where(page => page.Roles.Contains(role) && !Unlinked.ContainsKey(page.Path)).ToList();
            foreach (var person in People.GetValueOrDefault(role, [$"dev-{role}"]))
            {
                using var visitor = _portal.Visitor();
                if (role != "public")
                {
                    await visitor.SignInAsync(person);
                    await visitor.GivePurposeAsync("supervision");
                }

                await WalkAsync(visitor, person, open, faults, found, tried, cases);
            }
        }

        faults.AddRange(pages.Where(page => page.HasParameter && page.Roles.Count > 0 && !Unlinked.ContainsKey(page.Path)
                && !found.Contains(page.Path))
            .Select(page => $"{page.Path}: {tried.GetValueOrDefault(page.Path, "no link leads to one")}"));
        faults.AddRange(await NotOverdueAsync());
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Days of the history have passed: a check that was not fed back in time, and a case whose deadline is over.</summary>
    private async Task<IEnumerable<string>> NotOverdueAsync()
    {
        using var visitor = await _portal.SignedInForAsync("reviewer");
        var faults = new List<string>();
        foreach (var path in new[] { "/portal/checks/reminders", "/portal/cases?due=overdue" })
        {
            var rows = (await visitor.GetAsync(path)).Text.Split("<tbody").Last();
            if (!WebUtility.HtmlDecode(rows).Contains(FeedbackTexts.Overdue.Zh, StringComparison.Ordinal))
                faults.Add($"{path}: nothing is overdue");
        }

        return faults;
    }

    /// <summary>Numbers of all cases: one that nothing is due of is on no list of a department, which knows it by its number.</summary>
    private async Task<List<string>> CasesAsync()
    {
        var numbers = new List<string>();
        foreach (var subject in Enumerable.Range(0, 100).Select(number => new SubjectId(Organisations.CodeOf(number))))
        {
            if (await _portal.Server.Engine.Subjects.FindAsync(subject, Consistency.Latest, PortalFixture.Stop) is { } view)
                numbers.AddRange(CaseReading.NumbersOf(view, CaseProcedure.Kinds, null).Select(each => each.Number.ToString()));
        }

        return numbers;
    }

    private static async Task WalkAsync(
        Visitor visitor, string person, List<MatrixPage> open, List<string> faults, HashSet<string> found,
        Dictionary<string, string> tried, IReadOnlyList<string> cases)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        var queue = new Queue<string>(open.Where(page => !page.HasParameter).Select(page => page.Path).Concat(
            open.Exists(page => page.Path == CasePage) ? cases.Select(number => $"/portal/cases/{number}") : []));
        while (queue.TryDequeue(out var path))
        {
            var plain = path.Split('?')[0];
            if (!seen.Add(path) || open.Find(page => page.Pattern.IsMatch(plain)) is not { } page)
                continue;
            var isCase = page.Path == CasePage;
            if (isCase && open.TrueForAll(each => !each.Path.StartsWith(CasePage, StringComparison.Ordinal) || found.Contains(each.Path)))
                continue;
            var bound = isCase || page.Path == ListPage ? CasesMax : found.Contains(page.Path) ? 1 : TriesMax;
            if (page.HasParameter && (left[page.Path] = left.GetValueOrDefault(page.Path) + 1) > bound)
                continue;
            if (!page.HasParameter && plain != path && (left[plain] = left.GetValueOrDefault(plain) + 1) > TriesMax)
                continue;
            var answer = await visitor.GetAsync(path);
            if (page.HasParameter)
                Note(answer, page);
            if ((!page.HasParameter || page.Path == ListPage) && plain == path && FaultOf(page, answer) is { } fault)
                faults.Add($"{path} {person}: {fault}");
            foreach (Match link in LinkPattern().Matches(answer.Text))
            {
                var to = WebUtility.HtmlDecode(link.Groups[1].Value).Split('#')[0];
                if (!to.Contains("lang=", StringComparison.Ordinal) && !to.StartsWith("/portal/session", StringComparison.Ordinal))
                    queue.Enqueue(to);
            }

            foreach (var answered in plain == path ? Asked.GetValueOrDefault(page.Path) ?? [] : [])
                queue.Enqueue(path + answered);
            if (isCase && plain == path)
                queue.Enqueue($"{path}/filed");
            if (answer.Text.Contains($"action=\"{path}/simulate\"", StringComparison.Ordinal))
                Note(await visitor.SubmitAsync(answer, $"{path}/simulate"), open.Single(each => each.Path == "/portal/simulations/{run}"));
        }

        void Note(PageAnswer answer, MatrixPage page)
        {
            if (FaultOf(page, answer) is not { } fault)
                found.Add(page.Path);
            else
                tried[page.Path] = $"{person}: {fault}";
        }
    }

    /// <summary>Null for a page with something on it.</summary>
    private static string? FaultOf(MatrixPage page, PageAnswer answer)
    {
        if (answer.Status != 200 && !(answer.Status == 422 && page.Path == "/portal/search"))
            return $"answers {answer.Status}: {answer.Words[..Math.Min(answer.Words.Length, 300)]}";
        if (answer.Bytes.Length == 0)
            return "is empty";
        var empty = EmptyPattern().Matches(answer.Text).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value).Trim())
            .Where(text => !Fine.Any(fine => fine.Page == page.Path && fine.Text.Zh == text)).ToList();

        // A file with entries may have sections without any.
        if (answer.Text.Contains("<article", StringComparison.Ordinal))
            empty.RemoveAll(text => text == SubjectTexts.Nothing.Zh);
        return empty.Count == 0 ? null : string.Join("; ", empty);
    }

    private static async Task<List<MatrixPage>> MatrixAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "page-matrix.md"), PortalFixture.Stop);
        var roles = lines.First(line => line.StartsWith("| Page |", StringComparison.Ordinal)).Split('|')[3..^1]
            .Select(role => role.Trim()).ToList();
        return
        [
            .. lines.Where(line => line.StartsWith("| `GET ", StringComparison.Ordinal)).Select(line =>
            {
                var cells = line.Split('|');
                return new MatrixPage(
                    cells[1].Trim().Trim('`')["GET ".Length..],
                    [.. roles.Where((_, i) => cells[i + 3].Trim() != "-")]);
            }),
        ];
    }

    [GeneratedRegex("href=\"(/[^\"]*)\"")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("class=\"[^\"]*cg-empty[^\"]*\">(.*?)</p>", RegexOptions.Singleline)]
    private static partial Regex EmptyPattern();

    private sealed record MatrixPage(string Path, IReadOnlyList<string> Roles)
    {
        public bool HasParameter => Path.Contains('{', StringComparison.Ordinal);

        public Regex Pattern { get; } = new("^" + Regex.Replace(Path, @"\{[^}]*\}", "[^/]+") + "$", RegexOptions.CultureInvariant);
    }
}
