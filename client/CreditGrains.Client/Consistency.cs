namespace CreditGrains.Client;

/// <summary>How fresh an answer must be: the caller's choice for each request.</summary>
public readonly record struct Consistency
{
    private readonly string? _text;

    private Consistency(string text) => _text = text;

    /// <summary>The answering node's memory: the default, and the fastest.</summary>
    public static Consistency Any => default;

    /// <summary>Everything acknowledged anywhere before the question.</summary>
    public static Consistency Latest => new("latest");

    /// <summary>At least the write that a token came from: read your own writes.</summary>
    public static Consistency AtLeast(string token) => new("at-least:" + token);

    /// <summary>The form on the wire: <c>any</c>, <c>latest</c> or <c>at-least:TOKEN</c>.</summary>
    public override string ToString() => _text ?? "any";
}
