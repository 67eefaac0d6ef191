using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using CreditGrains.Api.Authorization;
using CreditGrains.Development;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Silo;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Api.Tests;

/// <summary>Refusals and sign-ins on the operator's log.</summary>
public sealed class SecurityLogTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-log-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Refused_request_is_logged_with_who_and_where_and_without_token_and_query()
    {
        using var lines = new Lines();
        var options = CreditFixture.Options(_data);
        await using var host = ServerHost.Build(
            options, Addresses.Read(options.Urls), RulebookFolder.Read(options.RulebookDirectory).Rulebook!);
        host.Services.GetRequiredService<ILoggerFactory>().AddProvider(lines);
        ServerHost.Map(host, options);
        await host.StartAsync(CreditFixture.Stop);
        using var issuer = DevelopmentIssuer.Open(_data);
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.First()) };
        async Task AskAsync(string path, string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request, CreditFixture.Stop);
        }

        var checker = issuer.Issue(["checker"], null, null, "clerk-7", TimeSpan.FromMinutes(5));
        await AskAsync("/statusz?secret=hush", checker);
        await AskAsync("/v1/subjects", checker + "x");
        await AskAsync("/v1/subjects", null);
        await AskAsync("/v1/checks/CK-none", checker);
        await AskAsync("/livez", checker);
        Assert.Equal(
            [
                "1301 Refused 403 GET /statusz of clerk-7 (checker) from 127.0.0.1",
                "1302 Refused 401 GET /v1/subjects of a caller without a valid token from 127.0.0.1",
            ],
            lines.All);
    }

    [Fact]
    public void Refusals_of_a_minute_are_bounded_and_the_others_counted()
    {
        var time = new SetTime();
        using var lines = new Lines();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(lines));
        var log = new SecurityLog(factory.CreateLogger<SecurityLog>(), time);
        var request = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } };
        for (var i = 0; i < SecurityLog.LinesPerMinute + 7; i++)
            log.Answered(request, StatusCodes.Status403Forbidden);
        Assert.Equal(SecurityLog.LinesPerMinute, lines.All.Count);
        time.Now += TimeSpan.FromMinutes(1);
        log.Answered(request, StatusCodes.Status403Forbidden);
        Assert.Equal("1303 Refused 7 more requests in the minutes before", lines.All[^2]);
        Assert.StartsWith("1302 ", lines.All[^1], StringComparison.Ordinal);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Lines of the security log.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private bool _isOurs;

        public List<string> All => [.. _lines];

        public ILogger CreateLogger(string categoryName) =>
            new Lines(_lines) { _isOurs = categoryName == typeof(SecurityLog).FullName };

        public Lines()
        {
        }

        private Lines(ConcurrentQueue<string> lines) => _lines = lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => _isOurs;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (_isOurs)
                _lines.Enqueue($"{eventId.Id} {formatter(state, exception)}");
        }

        public void Dispose()
        {
        }
    }
}
