using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Cli.Feeding;

/// <summary>Mappings and kinds, from a folder or from the server whose rules the events will meet.</summary>
internal sealed record RulebookSource(IReadOnlyDictionary<string, FeedMapping> Mappings, IReadOnlyDictionary<string, RecordKind> Kinds)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static RulebookSource OfFolder(string directory)
    {
        var read = RulebookFolder.Read(directory);
        return read.Rulebook is { } rulebook
            ? new RulebookSource(rulebook.Feeds, rulebook.Catalogue.Kinds)
            : throw new CliException(
                ExitCode.Invalid, $"The rulebook {directory} has {read.Mistakes.Count} mistakes.",
                    $"See: credit rulebook check {directory}");
    }

    public static async Task<RulebookSource> OfServerAsync(CreditClient client, CancellationToken cancellation)
    {
        var rulebook = (await client.RulebookAsync(cancellation)).Deserialize<Wire>(Json)
            ?? throw new CliException(ExitCode.Failed, "The server gave no rulebook.", "Name the folder: --rulebook DIR");
        return new RulebookSource(
            rulebook.Feeds.ToDictionary(mapping => mapping.Name),
            rulebook.Kinds.ToDictionary(kind => kind.Kind, kind => new RecordKind
            {
                Name = kind.Kind,
                Title = LocalisedText.Of("en", kind.Kind),
                Fields = [.. kind.Fields.Select(field => new FieldDefinition { Name = field.Name, Type = field.Type, Wire = field.Wire })],
            }));
    }

    private sealed record Wire(IReadOnlyList<WireKind> Kinds, IReadOnlyList<FeedMapping> Feeds);

    private sealed record WireKind(string Kind, IReadOnlyList<WireField> Fields);

    private sealed record WireField(string Name, FieldType Type, string? Wire);
}
