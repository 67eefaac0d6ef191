using CreditGrains.Engine.Storage;

namespace CreditGrains.Client;

/// <summary>Addresses of the owners of all shards, as one answer told them.</summary>
internal sealed class OwnerMap
{
    /// <summary>Of more nodes than that none is gone to by itself.</summary>
    private const int NodesMax = 256;
    private readonly Uri?[] _owners;

    /// <param name="shards">The answer.</param>
    /// <param name="address">The server's address as the client was given it.</param>
    public OwnerMap(ShardAssignments shards, Uri address)
    {
        Version = shards.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _owners = new Uri?[Math.Clamp(shards.Count, 1, short.MaxValue)];
        var nodes = new List<Uri>();
        foreach (var node in shards.Nodes.Take(NodesMax))
        {
            if (Usable(node.Address, address) is not { } reached)
                continue;
            nodes.Add(reached);
            foreach (var shard in node.Shards)
            {
                if ((uint)shard < (uint)_owners.Length)
                    _owners[shard] = reached;
            }
        }

        Nodes = nodes;
    }

    public string Version { get; }

    /// <summary>Nodes that clients may go to, those without shards too.</summary>
    public IReadOnlyList<Uri> Nodes { get; }

    /// <summary>The owner of a subject's shard; null where it is not known.</summary>
    public Uri? OwnerOf(string subject) => _owners[ShardHash.ShardOf(Normal(subject), _owners.Length)];

    /// <summary>
    /// A token goes to no node by a way that is less safe than the one that the client was given, and to none on this machine unless the
    /// server is there too.
    /// </summary>
    private static Uri? Usable(string? text, Uri address) =>
        Uri.TryCreate(text, UriKind.Absolute, out var node) && node.Scheme is "http" or "https"
        && (node.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) && (address.IsLoopback || !node.IsLoopback)
            ? node
            : null;

    /// <summary>As the server writes codes, near enough: a code that it writes otherwise costs a hop.</summary>
    private static string Normal(string subject) => subject.Trim().ToUpperInvariant();
}
