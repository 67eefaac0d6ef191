using System.Text.RegularExpressions;

namespace CreditGrains.Architecture.Tests;

/// <summary>The house style, where a machine can hold it.</summary>
public sealed partial class TidyTests
{
    private const int LineCharsMax = 140;

    /// <summary>Entries that a visitor needs in the root, and nothing else.</summary>
    private static readonly string[] RootEntries =
    [
        ".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".github", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md",
        "CreditGrains.sln",
        "Directory.Build.props", "Directory.Packages.props", "LICENSE", "NOTICE", "README.md", "README.zh.md", "README.zh-CN.md",
        "SECURITY.md",
        "client", "credit", "deploy", "docs", "global.json", "nuget.config", "rulebooks", "silo", "src", "tests",
    ];

    private static readonly string[] TextKinds =
        [".cs", ".csproj", ".props", ".targets", ".json", ".yaml", ".yml", ".md", ".sln", ".sh", ".sql", ".config", ".editorconfig",
            ".cshtml", ".razor"];

    /// <summary>Files that hold the patterns they look for.</summary>
    private const string Self = "tests/CreditGrains.Architecture.Tests/";

    /// <summary>A sample of JSON in a raw literal stays on its line: broken, it would be another sample.</summary>
    [Fact]
    public void Lines_fit_the_page() =>
        Assert.Empty(Repository.Lines(Repository.Code)
            .Where(line => line.Text.Length > LineCharsMax && !line.Text.Contains("\"\"\"{", StringComparison.Ordinal))
            .Select(line => $"{line.Place}: {line.Text.Length} characters"));

    /// <summary>Time is injected: what reads the machine's clock can be neither tested nor replayed.</summary>
    [Fact]
    public void Product_reads_no_wall_clock() =>
        Assert.Empty(Found(
            Repository.Product.Where(file => !file.StartsWith("src/CreditGrains.Development.Postgres/", StringComparison.Ordinal)),
            ClockPattern()));

    [Fact]
    public void Nothing_is_left_for_later() =>
        Assert.Empty(Found(Repository.Code.Where(file => !file.StartsWith(Self, StringComparison.Ordinal)), LaterPattern()));

    [Fact]
    public void Type_names_are_words_of_the_domain() =>
        Assert.Empty(Found(Repository.Code.Where(file => !file.StartsWith(Self, StringComparison.Ordinal)), BannedNamePattern()));

    /// <summary>A lock is named for what it guards, and a method for what it decides: "judge" had ten meanings.</summary>
    [Fact]
    public void Locks_and_decisions_have_names_of_their_own() =>
        Assert.Empty(Found(Repository.Product, VagueNamePattern()));

    /// <summary>
    /// A comment begins with what it describes. "Whoever asks ..." and "What waits ..." hide the subject, and a reader has to take the code
    /// apart to understand the sentence.
    /// </summary>
    [Fact]
    public void Comments_begin_with_their_subject() =>
        Assert.Empty(CommentStarts(Repository.Code.Where(file => !file.StartsWith(Self, StringComparison.Ordinal))));

    /// <summary>Log lines and faults of stores are in the words that operators search for: failed, retrying, heartbeat, lease.</summary>
    [Fact]
    public void Log_lines_are_in_operators_words() =>
        Assert.Empty(Found(Repository.Product, VagueLogPattern()));

    /// <summary>Operators filter by the number of a log line.</summary>
    [Fact]
    public void Log_lines_have_numbers_of_their_own() =>
        Assert.Empty(Repository.Lines(Repository.Product)
            .Select(line => (line.Place, Number: LogNumberPattern().Match(line.Text).Groups[1].Value)).Where(line => line.Number.Length > 0)
            .GroupBy(line => line.Number).Where(lines => lines.Count() > 1)
            .Select(lines => $"{lines.Key}: {string.Join(", ", lines.Select(line => line.Place))}"));

    [Fact]
    public void Root_holds_what_a_visitor_needs() =>
        Assert.Empty(Repository.Files.Select(file => file.Split('/')[0]).Distinct().Except(RootEntries));

    /// <summary>Paths and hosts of one machine have no place in the repository.</summary>
    [Fact]
    public void Files_name_no_machine() =>
        Assert.Empty(Found(
            Repository.Files.Where(file => !file.StartsWith(Self, StringComparison.Ordinal)
                && (TextKinds.Contains(Path.GetExtension(file)) || Path.GetExtension(file).Length == 0)),
            MachinePattern()));

