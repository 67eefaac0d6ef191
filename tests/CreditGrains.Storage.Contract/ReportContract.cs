using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IReportStore"/>.</summary>
public abstract class ReportContract(IStoreHost host) : StoreContract(host)
{
    private IReportStore Reports => Store.Reports;

    [Fact]
    public async Task Report_is_kept_whole_and_survives_a_kill()
    {
        Assert.Null(await Reports.FindAsync("CR-1", Cancellation));
        var report = Report(1);
        await Reports.AddAsync(report, Cancellation);
        await ReopenAfterKillAsync();
        var kept = (await Reports.FindAsync("CR-1", Cancellation))!;
        Assert.Equal(report.Digest, kept.Digest);
        Assert.Equal(report.Signature, kept.Signature);
        Assert.Equal(report with { Digest = kept.Digest, Signature = kept.Signature }, kept);
        Assert.Null(await Reports.FindAsync("cr-1", Cancellation));
    }

    [Fact]
    public async Task Number_that_is_kept_stays_as_it_is()
    {
        await Reports.AddAsync(Report(1), Cancellation);
        await Reports.AddAsync(Report(1) with { Digest = [9] }, Cancellation);
        Assert.Equal(Report(1).Digest, (await Reports.FindAsync("CR-1", Cancellation))!.Digest);
    }

    [Fact]
    public async Task Trim_forgets_what_is_old_and_the_oldest_of_too_many_a_few_at_a_time()
    {
        for (var i = 1; i <= 8; i++)
            await Reports.AddAsync(Report(i), Cancellation);
        Assert.Equal(2, await Reports.TrimAsync(Start.AddMinutes(4), 100, 2, Cancellation));
        Assert.Equal(1, await Reports.TrimAsync(Start.AddMinutes(4), 100, 2, Cancellation));
        Assert.Null(await Reports.FindAsync("CR-3", Cancellation));
        Assert.NotNull(await Reports.FindAsync("CR-4", Cancellation));
        Assert.Equal(3, await Reports.TrimAsync(Start, 2, 100, Cancellation));
        Assert.Null(await Reports.FindAsync("CR-6", Cancellation));
        Assert.NotNull(await Reports.FindAsync("CR-7", Cancellation));
        Assert.Equal(0, await Reports.TrimAsync(Start, 2, 100, Cancellation));
    }

    private static StoredReport Report(int number) => new(
        $"CR-{number}", Start.AddMinutes(number).AddTicks(7), new SubjectId("91990000TEST000100"), [0, 1, 255, (byte)number], "key",
        [48, 0, (byte)number]);
}
