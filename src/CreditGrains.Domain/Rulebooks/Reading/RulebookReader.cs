using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Procedures;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>
/// Reads a rulebook from the texts of its files (semantics, section 5). Pure: no I/O. All mistakes are reported at once, with file and
/// line; nothing that the files hold makes it throw.
/// </summary>
public static partial class RulebookReader
{
    /// <summary>The file that holds a rulebook's policy.</summary>
    public const string PolicyFile = "policy.yaml";

    private const int FilesMax = 300;

    /// <summary>Names of all files but the calendars, which are <c>calendar/YYYY.yaml</c>.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        ["rulebook.yaml", "catalogue.yaml", PolicyFile, "measures.yaml", "matters.yaml", "clocks.yaml", "feeds.yaml", "procedures.yaml"];

    /// <summary>Reads a rulebook.</summary>
    /// <param name="files">Texts by name relative to the folder, with forward slashes.</param>
    public static RulebookReadResult Read(IReadOnlyDictionary<string, string> files) => Read(files, []);

    /// <summary>Reads a rulebook of which some files could not be had.</summary>
    /// <param name="files">Texts by name relative to the folder, with forward slashes.</param>
    /// <param name="unread">Mistakes of files that are there but not among the texts: nothing more is said about these.</param>
    public static RulebookReadResult Read(IReadOnlyDictionary<string, string> files, IReadOnlyList<RulebookMistake> unread)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(unread);
        var mistakes = new MistakeList();
        foreach (var mistake in unread)
            mistakes.Add(mistake);
        var missing = unread.Select(mistake => mistake.File).ToHashSet();
        if (files.Count > FilesMax)
        {
            mistakes.Add("", 0, "too-large", $"The rulebook has more than {FilesMax} files.", "Remove what does not belong to it.");
            return new RulebookReadResult(null, mistakes.InOrder());
        }

        foreach (var name in files.Keys.Where(name => !FileNames.Contains(name) && !CalendarName().IsMatch(name)))
        {
            mistakes.Add(
                name, 0, "unknown-file", $"'{YamlNode.Shorten(name)}' is not a file of a rulebook.", Suggestion.For(name, FileNames));
        }

        var header = ReadFile("rulebook.yaml", RulebookFileSchema.Instance, "en", required: true);
        var language = header?.Languages.FirstOrDefault(code => code != "") ?? "zh";
        var catalogue = ReadFile("catalogue.yaml", CatalogueSchema.Instance, language, required: true);
        var policy = ReadFile(PolicyFile, PolicySchema.Instance, language, required: true);
        var measures = ReadFile("measures.yaml", MeasuresSchema.Instance, language, new Named<Measure>(new Dictionary<string, Measure>()));
        var matters = ReadFile("matters.yaml", MattersSchema.Instance, language, MattersFile.Empty);
        var clocks = ReadFile("clocks.yaml", ClocksSchema.Instance, language, Clocks.Empty);
        var feeds = ReadFile("feeds.yaml", FeedsSchema.Instance, language, new Named<FeedMapping>(new Dictionary<string, FeedMapping>()));
        var procedures = ReadFile("procedures.yaml", ProceduresSchema.Instance, language, ProcedureRules.Empty);
        var calendar = ReadCalendar(language);

        var zone = header is null ? null : CheckHeader(header, mistakes);
        if (catalogue is not null)
        {
            CatalogueChecks.Check(catalogue, mistakes);
            catalogue = WithBuiltIn(catalogue);
        }

        var references = new ReferenceChecks(catalogue, policy, measures?.All, clocks, mistakes);
        if (policy is not null)
            PolicyChecks.Check(policy, references);
        if (header is not null)
            WarningChecks.Check(header.Warnings.Values, references);
        if (measures is not null)
            ListChecks.Measures(measures.All, ListChecks.UsedMeasures(policy, matters?.All), mistakes);
        if (matters is not null)
            MatterChecks.Check(matters, references);
        if (clocks is not null)
            ListChecks.Clocks(clocks, references);
        if (procedures is not null)
            ProcedureChecks.Check(procedures, header is { Scheme.Pattern: null } ? header.Scheme.Resolve() : null, references);
        if (feeds is not null)
            FeedChecks.Check(feeds.All, references);

        if (mistakes.Count > 0 || header is null || zone is null || catalogue is null || policy is null
            || measures is null || matters is null || clocks is null || feeds is null || procedures is null)
        {
            return new RulebookReadResult(null, mistakes.InOrder()) { Warnings = mistakes.WarningsInOrder() };
        }

