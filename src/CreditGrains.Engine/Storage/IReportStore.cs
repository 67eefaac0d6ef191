namespace CreditGrains.Engine.Storage;

/// <summary>Which credit reports were issued: one small row each, never their content.</summary>
public interface IReportStore
{
    /// <summary>Keeps a report's row; durable when the task completes. A number that is kept already stays as it is.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    Task AddAsync(StoredReport report, CancellationToken cancellation);

    /// <summary>The row of a number; null for none.</summary>
    Task<StoredReport?> FindAsync(string number, CancellationToken cancellation);

    /// <summary>Forgets at most so many rows: those from before an instant, and while there are too many the oldest.</summary>
    /// <param name="due">Rows from before it go.</param>
    /// <param name="countMax">Most that stay, counted by their order of coming.</param>
    /// <param name="limit">Most that go in one call.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many went.</returns>
    Task<int> TrimAsync(DateTimeOffset due, long countMax, int limit, CancellationToken cancellation);
}
