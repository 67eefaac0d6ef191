using System.Globalization;
using System.Text.Json.Nodes;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Secret keys that all nodes on a store share: control documents of kind <c>key</c>, each made once and changed by an operator alone.
/// Secrets are in no record of what was done and in no log.
/// </summary>
public static class StoreKeys
{
    internal const string Kind = "key";

    /// <summary>The key of a name. Where the store has none, that of the file is taken over, or a new one is made.</summary>
    /// <param name="control">Where keys are kept.</param>
    /// <param name="name">1 to 64 characters.</param>
    /// <param name="file">Where former builds kept it, in each node's data directory; null for nowhere.</param>
    /// <param name="make">Makes a new one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    /// <exception cref="IOException">The file is there and cannot be read.</exception>
    public static async Task<byte[]> ReadOrMakeAsync(
        IControlStore control, string name, string? file, Func<byte[]> make, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(control);
        ArgumentNullException.ThrowIfNull(make);
        if (await FindAsync(control, name, cancellation).ConfigureAwait(false) is { } known)
            return known.Key;
        var key = file is not null && File.Exists(file) ? await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false) : make();
        try
        {
            await control.WriteAsync(
                [new ControlWrite(Kind, name, null, TextOf(new StoredKey(key, null, null)), null)], cancellation).ConfigureAwait(false);
            return key;
        }
        catch (WriteConflictException)
        {
            // Another node was first; all take its key.
            return (await FindAsync(control, name, cancellation).ConfigureAwait(false))?.Key
                ?? throw new StoreException($"The store has lost its key '{name}': restore a backup.", StoreFault.Corrupt);
        }
    }

    /// <summary>A key with the one before it; null where the store has none of that name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<StoredKey?> FindAsync(IControlStore control, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(control);
        return await control.FindAsync(Kind, name, cancellation).ConfigureAwait(false) is { } document ? Read(document) : null;
    }

    internal static StoredKey Read(ControlDocument document)
    {
        var content = JsonNode.Parse(document.Content)!;
        return new StoredKey(
            Convert.FromBase64String((string)content["key"]!),
            (string?)content["former"] is { } former ? Convert.FromBase64String(former) : null,
            (string?)content["from"] is { } from ? DateTimeOffset.Parse(from, CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Puts another key in the place of one; the former content leaves the store's own files.</summary>
    internal static ControlWrite Replace(ControlDocument known, StoredKey key) =>
        new(Kind, known.Id, known.Version, TextOf(key), null) { Wipes = true };

    private static string TextOf(StoredKey key)
    {
        var content = new JsonObject { ["key"] = Convert.ToBase64String(key.Key) };
        if (key.Former is not null)
            content["former"] = Convert.ToBase64String(key.Former);
        if (key.From is { } from)
            content["from"] = from.ToString("O", CultureInfo.InvariantCulture);
        return content.ToJsonString();
    }
}

/// <summary>A secret key of the store.</summary>
/// <param name="Key">The present one.</param>
/// <param name="Former">The one before it, where it still holds; else null.</param>
/// <param name="From">From when on the present one is used where both hold; null for at once.</param>
public sealed record StoredKey(byte[] Key, byte[]? Former, DateTimeOffset? From);
