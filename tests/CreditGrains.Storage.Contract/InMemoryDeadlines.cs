using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The due list of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryDeadlines(InMemoryStore store, InMemoryData data) : IDeadlineStore
{
    public Task<IReadOnlyList<DeadlineRow>> ListAsync(DeadlineQuery query, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<DeadlineRow>>(
            "Deadlines.List",
            () =>
            [
                .. data.Deadlines.Values.SelectMany(rows => rows)
                    .Where(row => row.Case.Kind == query.Kind && row.Source == query.Source
                        && (query.State is null || row.State == query.State) && !(row.Due > query.DueUntil))
                    .OrderBy(row => row.Due).ThenBy(row => row.Case.ToString(), StringComparer.Ordinal)
                    .Where(row => query.After is not { } after || row.Due > after.Due
                        || (row.Due == after.Due && string.CompareOrdinal(row.Case.ToString(), after.Case.ToString()) > 0))
                    .Take(query.Limit),
            ],
            cancellation);

    public Task<int> CountAsync(
        CaseKind kind, string source, DateOnly from, DateOnly until, int max, CancellationToken cancellation) => store.ReadAsync(
        "Deadlines.Count",
        () => Math.Min(max, data.Deadlines.Values.SelectMany(rows => rows)
            .Count(row => row.Case.Kind == kind && row.Source == source && row.Due >= from && row.Due <= until)),
        cancellation);

    public Task ReplaceAsync(CaseNumber number, IReadOnlyList<DeadlineRow> rows, CancellationToken cancellation) => store.WriteAsync(
        "Deadlines.Replace", () => data.Deadlines[number.ToString()] = rows, cancellation);
}
