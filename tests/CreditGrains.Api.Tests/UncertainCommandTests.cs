using CreditGrains.Development;
using System.Text;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Storage.Contract;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Api.Tests;

/// <summary>
/// Commands with an Idempotency-Key while each call of the stores fails once, before or after it has taken effect: sent again until
/// it is answered, each comes about once.
/// </summary>
public sealed class UncertainCommandTests
{
    private const int CallsMax = 60;
    private const string CheckLists = "/v1/check-lists";

    [Theory]
    [InlineData("/v1/subscriptions", """{"url":"https://receiver.example/x"}""")]
    [InlineData("/v1/recomputations", """{"reason":"wanted"}""")]
    [InlineData("/v1/inspection-plans", """{"period":"2026-Q4"}""")]
    [InlineData("/v1/policies", null)]
    [InlineData("/v1/check-lists?purpose=approval&matter=public-funds&stage=accept", "9199")]
    public async Task Command_comes_about_once_whichever_call_of_the_store_fails(string path, string? body)
    {
        body ??= JsonSerializer.Serialize(new { text = PolicyTexts.Changed("2026.9") });
        var struck = 0;
        foreach (var point in new[] { FaultPoint.Before, FaultPoint.AfterCommit })
        {
            for (var call = 1; call < CallsMax; call++)
            {
                await using var server = await FaultyServer.StartAsync();
                var before = await server.CountAsync(path);
                server.FailOnce(call, point);
                var (status, text) = await server.PostUntilAnsweredAsync(path, body);
                Assert.True(status is 201 or 202, $"{point} of call {call}: {status} {text}");
                Assert.True(await server.CountAsync(path) == before + 1, $"{point} of call {call}: not once");
                if (path == "/v1/subscriptions")
                {
                    var made = JsonDocument.Parse(text).RootElement;
                    var stored = await server.Engine.Subscriptions.FindAsync(made.GetProperty("id").GetString()!, CreditFixture.Stop);
                    Assert.Equal("whsec_" + server.Engine.Subscriptions.SecretOf(stored!), made.GetProperty("secret").GetString());
                }

                if (!server.HasFailed)
                    break;
                struck++;
            }
        }

        // Reading and taking the key, the command's own calls, keeping the answer: more than a handful.
        Assert.InRange(struck, 10, 2 * CallsMax);
    }

    private sealed class FaultyServer : IAsyncDisposable
    {
        private static readonly Rulebook Rules = RulebookFolder.Read(Repository.DefaultRulebook).Rulebook!;
        private readonly string _data = Directory.CreateTempSubdirectory("credit-uncertain-").FullName;
        private readonly Shifted _time = new();
        private readonly InMemoryStore _store;
        private WebApplication? _app;
        private HttpClient _http = new();
        private int _left;

        private FaultyServer() => _store = new InMemoryStore(_time, shardCount: 2);

        public CreditEngine Engine { get; private set; } = null!;

        public bool HasFailed { get; private set; }

        public static async Task<FaultyServer> StartAsync()
        {
            var server = new FaultyServer();
            var options = new EngineOptions { FollowEveryMs = 3_600_000, WarmUpPage = 0 };
            server.Engine = await CreditEngine.OpenAsync(
                server._store, Rules, options, server._time, NullLoggerFactory.Instance, CreditFixture.Stop);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton(server.Engine).AddCreditApi(
                new ApiOptions { DataDirectory = server._data, SimulationWaitMsMax = 60_000 }, server._time);
            server._app = builder.Build();
            server._app.UseCreditApi();
            await server._app.StartAsync(CreditFixture.Stop);
            server._http.BaseAddress = new Uri(server._app.Urls.First());
            using var issuer = DevelopmentIssuer.Open(server._data);
            var token = issuer.Issue(
                ["operator", "policy-author", "policy-approver", "checker"], null, null, "olga", TimeSpan.FromHours(10));
            server._http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            server._http.DefaultRequestHeaders.TryAddWithoutValidation("Idempotency-Key", "k");
            return server;
        }

        public void FailOnce(int call, FaultPoint point)
        {
            _left = call;
            _store.Fault = (name, at) =>
            {
                if (at != point || !IsOfCommands(name) || Interlocked.Decrement(ref _left) != 0)
                    return null;
                HasFailed = true;
                return new StoreException($"{name} fails once.", StoreFault.Unavailable);
            };
        }

        private static bool IsOfCommands(string call) =>
            new[] { "Control.", "Jobs.", "CommandAnswers." }.Any(port => call.StartsWith(port, StringComparison.Ordinal));

        /// <summary>Sends the same command until it is answered, as a client does that is told to come again.</summary>
        public async Task<(int Status, string Text)> PostUntilAnsweredAsync(string path, string body)
        {
            for (var attempt = 1; ; attempt++)
            {
                using var content = new StringContent(
                    body, Encoding.UTF8, path.StartsWith(CheckLists, StringComparison.Ordinal) ? "text/csv" : "application/json");
                using var response = await _http.PostAsync(path, content, CreditFixture.Stop);
                var text = await response.Content.ReadAsStringAsync(CreditFixture.Stop);
                var status = (int)response.StatusCode;
                var isToComeAgain = status >= 500 || text.Contains("idempotency-in-progress", StringComparison.Ordinal)
                    || text.Contains("plan-not-drawn", StringComparison.Ordinal);
                if (attempt == 5 || !isToComeAgain)
                    return (status, text);
                _time.By += TimeSpan.FromMinutes(3);
            }
        }

        /// <summary>How many of what a command makes there are.</summary>
        public async Task<int> CountAsync(string path)
        {
            _store.Fault = null;
            return path switch
            {
                "/v1/subscriptions" => (await Engine.Subscriptions.ListAsync(CreditFixture.Stop)).Count,
                "/v1/recomputations" => (await Engine.Recomputation.ListAsync(null, 100, CreditFixture.Stop)).Count,
                _ when path.StartsWith(CheckLists, StringComparison.Ordinal) =>
                    (await Engine.CheckLists.Jobs.ListAsync(CreditFixture.Stop)).Count,
                "/v1/inspection-plans" => (await Engine.Inspections.ListAsync(null, 100, CreditFixture.Stop)).Count,
                _ => (await Engine.Policies.ListAsync(null, 100, CreditFixture.Stop)).Count,
            };
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await _app!.DisposeAsync();
            await Engine.DisposeAsync();
            await _store.DisposeAsync();
            Directory.Delete(_data, recursive: true);
        }
    }

    private sealed class Shifted : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
    }
}
