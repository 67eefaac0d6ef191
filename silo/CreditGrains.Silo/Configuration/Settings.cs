using CreditGrains.Engine.Signatures;

namespace CreditGrains.Silo.Configuration;

/// <summary>Every setting of the server, in the order of docs/configuration.md, which a test writes from here.</summary>
internal static class Settings
{
    internal const string IpAddress = "an IP address such as 10.0.0.11";
    private const string Ms = "milliseconds";
    private const string S = "seconds";
    private const decimal Hour = 3_600_000;
    private const decimal Day = 86_400;
    private const decimal Many = 1_000_000_000;

    public static IReadOnlyList<Setting> All { get; } =
    [
        new("Urls", "addresses such as http://127.0.0.1:8080, with semicolons between"),
        new("DataDirectory", "a directory"),
        new("RulebookDirectory", "a directory"),
        new("Store", "a store") { Choices = ["sqlite", "postgres"] },
        new("Connection", "a connection string of PostgreSQL") { IsSecret = true },
        new("Demo", ""),
        new("Issuer", "an absolute address"),
        new("Audience", "a text"),

        new("Tls:Certificate", "a file"),
        new("Tls:Key", "a file"),

        new("Proxy:Networks", "networks such as 10.20.0.0/16, with commas between", path: "ProxyNetworks"),

        new("Cluster:Name", "a name", path: "Cluster"),
        new("Cluster:Gateway", "", path: "Gateway"),
        new("Cluster:Advertise", IpAddress, path: "Advertise"),
        new("Cluster:SiloPort", "port", 0, 65_535, "SiloPort"),
        new("Cluster:GatewayPort", "port", 0, 65_535, "GatewayPort"),
        new("Cluster:TlsCertificate", "a file", path: "TlsCertificate"),
        new("Cluster:TlsKey", "a file", path: "TlsKey"),
        new("Cluster:TlsAuthority", "a file", path: "TlsAuthority"),
        new("Cluster:SiloWait", S, 0, Day, "SiloWait"),

        new("Api:PublicAddress", "an address such as https://n1.example.org"),
        new("Api:TokensFrom", "an instant such as 2026-11-30T08:00:00Z"),
        new("Api:ConcurrentFeedsMax", "feeds", 1, 10_000, "ConcurrentFeedsMax"),
        new("Api:FeedsPerSourceMax", "feeds", 1, 10_000, "FeedsPerSourceMax"),
        new("Api:FeedStopMsMax", Ms, 0, Hour),
        new("Api:JournalReadsMax", "requests", 1, 1000) { IsOfMachine = true },
        new("Api:ListReadsMax", "requests", 1, 10_000),
        new("Api:ListReadsPerCallerMax", "requests", 1, 10_000),
        new("Api:AssessmentsMax", "requests", 1, 10_000),
        new("Api:AssessmentsPerCallerMax", "requests", 1, 10_000),
        new("Api:ReportsMax", "reports", 1, 1000) { IsOfMachine = true },
        new("Api:ReportsPerClientMax", "reports", 0, Many),
        new("Api:ReportWindow", S, 1, Day),
        new("Api:CapacityWaitMsMax", Ms, 0, Hour, "CapacityWaitMsMax"),
        new("Api:ClientRequestsMax", "requests", 0, Many, "ClientRequestsMax"),
        new("Api:ClientWindow", S, 1, Day),
        new("Api:RememberedTokensMax", "tokens", 0, 10_000_000),
        new("Api:ListWaitMsMax", Ms, 0, Hour),
        new("Api:ChangeStreamsMax", "streams", 0, 1_000_000, "ChangeStreamsMax"),
        new("Api:ChangeStreamsPerCallerMax", "streams", 0, 1_000_000, "ChangeStreamsPerCallerMax"),
        new("Api:DowngradePercentMax", "percent", 0, 100, "DowngradePercentMax"),
        new("Api:SimulationWaitMsMax", Ms, 0, Hour, "SimulationWaitMsMax"),

        new("Api:Feed:LineBytesMax", "bytes", 1024, 16_777_216),
        new("Api:Feed:BodyBytesMax", "bytes", 1024, 1_099_511_627_776),
        new("Api:Feed:BodyBytesPerSecondMin", "bytes a second", 0, Many),
        new("Api:Feed:BodyGrace", S, 0, Day),
        new("Api:Feed:BodyWaitMax", S, 1, Day),
        new("Api:Feed:BatchLinesMax", "lines", 1, 100_000),
        new("Api:Feed:ReportedLinesMax", "lines", 1, 1_000_000),

        new("Portal:ClientId", "a text"),
        new("Portal:ClientSecret", "a text") { IsSecret = true },
        new("Portal:Contact", "a text"),
        new("Portal:EmbedOrigins", "origins such as https://approvals.example.org, with semicolons between; http on loopback only"),
        new("Portal:ReportFont", "a file"),
        new("Portal:SessionIdleMax", S, 60, Day),
        new("Portal:SessionMax", S, 60, 30 * Day),
        new("Portal:UploadBytesMax", "bytes", 1024, 1_099_511_627_776),
        new("Portal:ListRowsMax", "rows", 1, 1_000_000),
        new("Portal:ListsRefreshedAfter", S, 0, 3600),

        new("Telemetry:Endpoint", "an address such as http://127.0.0.1:4317"),
        new("Telemetry:Protocol", "a protocol") { Choices = ["grpc", "http"] },
        new("Telemetry:Headers", "NAME=VALUE with commas between") { IsSecret = true },
        new("Telemetry:ServiceName", "a text"),
        new("Telemetry:TracePercent", "percent", 0, 100),

        new("Sqlite:ShardCount", "shards"),
        new("Sqlite:ReadConnectionsMax", "connections") { IsOfMachine = true },
        new("Sqlite:CacheKibibytes", "KiB"),

        new("Postgres:ShardCount", "shards"),
        new("Postgres:ConnectionsMax", "connections"),
        new("Postgres:StatementMsMax", Ms),
        new("Postgres:LockMsMax", Ms),
        new("Postgres:RetryMsMax", Ms),
        new("Postgres:LeaseMs", Ms),

        new("Engine:WarmSubjectsMax", "subjects") { IsOfMachine = true },
        new("Engine:RenderedAnswersMax", "answers"),
        new("Engine:WarmUpPage", "subjects"),
        new("Engine:WarmUpAfterMs", Ms),
        new("Engine:CommitEventsMax", "events"),
        new("Engine:DuplicateFilterKeysMax", "keys"),
        new("Engine:CommitQueueMax", "submissions"),
        new("Engine:WriteBackSubjectsMax", "subjects"),
        new("Engine:WriteBackAgeMsMax", Ms),
        new("Engine:AwaitedChangeAgeMsMax", Ms),
        new("Engine:DirtySubjectsMax", "subjects"),
        new("Engine:UnfoldedEventsMax", "events"),
        new("Engine:FoldWaitMsMax", Ms),
        new("Engine:OwnerWaitMsMax", Ms),
        new("Engine:OwnerSilentMsMax", Ms),
        new("Engine:OwnerReplyBytesMax", "bytes"),
        new("Engine:StoreReadsMax", "reads"),
        new("Engine:CopiesMax", "subjects") { IsOfMachine = true },
        new("Engine:CopyBytesMax", "bytes"),
        new("Engine:CopyLookEveryMs", Ms),
        new("Engine:CopyLagMsMax", Ms),
        new("Engine:SweepPage", "subjects"),
        new("Engine:SweepEveryMs", Ms),
        new("Engine:IncrementalFromRecords", "records"),
        new("Engine:RetryPauseMsMax", Ms),
        new("Engine:AccessQueueMax", "entries"),
        new("Engine:AccessAgeMsMax", Ms),
        new("Engine:AccessLogHeadDirectory", "a directory"),
        new("Engine:FollowEveryMs", Ms),
        new("Engine:JobBeatMs", Ms),
        new("Engine:JobSilentMsMax", Ms),
        new("Engine:StatisticsAfter", S),
        new("Engine:CheckListSlice", "checks"),
        new("Engine:FeedbackKeptYears", "years"),

        new("Engine:Recomputation:PageSubjects", "subjects"),
        new("Engine:Recomputation:ReadSubjects", "subjects"),
        new("Engine:Recomputation:GentleSubjects", "subjects"),
        new("Engine:Recomputation:Parallelism", "threads"),
        new("Engine:Recomputation:CpuShareMax", "share"),
        new("Engine:Recomputation:SubjectsPerSecondMax", "subjects a second"),
        new("Engine:Recomputation:LiveLatencyMsMax", Ms),
        new("Engine:Recomputation:LiveLatencyRatioMax", "times"),
        new("Engine:Recomputation:LagEventsMax", "events"),
        new("Engine:Recomputation:PoisonMax", "subjects"),
        new("Engine:Recomputation:Automatic", ""),

        new("Engine:Reports:Issuer", "a name"),
        new("Engine:Reports:KeyFile", "a file"),
        new("Engine:Reports:RecordsPerSectionMax", "records"),
        new("Engine:Reports:ContentBytesMax", "bytes"),
        new("Engine:Reports:KeptDaysMax", "days"),
        new("Engine:Reports:KeptMax", "reports"),

        new("Engine:Signatures", "an algorithm") { Choices = SignatureNames.All },
        new("Engine:Changes:KeepFor", S),
        new("Engine:Changes:KeepMax", "changes"),
        new("Engine:Changes:PruneEvery", S),

        new("Engine:Subscriptions:SubscriptionsMax", "subscriptions"),
        new("Engine:Subscriptions:Networks", "networks such as 10.20.0.0/16, with commas between", path: "WebhookNetworks"),
        new("Engine:Subscriptions:KeyFile", "a file"),
        new("Engine:Subscriptions:SecretOverlapMax", S),
        new("Engine:Subscriptions:AnswerMax", S),
        new("Engine:Subscriptions:FirstPause", S),
        new("Engine:Subscriptions:PauseMax", S),
        new("Engine:Subscriptions:GiveUpAfter", S),
        new("Engine:Subscriptions:InFlightMax", "changes"),
        new("Engine:Subscriptions:Page", "changes"),
        new("Engine:Subscriptions:KeepEvery", S),
        new("Engine:Subscriptions:LookEvery", S),
        new("Engine:Subscriptions:WakeEvery", S),
    ];

    public static Setting? Find(string name) =>
        All.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase));
}
