using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace CreditGrains.Silo.Configuration;

/// <summary>
/// Reads settings of a file and of the environment by .NET's own readers. Their values go to the server's options alone, so that neither
/// Kestrel nor Orleans listens where nobody has looked (<c>Environment_adds_no_address_to_those_that_were_judged</c>).
/// </summary>
internal static class SettingSources
{
    /// <summary>The section of a file, and the beginning of a variable's name.</summary>
    public const string Section = "Credit";

    private const string Prefix = "CREDIT__";

    /// <summary>Variables of former builds, which have names of their own.</summary>
    private static readonly (string Variable, string Setting)[] Former =
    [
        ("CREDIT_DATA", "DataDirectory"), ("CREDIT_ISSUER", "Issuer"), ("CREDIT_AUDIENCE", "Audience"),
        ("CREDIT_PORTAL_CLIENT", "Portal:ClientId"), ("CREDIT_PORTAL_SECRET", "Portal:ClientSecret"),
        ("CREDIT_PORTAL_CONTACT", "Portal:Contact"),
    ];

    /// <summary>The settings of a file.</summary>
    /// <exception cref="StartRefusedException">The file cannot be read, or has sections that are not the server's.</exception>
    public static IReadOnlyList<GivenSetting> OfFile(string path)
    {
        IConfigurationRoot root;
        try
        {
            using var file = File.OpenRead(path);
            root = new ConfigurationBuilder().AddJsonStream(file).Build();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or InvalidDataException
            or JsonException)
        {
            throw new StartRefusedException(
                ExitCodes.Usage, $"--config: {path} cannot be read: {fault.InnerException?.Message ?? fault.Message}", fault);
        }

        var foreign = root.GetChildren()
            .Where(section => !string.Equals(section.Key, Section, StringComparison.OrdinalIgnoreCase)).ToList();
        if (foreign.Count > 0)
        {
            throw new StartRefusedException(
                ExitCodes.Usage,
                $"{path}: there is no section {string.Join(", ", foreign.Select(section => section.Key))}; settings stand in {Section}.");
        }

        return Leaves(root.GetSection(Section), path);
    }

    /// <summary>The settings of the environment; those of former builds first, so that the others prevail.</summary>
    public static IReadOnlyList<GivenSetting> OfEnvironment()
    {
        var former = Former.Select(each => (each.Setting, each.Variable, Value: Environment.GetEnvironmentVariable(each.Variable)))
            .Where(each => !string.IsNullOrEmpty(each.Value))
            .Select(each => new GivenSetting(each.Setting, each.Value!, "$" + each.Variable));
        var root = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        return
        [
            .. former,
            .. Leaves(root, "").Select(given => given with
            {
                Origin = "$" + Prefix + given.Name.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant(),
            }),
        ];
    }

    /// <summary>Values with their names; those of a list in one, as a variable has them.</summary>
    private static List<GivenSetting> Leaves(IConfiguration section, string origin)
    {
        var given = new List<GivenSetting>();
        foreach (var child in section.GetChildren())
        {
            var items = child.GetChildren().ToList();
            if (items.Count > 0 && items.All(item => int.TryParse(item.Key, out _) && item.Value is not null))
            {
                var between = Settings.Find(NameOf(child)) is { Name: "Urls" } ? ';' : ',';
                given.Add(new GivenSetting(NameOf(child), string.Join(between, items.Select(item => item.Value)), origin));
            }
            else if (items.Count > 0)
            {
                given.AddRange(Leaves(child, origin));
            }
            else if (child.Value is { Length: > 0 } value)
            {
                given.Add(new GivenSetting(NameOf(child), value, origin));
            }
        }

        return given;
    }

    private static string NameOf(IConfigurationSection section) =>
        section.Path.StartsWith(Section + ":", StringComparison.OrdinalIgnoreCase) ? section.Path[(Section.Length + 1)..] : section.Path;
}