        var baseDigest = DigestOf(files.Where(file => file.Key != PolicyFile));
        var rulebook = new Rulebook
        {
            Id = header.Id,
            Title = header.Title,
            Jurisdiction = header.Jurisdiction,
            TimeZone = zone,
            Scheme = header.Scheme.Resolve(),
            Languages = header.Languages,
            Catalogue = catalogue,
            Policy = policy,
            Measures = measures.All,
            Matters = matters.All,
            Purposes = matters.Purposes,
            Warnings = header.Warnings,
            Clocks = clocks,
            Procedures = procedures,
            Calendar = calendar,
            Feeds = feeds.All,
            Digest = DigestOf(baseDigest, files[PolicyFile]),
            BaseDigest = baseDigest,
            Files = new Dictionary<string, string>(files),
        };
        return new RulebookReadResult(rulebook, []) { Warnings = mistakes.WarningsInOrder() };

        T? ReadFile<T>(string name, MappingSchema<T> schema, string textLanguage, T? absent = null, bool required = false)
            where T : class
        {
            if (!files.TryGetValue(name, out var text))
            {
                if (missing.Contains(name))
                    return null;
                if (required)
                    mistakes.Add(
                        name, 0, "required-file", "The file is missing.",
                        "Every rulebook has rulebook.yaml, catalogue.yaml and policy.yaml.");
                return absent;
            }

            if (YamlLoader.Load(name, text ?? "", mistakes, out var readable) is { } root)
            {
                if (root.Entries is not null)
                    return schema.Read(root, new FileReading(name, mistakes, textLanguage));
                mistakes.Add(name, root.Line, "wrong-type", $"Expected a mapping, found {root.Form}.", "Write 'key: value' lines.");
                return null;
            }

            if (readable && required)
                mistakes.Add(
                    name, 0, "required-file", "The file is empty.", "Every rulebook has rulebook.yaml, catalogue.yaml and policy.yaml.");
            return readable ? absent : null;
        }

        WorkingDayCalendar ReadCalendar(string textLanguage)
        {
            var years = new Dictionary<int, CalendarYear>();
            foreach (var name in files.Keys.Where(name => CalendarName().IsMatch(name)))
            {
                var year = int.Parse(name.AsSpan("calendar/".Length, 4), NumberStyles.None, CultureInfo.InvariantCulture);
                if (ReadFile(name, CalendarSchema.Instance, textLanguage, required: true) is not { } calendarFile)
                    continue;
                ListChecks.Calendar(calendarFile, year, mistakes);
                years[year] = calendarFile.ToYear();
            }

            return new WorkingDayCalendar(years);
        }
    }

    /// <summary>The rulebook with another policy and all else as it is, or everything that is wrong with the two together.</summary>
    /// <param name="rulebook">A rulebook read from files.</param>
    /// <param name="policyText">The new text of <c>policy.yaml</c>.</param>
    /// <exception cref="ArgumentException">The rulebook was not read from files.</exception>
    public static RulebookReadResult WithPolicy(Rulebook rulebook, string policyText)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        ArgumentNullException.ThrowIfNull(policyText);
        if (rulebook.Files.Count == 0)
            throw new ArgumentException("The rulebook was not read from files.", nameof(rulebook));

        // Other files speak of the policy's grades, so all are checked again; what comes of them is what is there already.
        var result = Read(new Dictionary<string, string>(rulebook.Files) { [PolicyFile] = policyText });
        return result.Rulebook is { } read
            ? new RulebookReadResult(rulebook with { Policy = read.Policy, Digest = read.Digest, Files = read.Files }, [])
            : result;
    }

    private static TimeZoneInfo? CheckHeader(RulebookHeader header, MistakeList mistakes)
    {
        if (header.Scheme.Pattern is { Length: > 0 } pattern && PatternCheck.Fault(pattern, out _) is { } fault)
        {
            mistakes.At(
                header, "bad-pattern", $"The pattern cannot be used: {fault}.", "Write a .NET regular expression without look-around.",
                "scheme", "pattern");
        }

        if (header.TimeZone == "")
            return null;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(header.TimeZone, out var zone))
            return zone;
        mistakes.At(
            header, "unknown-time-zone", $"There is no time zone '{header.TimeZone}'.", "Write an IANA name such as Asia/Shanghai.",
            "timeZone");
        return null;
    }

    private static Catalogue WithBuiltIn(Catalogue catalogue)
    {
        var kinds = new Dictionary<string, RecordKind>(catalogue.Kinds, StringComparer.Ordinal);
        foreach (var kind in CaseKinds.All)
            kinds[kind.Name] = kind;
        return new Catalogue(kinds);
    }

    private static string DigestOf(string baseDigest, string policyText) =>
        DigestOf([KeyValuePair.Create("", baseDigest), KeyValuePair.Create(PolicyFile, policyText)]);

    private static string DigestOf(IEnumerable<KeyValuePair<string, string>> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            var content = Encoding.UTF8.GetBytes(text);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{content.Length}\n"));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [GeneratedRegex(@"^calendar/[0-9]{4}\.yaml\z", RegexOptions.NonBacktracking)]
    private static partial Regex CalendarName();
}
