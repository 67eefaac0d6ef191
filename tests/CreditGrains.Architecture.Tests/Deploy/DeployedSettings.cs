using CreditGrains.Silo;
using CreditGrains.Silo.Configuration;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>Holds names and values that deploy/ gives to the server against the server's own settings.</summary>
internal static class DeployedSettings
{
    private const string Prefix = "CREDIT__";

    /// <summary>Sets what is given on a server's options.</summary>
    /// <returns>What is wrong: unknown settings, values out of bounds, secrets that are no files.</returns>
    public static IReadOnlyList<string> Mistakes(string place, IEnumerable<KeyValuePair<string, string>> variables)
    {
        var given = new List<GivenSetting>();
        var mistakes = new List<string>();
        foreach (var (variable, value) in variables.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = variable[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
            var secret = name.EndsWith("FILE", StringComparison.Ordinal) ? Settings.Find(name[..^"FILE".Length]) : null;
            if (Settings.Find(name) is { IsSecret: true })
                mistakes.Add($"{place}: {variable} is a secret; name a file");
            else if (secret is not { IsSecret: true })
                given.Add(new GivenSetting(name, value, $"{place}: {variable}"));
            else if (!value.StartsWith('/') && !value.StartsWith("%d/", StringComparison.Ordinal))
                mistakes.Add($"{place}: {variable} is no path");
        }

        var settings = EffectiveSettings.Of(new ServerOptions { DataDirectory = "data", RulebookDirectory = "rulebook" }, given);
        return [.. mistakes, .. settings.Mistakes];
    }

    /// <summary>An image by name and exact version; a tag such as "latest", or none, is another one tomorrow.</summary>
    public static bool IsPinned(string image) =>
        System.Text.RegularExpressions.Regex.IsMatch(image, @"^[a-z0-9./-]+(:v?\d+\.\d+(\.\d+)?[a-z0-9.-]*|@sha256:[0-9a-f]{64})$");
}
