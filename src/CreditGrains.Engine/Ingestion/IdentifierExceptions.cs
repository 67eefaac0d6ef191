using System.Collections.Concurrent;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Ingestion;

/// <summary>The confirmed exception list in memory.</summary>
public sealed class IdentifierExceptions : IIdentifierExceptions
{
    private readonly ConcurrentDictionary<string, IdentifierException> _byCode = new(StringComparer.Ordinal);
    private readonly IIdentifierExceptionStore _store;

    private IdentifierExceptions(IIdentifierExceptionStore store) => _store = store;

    /// <summary>All entries by code.</summary>
    public IReadOnlyCollection<IdentifierException> All => [.. _byCode.Values.OrderBy(entry => entry.Code, StringComparer.Ordinal)];

    public static async Task<IdentifierExceptions> LoadAsync(IIdentifierExceptionStore store, CancellationToken cancellation)
    {
        var exceptions = new IdentifierExceptions(store);
        await exceptions.FollowAsync(cancellation).ConfigureAwait(false);
        return exceptions;
    }

    /// <summary>Takes in what other nodes have admitted.</summary>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        foreach (var entry in await _store.ListAsync(cancellation).ConfigureAwait(false))
            _byCode[entry.Code] = entry;
    }

    public bool Contains(string code) => _byCode.ContainsKey(code);

    /// <summary>Admits a code, with its evidence; in force at once.</summary>
    public async Task PutAsync(IdentifierException entry, CancellationToken cancellation)
    {
        await _store.PutAsync(entry, cancellation).ConfigureAwait(false);
        _byCode[entry.Code] = entry;
    }
}
