namespace CreditGrains.Silo;

/// <summary>The certificate of the server's own addresses with https.</summary>
public sealed record HttpsOptions
{
    /// <summary>
    /// Certificate of addresses with https as PEM, its chain after it. A renewed file is taken up without a restart, with its key.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>The certificate's key as PEM, without a password.</summary>
    public string? Key { get; init; }
}
