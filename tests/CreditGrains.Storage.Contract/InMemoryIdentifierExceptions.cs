using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The exception list of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryIdentifierExceptions(InMemoryStore store, InMemoryData data) : IIdentifierExceptionStore
{
    public Task<IReadOnlyList<IdentifierException>> ListAsync(CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<IdentifierException>>(
            "IdentifierExceptions.List", () => [.. data.Exceptions.Values], cancellation);

    public Task PutAsync(IdentifierException exception, CancellationToken cancellation) =>
        store.WriteAsync("IdentifierExceptions.Put", () => data.Exceptions[exception.Code] = exception, cancellation);
}
