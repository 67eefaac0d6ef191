using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Rules;

/// <summary>The rulebook in use, as kept.</summary>
/// <param name="Digest">Of everything but the policy.</param>
/// <param name="Files">Texts by name.</param>
/// <param name="Folder">
/// Where it was applied at run time: the digest of the folder that the node was started with. A start with that very folder is no change.
/// </param>
internal sealed record KeptRulebook(string Digest, SortedDictionary<string, string> Files, string? Folder = null)
{
    private const int CharactersMax = 2 * 1024 * 1024;

    /// <exception cref="RulebookRefusedException">Its files are too long to be kept.</exception>
    public static KeptRulebook Of(Rulebook rulebook, string? folder) => rulebook.Files.Values.Sum(file => (long)file.Length) > CharactersMax
        ? throw new RulebookRefusedException(
            $"The files of the rulebook have more than {CharactersMax} characters: remove what is not needed.")
        : new KeptRulebook(
            rulebook.BaseDigest, new SortedDictionary<string, string>(rulebook.Files.ToDictionary(), StringComparer.Ordinal), folder);

    public string ToJson() => JsonSerializer.Serialize(this, RulebookJson.Default.KeptRulebook);

    public static KeptRulebook FromJson(string json) => JsonSerializer.Deserialize(json, RulebookJson.Default.KeptRulebook)
        ?? throw new StoreException("The rulebook kept in the store cannot be read: restore a backup.", StoreFault.Corrupt);
}

/// <summary>Record of a takeover, kept for good.</summary>
internal sealed record TakenOver(string Digest, IReadOnlyList<string> Changes, string? Author = null, string? Reason = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptRulebook))]
[JsonSerializable(typeof(TakenOver))]
[JsonSerializable(typeof(RulebookProposal))]
internal sealed partial class RulebookJson : JsonSerializerContext;
