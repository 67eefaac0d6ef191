using System.Collections.Concurrent;
using CreditGrains.Engine;
using CreditGrains.Engine.Statistics;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Hosting;

namespace CreditGrains.Portal.Hosting;

/// <summary>
/// How often each kind of page was shown, by legal day: the page's route and nothing of the request (no address, no cookie, no query), so
/// nobody can be told from another. Kept in memory and written each minute; a crash loses the last one.
/// </summary>
internal sealed class PageVisits(CreditEngine engine, TimeProvider time, ILogger<PageVisits> log) : BackgroundService
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromMinutes(1);
    private readonly StoreFaultLog _faults = new(log, time, engine.Meter.Failed);
    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private ConcurrentDictionary<(DateOnly Day, string Page), long> _counts = new();

    /// <summary>Counts a page that was shown: what is asked for by GET, is there and is no part of a page.</summary>
    public static async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (HttpMethods.IsGet(context.Request.Method) && context.Response.StatusCode == StatusCodes.Status200OK
            && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route }
            && !route.StartsWith(PortalPaths.Assets, StringComparison.Ordinal)
            && !route.StartsWith(PortalPaths.Session, StringComparison.Ordinal))
            context.RequestServices.GetRequiredService<PageVisits>().Add(route);
    }

    /// <summary>Writes what is counted; what cannot be written waits for the next time.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        await _writeLock.WaitAsync(cancellation);
        try
        {
            var counts = Interlocked.Exchange(ref _counts, new ConcurrentDictionary<(DateOnly Day, string Page), long>());
            if (counts.IsEmpty)
                return;
            try
            {
                await engine.Store.Statistics.WriteAsync(
                    new StatisticWrites
                    {
                        Add =
                        [
                            .. counts.Select(each => new Statistic(
                                StatisticNames.Visits, StatisticNames.Page, each.Key.Day, each.Key.Page, "", each.Value)),
                        ],
                    },
                    cancellation);
            }
            catch
            {
                foreach (var (page, count) in counts)
                    _counts.AddOrUpdate(page, count, (_, known) => known + count);
                throw;
            }
        }
        finally
        {
            _writeLock.Release();
        }
    }

    /// <summary>Writes what is counted; where the store cannot, says so in the log, and it waits for the next time.</summary>
    public async Task TryWriteAsync(CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(cancellation);
        }
        catch (StoreException fault)
        {
            _faults.LogStoreFault("Counts of shown pages wait to be written", fault);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await TryWriteAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The time to stop in is over: what was counted in the last minute is lost, as by a crash, and the process ends in order.
        }
    }

    public override void Dispose()
    {
        _writeLock.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WriteEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryWriteAsync(stoppingToken);
    }

    /// <summary>There are as many kinds of pages as routes: the counts are bounded by the days that the store is away.</summary>
    private void Add(string route) => _counts.AddOrUpdate((engine.Today, route), 1, static (_, known) => known + 1);
}
