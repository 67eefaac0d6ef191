using System.Net;
using CreditGrains.Api;
using CreditGrains.Engine;
using CreditGrains.Portal;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Sqlite;

namespace CreditGrains.Silo;

/// <summary>Options of a server's start.</summary>
public sealed record ServerOptions
{
    /// <summary>Addresses to listen on; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>Holds the server's keys, and the store unless that is PostgreSQL; made when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>sqlite</c> or <c>postgres</c>; null goes by <see cref="Connection"/>.</summary>
    public string? Store { get; init; }

    /// <summary>Connection string of a PostgreSQL store; null keeps the data in the data directory.</summary>
    public string? Connection { get; init; }

    /// <summary>The cluster to join or form, on PostgreSQL; null for a server that stands alone.</summary>
    public string? Cluster { get; init; }

    /// <summary>In a cluster: take requests and own nothing.</summary>
    public bool Gateway { get; init; }

    /// <summary>In a cluster: the address that other nodes reach this silo by.</summary>
    public string Advertise { get; init; } = "127.0.0.1";

    /// <summary>In a cluster: for other silos; 0 takes a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>In a cluster: for gateways; 0 takes a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>In a cluster: this node's certificate as PEM, for TLS between nodes; null for none.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The certificate's key as PEM.</summary>
    public string? TlsKey { get; init; }

    /// <summary>The certificate of the cluster's own authority as PEM; a process with one of its certificates is a node.</summary>
    public string? TlsAuthority { get; init; }

    /// <summary>TLS of the server's own addresses.</summary>
    public HttpsOptions Tls { get; init; } = new();

    /// <summary>
    /// Networks of the proxies with TLS before this server, which are believed where a request came from and by which scheme
    /// (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>); they must overwrite both and keep <c>Host</c>. From others both are ignored.
    /// </summary>
    public IReadOnlyList<IPNetwork> ProxyNetworks { get; init; } = [];

    /// <summary>Stop when the standard input ends.</summary>
    public bool StopsWithInput { get; init; }

    /// <summary>In a cluster: wait until the processes with another rulebook have ended, and take over from them.</summary>
    public bool Succeed { get; init; }

    /// <summary>For a gateway: how long it waits for a first silo.</summary>
    public TimeSpan SiloWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The rulebook's folder.</summary>
    public required string RulebookDirectory { get; init; }

    /// <summary>Load the synthetic demonstration when the store is empty.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>OpenID Connect issuer; null takes the development issuer, on loopback only.</summary>
    public string? Issuer { get; init; }

    /// <summary>The audience that the issuer's tokens must name.</summary>
    public string? Audience { get; init; }

    /// <summary>Feeds taken in at once; one more is asked to come again.</summary>
    public int ConcurrentFeedsMax { get; init; } = 32;

    /// <summary>Of these for one source.</summary>
    public int FeedsPerSourceMax { get; init; } = 8;

    /// <summary>Requests of one client that are answered in ten seconds; 0 for any number.</summary>
    public int ClientRequestsMax { get; init; } = 1_000_000;

    /// <summary>Streams of changes open at once; one more is asked to come again.</summary>
    public int ChangeStreamsMax { get; init; } = 1000;

    /// <summary>Of these for one caller.</summary>
    public int ChangeStreamsPerCallerMax { get; init; } = 100;

    /// <summary>Longest wait for a place among the requests of which a node takes only some at once, in milliseconds.</summary>
    public int CapacityWaitMsMax { get; init; } = 10_000;

    /// <summary>A policy that puts more than this share of the subjects down a grade needs a confirmation that names the number.</summary>
    public decimal DowngradePercentMax { get; init; } = 5;

    /// <summary>Internal networks that subscriptions may send to; none others than these.</summary>
    public IReadOnlyList<IPNetwork> WebhookNetworks { get; init; } = [];

    /// <summary>Longest wait of a request for its simulation, in milliseconds.</summary>
    public int SimulationWaitMsMax { get; init; } = 3000;

    /// <summary>The web pages; their issuer is <see cref="Issuer"/>.</summary>
    public PortalOptions Portal { get; init; } = new();

    /// <summary>Bounds of the interface; those that stand above prevail.</summary>
    public ApiOptions Api { get; init; } = new() { DataDirectory = "" };

    /// <summary>How a SQLite store is opened; its path is in the data directory.</summary>
    public SqliteStoreOptions Sqlite { get; init; } = new() { Path = "" };

    /// <summary>How a PostgreSQL store is used; its connection is <see cref="Connection"/>.</summary>
    public PostgresStoreOptions Postgres { get; init; } = new() { Connection = "" };

    /// <summary>Where traces, metrics and logs are sent.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Bounds of the engine.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>
    /// The instant that the clock starts with and runs on from, for demonstrations, training and tests; null for the machine's. Only with
    /// the development issuer, for a server that stands alone.
    /// </summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>The clock; with <see cref="Now"/> the one that it is shifted against.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>By how much the clock is ahead of the machine's because of <see cref="Now"/>.</summary>
    internal TimeSpan Ahead { get; init; }

    /// <summary>The clock of a demonstration that has days to catch up with; null for none.</summary>
    internal ShiftedTime? HistoryClock { get; init; }
}
