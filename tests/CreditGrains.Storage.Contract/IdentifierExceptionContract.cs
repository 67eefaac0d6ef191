using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IIdentifierExceptionStore"/>.</summary>
public abstract class IdentifierExceptionContract(IStoreHost host) : StoreContract(host)
{
    [Fact]
    public async Task Put_exceptions_are_listed_and_survive_a_kill()
    {
        var first = new IdentifierException("91990000TEST000001", "letter 1", "officer", Start);
        var second = new IdentifierException("91990000TEST000002", "letter 2", "officer", Start);
        await Store.IdentifierExceptions.PutAsync(second, Cancellation);
        await Store.IdentifierExceptions.PutAsync(first, Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal([first, second], await Store.IdentifierExceptions.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Put_code_again_replaces_its_entry()
    {
        var first = new IdentifierException("91990000TEST000001", "letter 1", "officer", Start);
        await Store.IdentifierExceptions.PutAsync(first, Cancellation);
        await Store.IdentifierExceptions.PutAsync(first with { Evidence = "letter 7" }, Cancellation);
        Assert.Equal([first with { Evidence = "letter 7" }], await Store.IdentifierExceptions.ListAsync(Cancellation));
    }
}
