using System.Text.Json;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Bulletins;

/// <summary>Bulletins as control documents, their rows in pieces beside them (as the results of a job that is never removed).</summary>
internal sealed class BulletinRepository(IStore store)
{
    public const string Kind = "bulletin";
    public const string RowsId = "rows";
    private const string StateKind = "bulletin-state";
    private const string StateId = "counted";
    private const string CorrectionKind = "bulletin-correction";
    private const string CountKind = "decision-count";
    private const int CountsMax = 1000;

    public async Task<(long Version, BulletinCounted Counted)?> CountedAsync(CancellationToken cancellation) =>
        await store.Control.FindAsync(StateKind, StateId, cancellation).ConfigureAwait(false) is { } document
            ? (document.Version, Read(document, BulletinJson.Default.BulletinCounted)) : null;

    public async Task<(long Version, Bulletin Bulletin)?> FindWithVersionAsync(string month, CancellationToken cancellation) =>
        await store.Control.FindAsync(Kind, month, cancellation).ConfigureAwait(false) is { } document
            ? (document.Version, Read(document, BulletinJson.Default.Bulletin)) : null;

    public async Task<IReadOnlyList<Bulletin>> ListAsync(string? after, int limit, CancellationToken cancellation) =>
        [.. (await store.Control.ListAsync(Kind, after, limit, cancellation).ConfigureAwait(false))
            .Select(document => Read(document, BulletinJson.Default.Bulletin))];

    public async Task<BulletinCorrections> CorrectionsAsync(string month, CancellationToken cancellation) =>
        await store.Control.FindAsync(CorrectionKind, month, cancellation).ConfigureAwait(false) is { } document
            ? Read(document, BulletinJson.Default.BulletinCorrections) : BulletinCorrections.None;

    public async Task<ControlWrite> CorrectionAsync(string month, IReadOnlyCollection<BulletinRow> rows, CancellationToken cancellation)
    {
        var document = await store.Control.FindAsync(CorrectionKind, month, cancellation).ConfigureAwait(false);
        var known = document is null ? BulletinCorrections.None : Read(document, BulletinJson.Default.BulletinCorrections);
        return new ControlWrite(
            CorrectionKind, month, document?.Version,
            JsonSerializer.Serialize(known.Plus(rows), BulletinJson.Default.BulletinCorrections), null);
    }

    public async Task<List<BulletinRow>> PieceAsync(int number, CancellationToken cancellation)
    {
        var piece = await store.Jobs.ResultAsync(Kind, RowsId, number, cancellation).ConfigureAwait(false)
            ?? throw new StoreException($"Piece {number} of the bulletins' rows is missing: restore a backup.", StoreFault.Corrupt);
        return JsonSerializer.Deserialize(piece, BulletinJson.Default.ListBulletinRow) ?? [];
    }

    public async Task<(long Version, DecisionCount Count)?> OwnCountAsync(
        string month, SourceId source, CancellationToken cancellation) =>
        await store.Control.FindAsync(CountKind, $"{month}/{source.Value}", cancellation).ConfigureAwait(false) is { } document
            ? (document.Version, Read(document, BulletinJson.Default.DecisionCount)) : null;

    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>> OwnCountsAsync(
        string month, CancellationToken cancellation)
    {
        var begin = month + "/";
        var found = await store.Control.ListAsync(CountKind, begin, CountsMax, cancellation).ConfigureAwait(false);
        return found.TakeWhile(document => document.Id.StartsWith(begin, StringComparison.Ordinal)).ToDictionary(
            document => document.Id[begin.Length..], document => Read(document, BulletinJson.Default.DecisionCount).Counts,
            StringComparer.Ordinal);
    }

    public Task WriteAsync(string month, SourceId source, DecisionCount count, long? version, CancellationToken cancellation)
    {
        var text = JsonSerializer.Serialize(count, BulletinJson.Default.DecisionCount);
        return store.Control.WriteAsync(
            [
                new ControlWrite(
                    CountKind, $"{month}/{source.Value}", version, text,
                    new ControlAction("counted", count.Actor, JsonSerializer.Serialize(count.Counts.ToDictionary(
                        each => each.Key, each => each.Value)))),
            ],
            cancellation);
    }

    public Task WriteAsync(Bulletin bulletin, long? version, ControlAction act, CancellationToken cancellation) =>
        store.Control.WriteAsync([WriteOf(bulletin, version, act)], cancellation);

    public static ControlWrite WriteOf(Bulletin bulletin, long? version, ControlAction? act) =>
        new(Kind, bulletin.Month, version, JsonSerializer.Serialize(bulletin, BulletinJson.Default.Bulletin), act);

    public static ControlWrite WriteOf(BulletinCounted counted, long? version) => new(
        StateKind, StateId, version, JsonSerializer.Serialize(counted, BulletinJson.Default.BulletinCounted), null);

    private static T Read<T>(ControlDocument document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(document.Content, type)
        ?? throw new StoreException($"{document.Kind} {document.Id} holds nothing: restore a backup.", StoreFault.Corrupt);
}
