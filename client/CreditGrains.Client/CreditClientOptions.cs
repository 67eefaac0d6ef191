namespace CreditGrains.Client;

/// <summary>Where the server is, who asks, and how patient the client is.</summary>
public sealed class CreditClientOptions
{
    /// <summary>The server's address, for instance <c>https://credit.example.org</c>; its path may have a prefix.</summary>
    public Uri Address { get; set; } = new("http://127.0.0.1:8080");

    /// <summary>Gives the bearer token for each request, so that it can be renewed; null sends none.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; set; }

    /// <summary>
    /// Whether a question about one organisation goes to the node that owns it, which answers without asking another one. The nodes'
    /// addresses are learned from the server (<c>GET /v1/cluster/shards</c>) and each is tried first: those that cannot be reached from
    /// here, or only by a way that is less safe than <see cref="Address"/>, are left to the server. An old map costs a hop, never a wrong
    /// answer.
    /// </summary>
    public bool FindsOwners { get; set; } = true;

    /// <summary>Longest wait for the answer of a node that was chosen like that, before another one is asked; not for checks.</summary>
    public TimeSpan OwnerWaitMax { get; set; } = TimeSpan.FromSeconds(5);

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
