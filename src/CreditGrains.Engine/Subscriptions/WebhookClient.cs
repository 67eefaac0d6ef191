using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Engine.Changes;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Sends events by Standard Webhooks (<c>webhook-id</c>, <c>webhook-timestamp</c>, <c>webhook-signature</c>: <c>v1</c>, HMAC-SHA-256 over
/// <c>id.timestamp.body</c>). Follows no redirect, uses no proxy, keeps no cookie and reads nothing of an answer but its head.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    private const int HeadKibibytesMax = 16;
    private const int BodyBytesMax = 16 * 1024;
    private readonly SubscriptionOptions _options;
    private readonly ReceiverGuard _guard;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public WebhookClient(SubscriptionOptions options, TimeProvider time)
    {
        _options = options;
        _guard = new ReceiverGuard(options);
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = _guard.ConnectAsync,
            ConnectTimeout = options.AnswerMax,
            MaxConnectionsPerServer = options.InFlightMax,
            MaxResponseHeadersLength = HeadKibibytesMax,
            MaxResponseDrainSize = BodyBytesMax,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("CreditGrains", null));
    }

    /// <summary>Makes one attempt.</summary>
    /// <param name="url">Where.</param>
    /// <param name="secrets">Keys of the signatures, each of which makes one.</param>
    /// <param name="id">The same with every attempt for the same event.</param>
    /// <param name="body">The event.</param>
    /// <param name="cancellation">Gives up; what the receiver has taken is not known then.</param>
    public async Task<WebhookAnswer> SendAsync(
        string url, IReadOnlyList<byte[]> secrets, string id, byte[] body, CancellationToken cancellation)
    {
        if (_guard.Refuse(url) is { } refused)
            return new WebhookAnswer($"The address may not be sent to: {refused}.");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEvent.MediaType, "utf-8");
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Signatures(secrets, id, timestamp, body));
        using var late = new CancellationTokenSource(_options.AnswerMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            return Classify(response);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new WebhookAnswer($"No answer within {_options.AnswerMax.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException fault)
        {
            return new WebhookAnswer(InWords(fault));
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// One for each key. Of several the first stands at the end again: a verifier in use (StandardWebhooks 1.1.2 for .NET) does not look at
    /// the last of several (<c>Secret_is_encrypted_in_the_store_and_rotated_with_two_valid_at_once</c>).
    /// </summary>
    private static string Signatures(IReadOnlyList<byte[]> secrets, string id, long timestamp, byte[] body)
    {
        var signatures = secrets.Select(secret => Sign(secret, id, timestamp, body)).ToList();
        return string.Join(' ', signatures.Count > 1 ? signatures.Append(signatures[0]) : signatures);
    }

    internal static string Sign(byte[] secret, string id, long timestamp, byte[] body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        mac.AppendData(body);
        return "v1," + Convert.ToBase64String(mac.GetHashAndReset());
    }

    private WebhookAnswer Classify(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
            return new WebhookAnswer(null);
        var after = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable
            ? response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - _time.GetUtcNow() : null;
        return status is >= 300 and < 400
            ? new WebhookAnswer($"Answered {status}; no redirect is followed.")
            : new WebhookAnswer($"Answered {status}.") { IsGone = response.StatusCode == HttpStatusCode.Gone, RetryAfter = after };
    }

    private static string InWords(HttpRequestException fault) => fault.InnerException switch
    {
        ReceiverRefusedException refused => refused.Message,
        AuthenticationException => "The receiver's certificate is not accepted.",
        System.Net.Sockets.SocketException socket => $"No connection: {socket.SocketErrorCode}.",
        _ => $"No answer that can be read: {fault.HttpRequestError}.",
    };
}

/// <summary>Result of an attempt.</summary>
/// <param name="Error">The fault; null when the receiver has accepted the event.</param>
internal sealed record WebhookAnswer(string? Error)
{
    /// <summary>The receiver says that it wants nothing more.</summary>
    public bool IsGone { get; init; }

    /// <summary>When the receiver wants to be tried again.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
