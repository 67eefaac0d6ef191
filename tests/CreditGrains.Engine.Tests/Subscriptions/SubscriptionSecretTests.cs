using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Tests.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Tests.Subscriptions;

/// <summary>Secrets of subscriptions are encrypted in the store, rotated with two valid at once, and in no log.</summary>
public sealed class SubscriptionSecretTests : SubscriptionWorld
{
    [Fact]
    public async Task Secret_is_encrypted_in_the_store_and_rotated_with_two_valid_at_once()
    {
        var options = Quick with { Keys = SecretKeyRingTests.Made() };
        await OpenAsync(options);
        var (subscription, first) = await SubscribeAsync();
        await WriteAsync(3);
        await To.UntilAsync(receiver => receiver.Taken.Count == 3, "delivery 3");
        Assert.All(To.Taken, received => received.AssertSigned(first));

        var rotated = await Engine.Subscriptions.RotateAsync(subscription.Id, TimeSpan.FromHours(1), "again", "op", Cancellation);
        var second = "whsec_" + Engine.Subscriptions.SecretOf(rotated!);
        Assert.NotEqual(first, second);
        var again = await Engine.Subscriptions.RotateAsync(subscription.Id, TimeSpan.FromHours(1), "again", "op", Cancellation);
        Assert.Equal(second, "whsec_" + Engine.Subscriptions.SecretOf(again!));
        await WriteAsync(3);
        await To.UntilAsync(receiver => receiver.Taken.Count == 6, "delivery 6");
        Assert.All(To.Taken.Skip(3), received =>
        {
            received.AssertSigned(first);
            received.AssertSigned(second);
        });

        // Without an overlap the former one ends at once: it may be known to others.
        var last = await Engine.Subscriptions.RotateAsync(subscription.Id, TimeSpan.Zero, null, "op", Cancellation);
        await WriteAsync(3);
        await To.UntilAsync(receiver => receiver.Taken.Count == 9, "delivery 9");
        Assert.All(To.Taken.Skip(6), received =>
        {
            received.AssertSigned("whsec_" + Engine.Subscriptions.SecretOf(last!));
            Assert.DoesNotContain(' ', received.Signature);
        });
        foreach (var document in await _store.Control.ListAsync("subscription", null, 10, Cancellation))
        {
            foreach (var secret in new[] { first, second, Engine.Subscriptions.SecretOf(last!) })
                Assert.DoesNotContain(secret.Replace("whsec_", "", StringComparison.Ordinal), document.Content, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_encrypts_secrets_of_former_builds_and_is_refused_without_their_key()
    {
        await OpenAsync();
        var (subscription, secret) = await SubscribeAsync();
        await Engine.DisposeAsync();
        var keys = SecretKeyRingTests.Made();
        await OpenAsync(Quick with { Keys = keys });
        var stored = Assert.Single(await _store.Control.ListAsync("subscription", null, 10, Cancellation)).Content;
        Assert.DoesNotContain(secret["whsec_".Length..], stored, StringComparison.Ordinal);
        await WriteAsync(1);
        await To.UntilAsync(receiver => receiver.Taken.Count == 1, "a delivery");
        To.Taken[0].AssertSigned(secret);
        await Engine.DisposeAsync();
        foreach (var other in new[] { null, SecretKeyRingTests.Made() })
        {
            var refused = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(Quick with { Keys = other }));
            Assert.Contains("Engine:Subscriptions:KeyFile", refused.Message, StringComparison.Ordinal);
        }

        await OpenAsync(Quick with { Keys = keys });
        var found = await Engine.Subscriptions.FindAsync(subscription.Id, Cancellation);
        Assert.Equal(secret, "whsec_" + Engine.Subscriptions.SecretOf(found!));
    }

    [Fact]
    public async Task Logs_hold_neither_secret_nor_content()
    {
        var log = new Lines();
        await OpenAsync(Quick with { GiveUpAfter = TimeSpan.Zero }, log);
        var (subscription, secret) = await SubscribeAsync();
        To.Answer = Says(StatusCodes.Status500InternalServerError);
        await WriteAsync(1);
        await StatusAsync(subscription, each => each.Progress.State == SubscriptionState.Paused);
        Assert.Contains(log.All, line => line.Contains(subscription.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains(secret["whsec_".Length..], StringComparison.Ordinal)
            || line.Contains(TwoPolicies.Name(0), StringComparison.Ordinal));
        Assert.DoesNotContain(secret["whsec_".Length..], subscription.ToString(), StringComparison.Ordinal);
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }
}
