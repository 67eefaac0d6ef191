using System.Text.Json;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// Opening of a store whose rulebook has changed beyond its policy: a rulebook that fits the stored records is taken over; one that does
/// not is refused, naming the records that would no longer be valid. The files are kept as a control document, so that the old rulebook
/// and the new one can be compared. A folder that has not changed since another rulebook was applied at run time is no change: the
/// applied rulebook stays.
/// </summary>
internal sealed partial class RulebookOpening
{
    public const string Kind = "rulebook";
    public const string Id = "folder";
    private const int NamedMax = 20;
    private const int ChangesMax = 100;
    private const int LoggedCharsMax = 300;

    private readonly IStore _store;
    private readonly long? _known;
    private readonly IReadOnlyList<CatalogueChange> _changes;
    private readonly bool _isTakenOver;
    private readonly bool _isRenewed;

    private RulebookOpening(
        IStore store, Rulebook rulebook, string folder, long? known, IReadOnlyList<CatalogueChange> changes, bool isTakenOver,
        bool isRenewed = false)
    {
        _store = store;
        _known = known;
        _changes = changes;
        _isTakenOver = isTakenOver;
        _isRenewed = isRenewed;
        Rulebook = rulebook;
        Folder = folder;
    }

    /// <summary>The rulebook to work with.</summary>
    public Rulebook Rulebook { get; }

    /// <summary>The digest of the folder that the node was started with.</summary>
    public string Folder { get; }

