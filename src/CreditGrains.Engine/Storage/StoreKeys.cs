using System.Text.Json.Nodes;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Secret keys that all nodes on a store share: control documents of kind <c>key</c>, each made once. They are in no record of what was
/// done and in no log.
/// </summary>
public static class StoreKeys
{
    private const string Kind = "key";

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
            return known;
        var key = file is not null && File.Exists(file) ? await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false) : make();
        var content = new JsonObject { ["key"] = Convert.ToBase64String(key) }.ToJsonString();
        try
        {
            await control.WriteAsync([new ControlWrite(Kind, name, null, content, null)], cancellation).ConfigureAwait(false);
            return key;
        }
        catch (WriteConflictException)
        {
            // Another node was first; all take its key.
            return await FindAsync(control, name, cancellation).ConfigureAwait(false)
                ?? throw new StoreException($"The store has lost its key '{name}': restore a backup.", StoreFault.Corrupt);
        }
    }

    private static async Task<byte[]?> FindAsync(IControlStore control, string name, CancellationToken cancellation) =>
        await control.FindAsync(Kind, name, cancellation).ConfigureAwait(false) is { } document
            ? Convert.FromBase64String((string)JsonNode.Parse(document.Content)!["key"]!)
            : null;
}
