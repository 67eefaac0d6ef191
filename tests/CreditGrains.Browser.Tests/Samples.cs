using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Statistics;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Watchlists;

namespace CreditGrains.Browser.Tests;

/// <summary>Invented records that put something on every page.</summary>
internal static class Samples
{
    /// <summary>Longest name that the catalogue takes, with Han characters beyond the first plane.</summary>
    public static string LongName { get; } = "虚构" + string.Concat(Enumerable.Repeat("𠮷𪚥龘靐齉", 39)) + "有限";

    /// <summary>An organisation of which nothing is known.</summary>
    public static string Unknown { get; } = Invented.Code();

    /// <summary>A list of enterprises in which some rows are wrong.</summary>
    public static string Table { get; } = string.Join('\n',
    [
        "uscc,name,region,remark", .. Enumerable.Range(1, 6).Select(i => $"{Invented.Code()},虚构列表{i}号有限公司,990103,无"),
        "91990103000000001X,虚构错码有限公司,990103,无", $"\"{Invented.Code()},虚构没有关上的引号,990103,无", $"{Invented.Code()},,990103,无",
        $"{Invented.Code()},虚构末行有限公司,990103,无",
    ]);

    /// <summary>Lines that are returned to their source.</summary>
    public static IReadOnlyList<string> Returned(string organisation) =>
    [
        Invented.Penalty(organisation, "虚退〔2026〕1号", decidedOn: "2999-01-01"),
        Invented.Penalty(organisation, "虚退〔2026〕2号", fine: "很多"),
        Record(organisation, "虚退3", "no-such-kind", ""),
        Record("91990103000000001X", "虚退4", "licence", "\"content\":\"<b>标记</b>\""),
    ];

    public static IReadOnlyList<string> Lines(string organisation)
    {
        var (twin, hostile, long_) = (Invented.Code(), Invented.Code(), Invented.Code());
        return
        [
            Invented.Registration(organisation, "虚构双子贸易有限公司"),
            Invented.Registration(twin, "虚构双子贸易有限公司"),
            Invented.Registration(hostile, "虚构<script>alert(1)</script>&amp;'有限公司"),
            Invented.Registration(long_, LongName),
            Invented.Penalty(organisation, "虚市监罚〔2026〕1号"),
            Invented.Penalty(hostile, "虚<b>罚</b>〔2026〕2号", extra: ",\"violation\":\"<img src=x onerror=alert(1)>\""),
            Invented.ListEntry(organisation, "虚列〔2026〕1号"),
            Invented.ListEntry(organisation, "虚列〔2026〕2号", "abnormal")
                .Replace("\"tax\"", "\"abnormal-operation\"", StringComparison.Ordinal),
            Record(organisation, "XK1", "licence", $"\"documentNumber\":\"虚许〔2026〕1号\",\"decidedOn\":\"{Invented.Recently()}\","
                + $"\"authority\":\"{Invented.Authority}\",\"content\":\"虚构的许可内容\""),
            Record(organisation, "RY1", "honour", $"\"documentNumber\":\"虚荣〔2026〕1号\",\"name\":\"虚构的荣誉\",\"level\":\"city\","
                + $"\"awardedOn\":\"{Invented.Recently()}\",\"authority\":\"{Invented.Authority}\""),
            Record(organisation, "PJ1", "national-grade",
                $"\"level\":\"B\",\"evaluatedOn\":\"{Invented.Recently()}\",\"authority\":\"{Invented.Authority}\""),
        ];
    }

