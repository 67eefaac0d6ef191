using System.IO.Pipelines;
using System.Text;
using CreditGrains.Development.Synthetic;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Silo;

/// <summary>
/// Four weeks of reports and cases, day by day: what is reported on a day is received on it, and a day's figures are counted on it. Without
/// a clock that is behind, all of it is of today.
/// </summary>
/// <param name="engine">On an empty store.</param>
/// <param name="clock">Behind by the days of the history; null for none.</param>
/// <param name="source">Source of the synthetic feed.</param>
/// <param name="actor">Caller that sends.</param>
internal sealed class DemonstrationHistory(CreditEngine engine, ShiftedTime? clock, SourceId source, string actor)
{
    /// <summary>Days from the first to the one on which cases begin that are decided later.</summary>
    private const int OpenedOn = 3;

    /// <summary>... to the one on which they are decided: the longest time to be heard is over.</summary>
    private const int DecidedOn = 20;

    /// <summary>... to the one on which an objection begins that nobody handles.</summary>
    private const int ObjectedOn = 16;
    private const int AttemptsMax = 3;
    private const string Regulator = "SCJG";

    /// <summary>Plays it; the clock has caught up afterwards, whatever happens.</summary>
    /// <param name="feed">The reports.</param>
    /// <param name="subjects">Codes of its organisations.</param>
    /// <param name="cases">Cases of earlier days.</param>
    /// <param name="checks">Checks of earlier days.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The receipt of the newest report.</returns>
    public async Task<FeedReceipt> PlayAsync(
        SyntheticFeed feed, IReadOnlyList<string> subjects, DemonstrationCases cases, DemonstrationChecks checks,
        CancellationToken cancellation)
    {
        var lines = feed.Lines().Select(line => Encoding.UTF8.GetString(line.Span)).ToList();
        var days = clock is null ? 0 : DemonstrationClock.Days;
        var (sent, first) = (0, engine.Today);
        var weekdays = Enumerable.Range(0, days + 1).Count(day => IsReported(first, day, days));
        try
        {
            for (var day = 0; ; day++)
            {
                if (IsReported(first, day, days))
                {
                    // The first report has all registrations and half of the rest.
                    var share = day == days ? lines.Count - sent : sent == 0 ? lines.Count / 2 : (lines.Count / 2 / weekdays) + 1;
                    var receipt = await SubmitAsync(source, lines.Skip(sent).Take(share), cancellation);
                    sent += Math.Min(share, lines.Count - sent);
                    if (engine.Rulebook.Procedures.FindBody(Regulator) is { Body.Code: { } code })
                    {
                        await SubmitAsync(
                            new SourceId(Regulator),
                            DemonstrationRecords.Lines(engine.Rulebook, code, engine.Today, subjects)
                                .Concat(day == 0 ? [DemonstrationRecords.Entry(code, engine.Today, subjects[^1])] : []),
                            cancellation);
                    }

                    if (day == days || receipt.Accepted == 0)
                        return receipt;
                }

                if (day == OpenedOn)
                    await cases.BeginAsync();
                if (day == ObjectedOn)
                    await cases.NeglectAsync();
                if (day == DecidedOn)
                    await cases.DecideAsync();
                await checks.AskAsync(day);
                await EndDayAsync(cancellation);
                clock!.NextDay();
            }
        }
        finally
        {
            clock?.CatchUp();
        }
    }

    /// <summary>Counts the day's figures and makes the digests of those that are over.</summary>
    public async Task EndDayAsync(CancellationToken cancellation)
    {
        await engine.FlushAsync();
        var isCounted = false;
        for (var attempt = 0; attempt < AttemptsMax && !isCounted; attempt++)
        {
            await engine.Statistics.StartAsync(actor, cancellation);
            try
            {
                foreach (var run in await engine.Statistics.Jobs.ListAsync(cancellation))
                    await engine.Statistics.Jobs.WaitAsync(run.Id);
                isCounted = (await engine.Statistics.CountedAsync(cancellation))?.Day == engine.Today;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // One that the engine has begun by itself was under way when the clock jumped, and is taken for one whose node is gone.
            }
        }

        await engine.WatchlistDigests.MakeAsync(cancellation);
    }

    /// <summary>Offices report on weekdays; and on the last day, so that every list has a newest entry.</summary>
    private static bool IsReported(DateOnly first, int day, int days) =>
        day == 0 || day == days || first.AddDays(day).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private async Task<FeedReceipt> SubmitAsync(SourceId by, IEnumerable<string> lines, CancellationToken cancellation) =>
        await engine.Feed.SubmitAsync(
            by, actor, PipeReader.Create(new(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
            new FeedOptions { ReportedLinesMax = 1 }, cancellation);
}
