using System.Text.Json;

namespace CreditGrains.Api.Tests;

/// <summary>Policies of the default rulebook with something changed.</summary>
internal static class PolicyTexts
{
    public static string Default { get; } = File.ReadAllText(Path.Combine(Repository.Root, "rulebooks", "cn-district", "policy.yaml"));

    /// <summary>A new version, with replacements that must each be found.</summary>
    public static string Changed(string version, params (string Old, string New)[] changes)
    {
        var text = Default;
        foreach (var (old, @new) in changes.Prepend(("version: 2026.3", $"version: {version}")))
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, @new, StringComparison.Ordinal);
        }

        return text;
    }

    public static string Json(string text, string? note = null) => JsonSerializer.Serialize(new { text, note });
}
