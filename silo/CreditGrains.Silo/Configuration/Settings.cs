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
        new("Portal:ReportFont", "a file"),
        new("Portal:SessionIdleMax", S, 60, Day),
        new("Portal:UploadBytesMax", "bytes", 1024, 1_099_511_627_776),
        new("Portal:ListRowsMax", "rows", 1, 1_000_000),
        new("Portal:ListsRefreshedAfter", S, 0, 3600),

        new("Telemetry:Endpoint", "an address such as http://127.0.0.1:4317"),
        new("Telemetry:Protocol", "a protocol") { Choices = ["grpc", "http"] },
        new("Telemetry:Headers", "NAME=VALUE with commas between") { IsSecret = true },
        new("Telemetry:ServiceName", "a text"),
        new("Telemetry:TracePercent", "percent", 0, 100),

        new("Sqlite:ShardCount", "shards", 1, 4096),
        new("Sqlite:ReadConnectionsMax", "connections", 1, 1000) { IsOfMachine = true },
        new("Sqlite:CacheKibibytes", "KiB", 1024, 67_108_864),

        new("Postgres:ShardCount", "shards", 1, 4096),
        new("Postgres:ConnectionsMax", "connections", 4, 10_000),
        new("Postgres:StatementMsMax", Ms, 100, Hour),
        new("Postgres:LockMsMax", Ms, 100, Hour),
        new("Postgres:RetryMsMax", Ms, 0, Hour),
        new("Postgres:LeaseMs", Ms, 500, Hour),

        new("Engine:WarmSubjectsMax", "subjects", 1, Many) { IsOfMachine = true },
        new("Engine:RenderedAnswersMax", "answers", 1, 16_777_216),
        new("Engine:WarmUpPage", "subjects", 0, 100_000),
        new("Engine:WarmUpAfterMs", Ms, 0, Hour),
        new("Engine:CommitEventsMax", "events", 1, 100_000),
        new("Engine:DuplicateFilterKeysMax", "keys", 0, 100_000_000_000),
        new("Engine:CommitQueueMax", "submissions", 1, 100_000),
        new("Engine:WriteBackSubjectsMax", "subjects", 1, 100_000),
        new("Engine:WriteBackAgeMsMax", Ms, 1, Hour),
        new("Engine:DirtySubjectsMax", "subjects", 1, Many),
        new("Engine:UnfoldedEventsMax", "events", 1, Many),
        new("Engine:FoldWaitMsMax", Ms, 1, Hour),
        new("Engine:OwnerWaitMsMax", Ms, 1, Hour),
        new("Engine:OwnerSilentMsMax", Ms, 1, Hour),
        new("Engine:StoreReadsMax", "reads", 0, 100_000),
        new("Engine:CopiesMax", "subjects", 0, Many) { IsOfMachine = true },
        new("Engine:CopyBytesMax", "bytes", 0, 16_777_216),
        new("Engine:CopyLookEveryMs", Ms, 10, Hour),
        new("Engine:CopyLagMsMax", Ms, 0, Hour),
        new("Engine:SweepPage", "subjects", 1, 100_000),
        new("Engine:SweepEveryMs", Ms, 100, 86_400_000),
        new("Engine:IncrementalFromRecords", "records", 1, Many),
        new("Engine:RetryPauseMsMax", Ms, 10, Hour),
        new("Engine:AccessQueueMax", "entries", 1, Many),
        new("Engine:AccessAgeMsMax", Ms, 0, 60_000),
        new("Engine:FollowEveryMs", Ms, 10, Hour),
        new("Engine:JobBeatMs", Ms, 100, Hour),
        new("Engine:JobSilentMsMax", Ms, 1000, Hour),
        new("Engine:StatisticsAfter", S, 0, Day),

        new("Engine:Recomputation:PageSubjects", "subjects", 1, 1_000_000),
        new("Engine:Recomputation:ReadSubjects", "subjects", 1, 1_000_000),
        new("Engine:Recomputation:GentleSubjects", "subjects", 1, 1_000_000),
        new("Engine:Recomputation:Parallelism", "threads", 0, 1024),
        new("Engine:Recomputation:CpuShareMax", "share", 0.01m, 1),
        new("Engine:Recomputation:SubjectsPerSecondMax", "subjects a second", 0, Many),
        new("Engine:Recomputation:LiveLatencyMsMax", Ms, 0.1m, 60_000),
        new("Engine:Recomputation:LiveLatencyRatioMax", "times", 1, 1000),
        new("Engine:Recomputation:LagEventsMax", "events", 0, Many),
        new("Engine:Recomputation:PoisonMax", "subjects", 0, 1_000_000),
        new("Engine:Recomputation:Automatic", ""),

        new("Engine:Reports:Issuer", "a name"),
        new("Engine:Reports:KeyFile", "a file"),
        new("Engine:Reports:RecordsPerSectionMax", "records", 1, 1000),
        new("Engine:Reports:ContentBytesMax", "bytes", 262_144, 67_108_864),
        new("Engine:Reports:KeptDaysMax", "days", 1, 36_500),
        new("Engine:Reports:KeptMax", "reports", 1, Many),

        new("Engine:Subscriptions:SubscriptionsMax", "subscriptions", 0, 10_000),
        new("Engine:Subscriptions:Networks", "networks such as 10.20.0.0/16, with commas between", path: "WebhookNetworks"),
        new("Engine:Subscriptions:AnswerMax", S, 0.1m, 300),
        new("Engine:Subscriptions:FirstPause", S, 0.01m, 3600),
        new("Engine:Subscriptions:PauseMax", S, 1, Day),
        new("Engine:Subscriptions:GiveUpAfter", S, 1, 30 * Day),
        new("Engine:Subscriptions:Page", "changes", 1, 10_000),
        new("Engine:Subscriptions:KeepEvery", S, 0.1m, 3600),
        new("Engine:Subscriptions:LookEvery", S, 0.05m, 3600),
        new("Engine:Subscriptions:WakeEvery", S, 0.1m, 3600),
    ];

    public static Setting? Find(string name) =>
        All.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.OrdinalIgnoreCase));
}
