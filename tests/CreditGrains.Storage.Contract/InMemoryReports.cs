using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The issued reports of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryReports(InMemoryStore store, InMemoryData data) : IReportStore
{
    public Task AddAsync(StoredReport report, CancellationToken cancellation) => store.WriteAsync(
        "Reports.Add", () => data.Reports.TryAdd(report.Number, (++data.ReportOrder, report)), cancellation);

    public Task<StoredReport?> FindAsync(string number, CancellationToken cancellation) => store.ReadAsync(
        "Reports.Find", () => data.Reports.TryGetValue(number, out var found) ? found.Report : null, cancellation);

    public Task<int> TrimAsync(DateTimeOffset due, long countMax, int limit, CancellationToken cancellation) => store.WriteAsync(
        "Reports.Trim",
        () =>
        {
            var surplus = data.Reports.Values.Where(row => row.Report.At < due || row.Order <= data.ReportOrder - countMax)
                .OrderBy(row => row.Order).Take(limit).ToList();
            foreach (var row in surplus)
                data.Reports.Remove(row.Report.Number);
            return surplus.Count;
        },
        cancellation);
}