    [Fact]
    public void Public_types_of_the_product_say_their_contract()
    {
        var silent = new List<string>();
        foreach (var file in Repository.Product)
        {
            var lines = Repository.Read(file).Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                if (!PublicTypePattern().IsMatch(lines[i]) || IsNested(lines[i]))
                    continue;
                var above = i - 1;
                while (above >= 0 && lines[above].TrimStart().StartsWith('['))
                    above--;
                if (above < 0 || !lines[above].TrimStart().StartsWith("///", StringComparison.Ordinal))
                    silent.Add($"{file}:{i + 1}: {lines[i].Trim()}");
            }
        }

        // Parts of a partial type after the first say what is theirs by their file's name.
        silent.RemoveAll(place => place.Contains(" partial ", StringComparison.Ordinal));
        Assert.Empty(silent);
    }

    [Fact]
    public void Package_versions_stand_in_one_place() =>
        Assert.Empty(Found(Repository.Projects, VersionPattern()));

    /// <summary>A type within a type is documented by what it serves.</summary>
    private static bool IsNested(string line) => char.IsWhiteSpace(line[0]);

    /// <summary>First lines of comments, and first lines within XML elements, that begin with a pronoun.</summary>
    private static IEnumerable<string> CommentStarts(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var lines = Repository.Read(file).Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                var (line, before) = (lines[i].TrimStart(), i == 0 ? "" : lines[i - 1].TrimStart());
                var isStart = line.StartsWith("///", StringComparison.Ordinal)
                    ? line.StartsWith("/// <", StringComparison.Ordinal) || before.TrimEnd() is "/// <summary>" or "/// <remarks>"
                    : !before.StartsWith("//", StringComparison.Ordinal);
                if (isStart && PronounPattern().IsMatch(line))
                    yield return $"{file}:{i + 1}: {line}";
            }
        }
    }

    private static IEnumerable<string> Found(IEnumerable<string> files, Regex pattern) =>
        Repository.Lines(files).Where(line => pattern.IsMatch(line.Text)).Select(line => $"{line.Place}: {line.Text.Trim()}");

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|\bEnvironment\.TickCount|\bStopwatch\.(StartNew|GetTimestamp)|\bDateOnly\.Today")]
    private static partial Regex ClockPattern();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|\bNotImplementedException\b|\[(Fact|Theory)\(.*Skip\s*=")]
    private static partial Regex LaterPattern();

    [GeneratedRegex(
        @"\b(class|interface|struct|record|enum)\s+\w*(Manager|Helpers?|Utils?|Utility|Impl"
        + @"|Desk|Shape|Shelf|Herald|Attendance|Keeper|Tally)\b|\b(class|record)\s+\w*[a-z]Base\b")]
    private static partial Regex BannedNamePattern();

    [GeneratedRegex(@"\b(_gate|_one)\b|\bJudge(Async)?\(")]
    private static partial Regex VagueNamePattern();

    [GeneratedRegex(
        @"^///\s*(<(summary|remarks|param|returns|typeparam|exception|value)[^>]*>)?\s*(who|whoever|whom|whose|what|whatever|somebody"
        + @"|someone|nobody|it)\b|(^|[;,{}()\]] )//\s*(who|whoever|whom|whose|what|whatever|somebody|someone|nobody|it)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex PronounPattern();

    [GeneratedRegex(@"(LoggerMessage|LogStoreFault|LogError).*(is tried again|could not be told)|""[^""]*waits and goes on")]
    private static partial Regex VagueLogPattern();

    [GeneratedRegex(@"LoggerMessage\((\d+),")]
    private static partial Regex LogNumberPattern();

    [GeneratedRegex(@"(?<![\w./~-])/(home|root|Users|work|mnt)/\w|[A-Z]:\\\\?Users\\")]
    private static partial Regex MachinePattern();

    [GeneratedRegex(@"^\s*public\s+(?:(?:static|sealed|abstract|readonly|partial|ref)\s+)*(class|record|struct|interface|enum|delegate)\b")]
    private static partial Regex PublicTypePattern();

    [GeneratedRegex(@"<PackageReference[^>]*\bVersion(Override)?=")]
    private static partial Regex VersionPattern();
}