    /// <summary>Figures of some weeks, as countings of those days would have written them, and one real counting.</summary>
    public static async Task FiguresAsync(CreditEngine engine)
    {
        var rows = new List<Statistic>();
        for (var ago = 29; ago > 0; ago--)
        {
            var day = engine.Today.AddDays(-ago);
            foreach (var (grade, start, change) in new[] { ("A", 42, 1), ("B", 96, 0), ("C", 47, -1), ("D", 15, 0), ("", 4, 0) })
                rows.Add(new(StatisticNames.Grades, StatisticNames.All, day, "", grade, start + (change * (29 - ago) / 2)));
            if (ago % 7 < 2)
                continue;
            foreach (var (department, records) in new[] { ("虚构市场监管局", 34), ("虚构生态环境局", 18), ("虚构住房和城乡建设委员会", 7) })
            {
                var late = (ago * records) % 5;
                foreach (var (part, name) in new[]
                {
                    (StatisticNames.Department, department), (StatisticNames.Region, $"99010{records % 4}"), (StatisticNames.All, ""),
                })
                {
                    Add(part, day, name, StatisticNames.InTime, records + (ago % 6) - late);
                    Add(part, day, name, StatisticNames.Late, late);
                    Add(part, day, name, StatisticNames.NoDeadline, ago % 3);
                }
            }
        }

        await engine.Store.Statistics.WriteAsync(new StatisticWrites { Add = rows }, CancellationToken.None);
        await engine.Statistics.StartAsync("browser-tests", CancellationToken.None);
        foreach (var run in await engine.Statistics.Jobs.ListAsync(CancellationToken.None))
            await engine.Statistics.Jobs.WaitAsync(run.Id);
        await engine.Bulletins.StartAsync("browser-tests", CancellationToken.None);
        foreach (var run in await engine.Bulletins.Jobs.ListAsync(CancellationToken.None))
            await engine.Bulletins.Jobs.WaitAsync(run.Id);

        void Add(string part, DateOnly day, string name, string key, long value)
        {
            var known = rows.FindIndex(row => row.Part == part && row.Day == day && row.Name == name && row.Key == key);
            if (known < 0)
                rows.Add(new(StatisticNames.Reporting, part, day, name, key, value));
            else
                rows[known] = rows[known] with { Value = rows[known].Value + value };
        }
    }

    /// <summary>A watchlist of the invented checker with a digest, made before those that tests make.</summary>
    public static async Task WatchAsync(CreditEngine engine, string organisation)
    {
        var (list, _) = await engine.Watchlists.CreateAsync(
            new WatchlistCommand(
                "虚构供应商", ["*"], [organisation], null, true, null, "@dev-checker", "dev-checker", "supervision"), CancellationToken.None);
        var changes = (await engine.Watchlists.ReadAsync(
            list!, await engine.Changes.FirstAsync(CancellationToken.None), 20, CancellationToken.None)).Changes
            .Select(change => CloudEvent.Of(change, engine.Store.Incarnation)).ToList();
        var counts = changes.GroupBy(change => change.Type).ToDictionary(group => group.Key, group => (long)group.Count());
        var document = new WatchlistDigestDocument(
            list!.Id, list.Name, engine.Today.AddDays(-1), changes.Count, counts,
            [new WatchedOrganisation(organisation, "虚构双子贸易有限公司", changes)], 0, true);
        await engine.Store.WatchlistDigests.AddAsync(
            [
                new WatchlistDigest
                {
                    Watchlist = list.Id, Day = document.Day, MadeAt = DateTimeOffset.UtcNow, Counts = JsonSerializer.Serialize(counts),
                    Content = JsonSerializer.Serialize(document, JsonSerializerOptions.Web),
                },
            ],
            new ControlWrite("watchlist-digest", "browser-tests", null, "{}", null), CancellationToken.None);
    }

    /// <summary>A count of what is past its retention, by another operator than the invented one.</summary>
    public static async Task RetentionAsync(CreditEngine engine)
    {
        var old = Invented.Code();
        var lines = string.Join('\n', Invented.Registration(old), Invented.Penalty(old, "O-1", decidedOn: "2015-03-02"));
        await engine.Feed.SubmitAsync(
            new SourceId("SCJG"), "browser-tests", PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(lines))),
            new FeedOptions(), CancellationToken.None);
        await engine.FlushAsync();
        await engine.Retention.CountAsync("RT-BOB", "bob", "虚构：按月清理", CancellationToken.None);
        await engine.Retention.Jobs.WaitAsync("RT-BOB");
    }

    private static string Record(string subject, string id, string kind, string data) =>
        $$"""{"id":"{{id}}-{{subject}}","revision":1,"op":"put","subject":"{{subject}}","kind":"{{kind}}","data":{""" + data + "}}";
}
