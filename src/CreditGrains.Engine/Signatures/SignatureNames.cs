namespace CreditGrains.Engine.Signatures;

/// <summary>The algorithms that an operator may choose for keys that the store makes.</summary>
public static class SignatureNames
{
    /// <summary>ECDSA P-256 over SHA-256.</summary>
    public const string Ecdsa = "ecdsa";

    /// <summary>国密 SM2 over SM3 (GB/T 32918.2-2016).</summary>
    public const string Sm2 = "sm2";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Ecdsa, Sm2];
}
