using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// What becomes of a rulebook that has changed beyond its policy when the engine opens a store: what fits the stored records is taken
/// over; what does not is refused, naming the records that would no longer be valid. The files are kept as a control document, so that
/// the old rulebook and the new one can be compared.
/// </summary>
internal sealed partial class RulebookOpening
{
    public const string Kind = "rulebook";
    public const string Id = "folder";
    private const int BytesMax = 4 * 1024 * 1024;
    private const int JournalPage = 1000;
    private const int FaultsMax = 1_000_000;
    private const int NamedMax = 20;
    private const int ChangesMax = 100;

    private readonly IStore _store;
    private readonly Rulebook _rulebook;
    private readonly long? _known;
    private readonly IReadOnlyList<CatalogueChange> _changes;

    private RulebookOpening(IStore store, Rulebook rulebook, long? known, IReadOnlyList<CatalogueChange> changes)
    {
        _store = store;
        _rulebook = rulebook;
        _known = known;
        _changes = changes;
    }

    /// <summary>Judges the rulebook against what is stored. Null when there is nothing to take over.</summary>
    /// <exception cref="RulebookRefusedException">It does not fit.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<RulebookOpening?> JudgeAsync(
        IStore store, Rulebook rulebook, IIdentifierExceptions exceptions, CancellationToken cancellation)
    {
        // One made in code has no files to compare.
        if (rulebook.Files.Count == 0)
            return null;
        var document = await store.Control.FindAsync(Kind, Id, cancellation).ConfigureAwait(false);
        if (document is null)
            return new RulebookOpening(store, rulebook, null, []);
        var kept = JsonSerializer.Deserialize(document.Content, RulebookJson.Default.KeptRulebook)
            ?? throw new StoreException("The rulebook kept in the store cannot be read: restore a backup.", StoreFault.Corrupt);
        if (kept.Digest == rulebook.BaseDigest)
            return null;
        var old = RulebookReader.Read(kept.Files).Rulebook;
        var compared = CatalogueCompatibility.Between(old ?? rulebook, rulebook, exceptions);
        var opening = new RulebookOpening(store, rulebook, document.Version, compared.Changes);
        if (old is not null && compared.Effect != ChangeEffect.Incompatible)
            return opening;
        var incompatible = compared.Changes.Where(change => change.Effect == ChangeEffect.Incompatible).ToList();
        var final = incompatible.Where(change => !DependsOnRecords(change.Path)).ToList();
        var faults = await FaultsAsync(store, compared, cancellation).ConfigureAwait(false);
        if (faults.Any || (final.Count > 0 && faults.Records > 0))
            throw new RulebookRefusedException(Refusal(final.Count > 0 ? final : incompatible, faults, compared));
        return opening;
    }

    /// <summary>Keeps the rulebook as the one in use.</summary>
    /// <exception cref="WriteConflictException">Another node opens the store too.</exception>
    public async Task TakeOverAsync(ILogger log, CancellationToken cancellation)
    {
        var content = JsonSerializer.Serialize(
            new KeptRulebook(_rulebook.BaseDigest, new SortedDictionary<string, string>(_rulebook.Files.ToDictionary(), StringComparer.Ordinal)),
            RulebookJson.Default.KeptRulebook);
        if (content.Length > BytesMax / 2)
            throw new RulebookRefusedException($"The files of the rulebook have more than {BytesMax / 2} characters: remove what is not needed.");
        var said = JsonSerializer.Serialize(
            new TakenOver(_rulebook.BaseDigest, [.. _changes.Take(ChangesMax).Select(change => change.Text.In("en"))]),
            RulebookJson.Default.TakenOver);
        var act = new ControlAct(_known is null ? "begun" : "taken-over", PolicyActivation.Platform, said);
        await _store.Control.WriteAsync([new ControlWrite(Kind, Id, _known, content, act)], cancellation).ConfigureAwait(false);
        if (_known is not null)
            Changed(log, _changes.Count, string.Join(' ', _changes.Take(3).Select(change => change.Text.In("en"))));
    }

    /// <summary>
    /// Whether the stored records alone decide if the change may be made: kinds, fields, bounds and codes. What a record means
    /// (identifiers, natural keys, time zone, order of codes) they cannot say.
    /// </summary>
    private static bool DependsOnRecords(string path)
    {
        var parts = path.Split('/');
        return parts is ["kinds", _] or ["kinds", _, "fields", _]
            || parts is ["kinds", _, "fields", _, "required" or "max" or "min" or "greatest" or "places" or "notAfter" or "notBefore" or "type"]
            || parts is ["kinds", _, "fields", _, "of", _];
    }

    private static async Task<Faults> FaultsAsync(IStore store, CatalogueCompatibility compared, CancellationToken cancellation)
    {
        var faults = new Faults();
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            var faulty = new Dictionary<RecordId, (JournalEntry Entry, string Detail)>();
            for (var after = 0L; ;)
            {
                var page = await store.Journal.ReadShardAsync(shard, after, JournalPage, cancellation).ConfigureAwait(false);
                foreach (var entry in page)
                {
                    faults.Records++;

                    // A later revision takes the place of an earlier one, and what is withdrawn needs not be valid.
                    if (entry.Op == EventOp.Withdraw || compared.FaultOf(entry.Kind, entry.Payload.Span) is not { } fault)
                        faulty.Remove(entry.Record);
                    else if (faulty.Count < FaultsMax)
                        faulty[entry.Record] = (entry, $"{fault.Pointer} {fault.Detail()}".Trim());
                }

                if (page.Count < JournalPage)
                    break;
                after = page[^1].Position;
            }

            faults.Add(faulty);
        }

        return faults;
    }

    private static string Refusal(List<CatalogueChange> changes, Faults faults, CatalogueCompatibility compared)
    {
        var lines = new List<string> { compared.Refusal?.Detail() ?? "The new rulebook does not fit the records that are stored." };
        lines.AddRange(changes.Take(ChangesMax).Select(change => $"  {change.Path}: {change.Text.In("en")}"));
        if (faults.Count > 0)
        {
            lines.Add($"{faults.Count} stored record(s) would no longer be valid"
                + (faults.Count > faults.Named.Count ? $", the first {faults.Named.Count} of them:" : ":"));
            lines.AddRange(faults.Named.Select(fault => "  " + fault));
            lines.Add("Undo the changes, or correct or withdraw these records under the old rulebook first.");
        }
        else
        {
            lines.Add("These change what stored records mean, whatever they hold: undo them, or begin a new store.");
        }

        return string.Join('\n', lines);
    }

    [LoggerMessage(2102, LogLevel.Warning, "The rulebook has changed and fits the stored records, it is taken over: {Count} changes. {First}")]
    private static partial void Changed(ILogger log, int count, string first);

    /// <summary>Stored records that would no longer be valid; the first of them by name.</summary>
    private sealed class Faults
    {
        public long Records { get; set; }

        public long Count { get; private set; }

        public bool Any => Count > 0;

        public List<string> Named { get; } = [];

        public void Add(Dictionary<RecordId, (JournalEntry Entry, string Detail)> faulty)
        {
            Count += faulty.Count;
            Named.AddRange(faulty.OrderBy(fault => fault.Value.Entry.Position).Take(NamedMax - Named.Count)
                .Select(fault => $"{fault.Key} revision {fault.Value.Entry.Revision}, {fault.Value.Entry.Kind} of {fault.Value.Entry.Subject}: "
                    + fault.Value.Detail));
        }
    }
}

/// <summary>The rulebook in use, as kept.</summary>
internal sealed record KeptRulebook(string Digest, SortedDictionary<string, string> Files);

/// <summary>What is said of a takeover for good.</summary>
internal sealed record TakenOver(string Digest, IReadOnlyList<string> Changes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeptRulebook))]
[JsonSerializable(typeof(TakenOver))]
internal sealed partial class RulebookJson : JsonSerializerContext;
