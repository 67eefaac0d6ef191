using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Hosting;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CreditGrains.Engine.Tests.Hosting;

/// <summary>The engine in a host that is not ours.</summary>
public sealed class HostTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-host-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Host_feeds_and_answers_and_finds_everything_after_a_restart()
    {
        var code = $"9199010312345678{Uscc.OrganisationCheckDigit("12345678")}";
        code += Uscc.CheckDigit(code);
        var line = $$$"""{"id":"A","revision":1,"op":"put","subject":"{{{code}}}","kind":"registration","""
            + """ "data":{"name":"虚构测试有限公司","status":"active","establishedOn":"2010-01-01"}}""";
        using (var first = HostOf(grains => grains.UseSqlite(Path.Combine(_data, "credit.db"))))
        {
            await first.StartAsync(Stop);
            var receipt = await first.Services.GetRequiredService<IFeed>().SubmitAsync(
                new SourceId("SCJG"), "test", PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line))),
                new FeedOptions(), Stop);
            Assert.Equal(1, receipt.Accepted);
            await first.StopAsync(Stop);
        }

        using var second = HostOf(grains => grains.UseSqlite(Path.Combine(_data, "credit.db")));
        await second.StartAsync(Stop);
        var engine = second.Services.GetRequiredService<CreditEngine>();
        var view = await engine.Subjects.FindAsync(new SubjectId(code), Consistency.Any, Stop);
        Assert.Equal("虚构测试有限公司", view?.Description?.Name);
        Assert.Same(engine.Checks, second.Services.GetRequiredService<ICheckService>());
        await second.StopAsync(Stop);
    }

    /// <summary>Hosted services are made before the first of them starts.</summary>
    [Fact]
    public async Task Service_that_takes_the_engine_in_its_constructor_gets_an_open_one()
    {
        using var host = HostOf(
            grains => grains.UseStore((_, _) => Task.FromResult<IStore>(new InMemoryStore(TimeProvider.System, shardCount: 2))),
            services => services.AddSingleton<Worker>().AddHostedService(provider => provider.GetRequiredService<Worker>()));
        await host.StartAsync(Stop);
        Assert.True(host.Services.GetRequiredService<Worker>().WasReady);
        await host.StopAsync(Stop);
    }

    [Theory]
    [InlineData("IdentifierExceptions.")]
    [InlineData("Control.List")]
    [InlineData("Control.Find")]
    [InlineData("Subjects.Shards")]
    public async Task Start_that_fails_leaves_no_engine_and_no_store_open(string call)
    {
        using var engines = new OpenedEngines();
        var store = new InMemoryStore(TimeProvider.System, shardCount: 2)
        {
            Fault = (name, _) => name.StartsWith(call, StringComparison.Ordinal) ? new StoreException("gone", StoreFault.Corrupt) : null,
        };
        using (var host = HostOf(grains => grains.UseStore((_, _) => Task.FromResult<IStore>(store))))
            await Assert.ThrowsAsync<StoreException>(() => host.StartAsync(Stop));
        Assert.Equal(0, engines.Open);
        Assert.True(store.IsClosed);
    }

    [Fact]
    public async Task Host_that_is_disposed_of_without_a_stop_closes_engine_and_store()
    {
        using var engines = new OpenedEngines();
        var store = new InMemoryStore(TimeProvider.System, shardCount: 2);
        using (var host = HostOf(grains => grains.UseStore((_, _) => Task.FromResult<IStore>(store))))
        {
            await host.StartAsync(Stop);
            Assert.True(host.Services.GetRequiredService<CreditEngine>().Ready);
        }

        Assert.Equal((1, 0, true), (engines.Count, engines.Open, store.IsClosed));
    }

    [Fact]
    public void Second_engine_in_one_host_is_refused()
    {
        var services = new ServiceCollection().AddCreditGrains(_ => { });
        Assert.Throws<InvalidOperationException>(() => services.AddCreditGrains(_ => { }));
    }

    public static TheoryData<string, Func<EngineOptions, EngineOptions>> Impossible => new()
    {
        { nameof(EngineOptions.SweepPage), options => options with { SweepPage = 0 } },
        { nameof(EngineOptions.DuplicateFilterKeysMax), options => options with { DuplicateFilterKeysMax = -1 } },
        {
            nameof(RecomputationOptions.CpuShareMax),
            options => options with { Recomputation = new RecomputationOptions { CpuShareMax = 1.5 } }
        },
        {
            nameof(SubscriptionOptions.AnswerMax),
            options => options with { Subscriptions = new SubscriptionOptions { AnswerMax = TimeSpan.Zero } }
        },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public async Task Bound_that_cannot_be_is_refused_by_its_name_before_the_store_is_opened(
        string name, Func<EngineOptions, EngineOptions> configure)
    {
        var opened = 0;
        using var host = HostOf(grains => grains.ConfigureEngine(configure).UseStore((_, _) =>
        {
            opened++;
            return Task.FromResult<IStore>(new InMemoryStore(TimeProvider.System, shardCount: 2));
        }));
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, opened);
    }

    [Theory]
    [InlineData("77", true)]
    [InlineData("0", false)]
    public async Task Bounds_come_from_the_configuration_of_the_host_and_are_held_too(string given, bool isFit)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            [new("Credit:Engine:SweepPage", given), new("Credit:Engine:Recomputation:ReadSubjects", "9")]);
        builder.Services.Configure<EngineOptions>(builder.Configuration.GetSection("Credit:Engine"));
        builder.Services.AddCreditGrains(grains => grains.UseRulebook(SampleRulebook.Instance)
            .ConfigureEngine(options => options with { SweepPage = 5, CommitQueueMax = 6 })
            .UseStore((_, _) => Task.FromResult<IStore>(new InMemoryStore(TimeProvider.System, shardCount: 2))));
        using var host = builder.Build();
        if (!isFit)
        {
            var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
            Assert.Contains("SweepPage", refused.Message, StringComparison.Ordinal);
            return;
        }

        await host.StartAsync(Stop);
        var options = host.Services.GetRequiredService<IOptions<EngineOptions>>().Value;
        Assert.Equal((77, 6, 9), (options.SweepPage, options.CommitQueueMax, options.Recomputation.ReadSubjects));
        await host.StopAsync(Stop);
    }

    [Fact]
    public void Bound_of_a_store_that_cannot_be_is_refused_by_its_name() => Assert.Contains(
        nameof(SqliteStoreOptions.CacheKibibytes),
        Assert.Throws<ValidationException>(() => HostOf(
            grains => grains.UseSqlite(new SqliteStoreOptions { Path = Path.Combine(_data, "x"), CacheKibibytes = 1 }))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Host_without_a_store_says_what_is_missing()
    {
        using var host = HostOf(_ => { });
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Stop));
        Assert.Contains("UseSqlite", refused.Message, StringComparison.Ordinal);
    }

    private static IHost HostOf(Action<CreditGrainsBuilder> configure, Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        more?.Invoke(builder.Services);
        builder.Services.AddCreditGrains(grains => configure(grains.UseRulebook(SampleRulebook.Instance)));
        return builder.Build();
    }

    private sealed class Worker(CreditEngine engine) : BackgroundService
    {
        public bool WasReady { get; } = engine.Ready;

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