    /// <summary>Judges the rulebook of the folder against what is stored.</summary>
    /// <exception cref="RulebookRefusedException">The rulebook does not fit the stored records.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<RulebookOpening> CompareAsync(
        IStore store, Rulebook rulebook, IIdentifierExceptions exceptions, CancellationToken cancellation)
    {
        var folder = rulebook.BaseDigest;

        // One made in code has no files to compare.
        if (rulebook.Files.Count == 0)
            return new RulebookOpening(store, rulebook, folder, null, [], isTakenOver: false);
        var document = await store.Control.FindAsync(Kind, Id, cancellation).ConfigureAwait(false);
        if (document is null)
            return new RulebookOpening(store, rulebook, folder, null, [], isTakenOver: true);
        var kept = KeptRulebook.FromJson(document.Content);
        if (kept.Digest == rulebook.BaseDigest)
        {
            return new RulebookOpening(
                store, rulebook, folder, document.Version, [], isTakenOver: kept.Folder is not null, isRenewed: true);
        }

        if (kept.Folder == rulebook.BaseDigest && WithPolicyOf(kept, rulebook) is { } applied)
            return new RulebookOpening(store, applied, folder, document.Version, [], isTakenOver: false);

        var old = RulebookReader.Read(kept.Files).Rulebook;
        var compared = CatalogueCompatibility.Between(old ?? rulebook, rulebook, exceptions);
        var opening = new RulebookOpening(store, rulebook, folder, document.Version, compared.Changes, isTakenOver: true);
        if (old is not null && compared.Effect != ChangeEffect.Incompatible)
            return opening;
        var incompatible = compared.Changes.Where(change => change.Effect == ChangeEffect.Incompatible).ToList();
        var final = incompatible.Where(change => !DependsOnRecords(change.Path)).ToList();
        var faults = new StoredRecordFaults(store, compared);
        await faults.ReadOnAsync(cancellation).ConfigureAwait(false);
        if (faults.Count > 0 || (final.Count > 0 && faults.Records > 0))
            throw new RulebookRefusedException(Refusal(final.Count > 0 ? final : incompatible, faults, compared));
        return opening;
    }

    /// <summary>Keeps the rulebook as the one in use, if it is not yet.</summary>
    /// <exception cref="WriteConflictException">Another node opens the store with another rulebook.</exception>
    public async Task TakeOverAsync(ILogger log, CancellationToken cancellation)
    {
        if (!_isTakenOver)
        {
            if (Rulebook.BaseDigest != Folder)
                Superseded(log, Rulebook.BaseDigest[..12]);
            return;
        }

        var said = JsonSerializer.Serialize(
            new TakenOver(Rulebook.BaseDigest, [.. _changes.Take(ChangesMax).Select(change => change.Text.In("en"))]),
            RulebookJson.Default.TakenOver);
        var act = _isRenewed ? null : new ControlAction(_known is null ? "begun" : "taken-over", PolicyActivation.Platform, said);
        var content = KeptRulebook.Of(Rulebook, folder: null).ToJson();
        try
        {
            await _store.Control.WriteAsync([new ControlWrite(Kind, Id, _known, content, act)], cancellation).ConfigureAwait(false);
        }
        catch (WriteConflictException)
        {
            var document = await _store.Control.FindAsync(Kind, Id, cancellation).ConfigureAwait(false);
            if (document is null || KeptRulebook.FromJson(document.Content) is not { Folder: null } kept
                || kept.Digest != Rulebook.BaseDigest)
            {
                throw;
            }

            // A node of the same rulebook that starts at the same time has done it.
            return;
        }

        if (_known is not null && !_isRenewed)
            Changed(log, _changes.Count, string.Join(' ', _changes.Take(3).Select(change => Logged(change.Text.In("en")))));
    }

    /// <summary>The applied rulebook, with the folder's policy where that loads with it: it waits as a draft like any.</summary>
    private static Rulebook? WithPolicyOf(KeptRulebook kept, Rulebook folder)
    {
        var files = new Dictionary<string, string>(kept.Files, StringComparer.Ordinal);
        if (folder.Files.TryGetValue(RulebookReader.PolicyFile, out var policy))
            files[RulebookReader.PolicyFile] = policy;
        return RulebookReader.Read(files).Rulebook ?? RulebookReader.Read(kept.Files).Rulebook;
    }

    /// <summary>
    /// Whether the stored records alone decide if the change may be made: kinds, fields, bounds and codes. What a record means
    /// (identifiers, natural keys, time zone, order of codes) they cannot say.
    /// </summary>
    internal static bool DependsOnRecords(string path)
    {
        var parts = path.Split('/');
        return parts is ["kinds", _] or ["kinds", _, "fields", _]
            || parts is ["kinds", _, "fields", _,
                "required" or "max" or "min" or "greatest" or "places" or "notAfter" or "notBefore" or "type"]
            || parts is ["kinds", _, "fields", _, "of", _];
    }

    private static string Refusal(List<CatalogueChange> changes, StoredRecordFaults faults, CatalogueCompatibility compared)
    {
        var lines = new List<string> { compared.Refusal?.Detail() ?? "The new rulebook does not fit the records that are stored." };
        lines.AddRange(changes.Take(ChangesMax).Select(change => $"  {change.Path}: {change.Text.In("en")}"));
        if (faults.Count > 0)
        {
            var named = faults.First(NamedMax);
            lines.Add($"{faults.Count} stored record(s) would no longer be valid"
                + (faults.Count > named.Count ? $", the first {named.Count} of them:" : ":"));
            lines.AddRange(named.Select(fault => "  " + fault));
            lines.Add("Undo the changes, or correct or withdraw these records under the old rulebook first.");
        }
        else
        {
            lines.Add("These change what stored records mean, whatever they hold: undo them, or begin a new store.");
        }

        return string.Join('\n', lines);
    }

    /// <summary>A change of a whole section has its old and its new text, tens of kilobytes: a log line takes the beginning.</summary>
    private static string Logged(string text) => text.Length <= LoggedCharsMax ? text : text[..LoggedCharsMax] + "...";

    [LoggerMessage(2102, LogLevel.Warning,
        "Changed rulebook fits the stored records and takes effect: {Count} changes. {First}")]
    private static partial void Changed(ILogger log, int count, string first);

    [LoggerMessage(2103, LogLevel.Warning,
        "Rulebook of the folder was superseded at run time by {Digest}, which stays in force. Put the applied rulebook into the folder "
        + "(credit rulebook show --out DIR)")]
    private static partial void Superseded(ILogger log, string digest);
}
