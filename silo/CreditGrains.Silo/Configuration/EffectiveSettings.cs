namespace CreditGrains.Silo.Configuration;

/// <summary>Settings of all sources together, with where each value comes from and everything that is wrong.</summary>
internal sealed class EffectiveSettings
{
    private const string FileSuffix = "File";
    private const string Masked = "********";
    private readonly Dictionary<Setting, GivenSetting> _given = [];
    private readonly List<string> _mistakes = [];

    private EffectiveSettings(ServerOptions options) => Options = options;

    public ServerOptions Options { get; }

    /// <summary>Everything that is wrong, each with its origin, the setting, its bound and what was given.</summary>
    public IReadOnlyList<string> Mistakes => _mistakes;

    /// <summary>Puts one source on top of the other, the last one highest.</summary>
    /// <param name="fresh">Defaults, which nobody else has.</param>
    /// <param name="given">Values as given.</param>
    public static EffectiveSettings Of(ServerOptions fresh, IEnumerable<GivenSetting> given)
    {
        var effective = new EffectiveSettings(fresh);
        foreach (var each in given)
            effective.Add(each);
        foreach (var (setting, each) in effective._given)
        {
            if (!setting.TrySet(fresh, each.Value))
                effective._mistakes.Add(Mistake(setting, each));
        }

        return effective;
    }

    /// <summary>Where a setting was given; null for its default.</summary>
    public string? OriginOf(string name) => Settings.Find(name) is { } setting ? _given.GetValueOrDefault(setting)?.Origin : null;

    /// <summary>Every setting in a line: its value, and where it comes from. Secrets are masked.</summary>
    public IEnumerable<string> Lines() => Settings.All.Select(setting =>
    {
        var value = setting.Read(Options) ?? setting.Unset;
        var shown = value is null ? "none" : setting.IsSecret ? Masked : value;
        var unit = setting.Min is null ? "" : " " + setting.Unit;
        return $"{setting.Name} = {shown}{unit} ({(_given.GetValueOrDefault(setting)?.Origin ?? "default")})";
    });

    private static string Mistake(Setting setting, GivenSetting given) =>
        $"{given.Origin}: {setting.Name} must be {setting.Bound}{(setting.Min is null ? "" : $" ({setting.Unit})")}; "
        + $"given is {(setting.IsSecret ? "something else" : $"'{given.Value}'")}.";

    private void Add(GivenSetting given)
    {
        if (Settings.Find(given.Name) is { } setting)
        {
            if (setting.IsSecret && given.Origin.StartsWith("--set", StringComparison.Ordinal))
                _mistakes.Add($"{given.Origin}: {setting.Name} is a secret, and other users see options. Set {Variable(setting)}.");
            else
                _given[setting] = given;
        }
        else if (given.Name.EndsWith(FileSuffix, StringComparison.OrdinalIgnoreCase)
            && Settings.Find(given.Name[..^FileSuffix.Length]) is { IsSecret: true } secret)
        {
            AddFile(secret, given);
        }
        else
        {
            _mistakes.Add($"{given.Origin}: there is no setting {given.Name}. docs/configuration.md has all of them.");
        }
    }

    private void AddFile(Setting secret, GivenSetting given)
    {
        try
        {
            _given[secret] = new GivenSetting(secret.Name, File.ReadAllText(given.Value).Trim(), $"{given.Origin}, file {given.Value}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _mistakes.Add($"{given.Origin}: {given.Name} names a file that cannot be read: {fault.Message}");
        }
    }

    private static string Variable(Setting setting) =>
        "CREDIT__" + setting.Name.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant();
}
