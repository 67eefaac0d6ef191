namespace CreditGrains.Client;

/// <summary>Where the server is, who asks, and how patient the client is.</summary>
public sealed class CreditClientOptions
{
    /// <summary>The server's address, for instance <c>https://credit.example.org</c>; its path may have a prefix.</summary>
    public Uri Address { get; set; } = new("http://127.0.0.1:8080");

    /// <summary>Gives the bearer token for each request, so that it can be renewed; null sends none.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; set; }

    /// <summary>Language of labels and messages: <c>zh</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "en";

    /// <summary>
    /// Longest time in all that one call waits and tries again after 429, 502, 503, 504 or a broken connection; zero never retries.
    /// </summary>
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The first pause; each following one is twice as long, at most <see cref="PauseMax"/>, less up to a half at random.
    /// </summary>
    public TimeSpan PauseMin { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause, also when the server's <c>Retry-After</c> asks for more.</summary>
    public TimeSpan PauseMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Told before each pause: how long, and why.</summary>
    public Action<TimeSpan, string>? Retrying { get; set; }
}
