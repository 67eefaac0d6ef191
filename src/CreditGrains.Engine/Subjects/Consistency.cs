using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Subjects;

/// <summary>How fresh an answer must be: the caller's choice for each request (semantics, section 8).</summary>
public readonly record struct Consistency
{
    private Consistency(bool latest, Token? token)
    {
        IsLatest = latest;
        Token = token;
    }

    /// <summary>This node's memory.</summary>
    public static Consistency Any => default;

    /// <summary>Everything acknowledged anywhere before the question.</summary>
    public static Consistency Latest => new(true, null);

    public bool IsLatest { get; }

    /// <summary>The write that must be reflected; null for none.</summary>
    public Token? Token { get; }

    /// <summary>At least the write that this token came from.</summary>
    public static Consistency AtLeast(Token token) => new(false, token);
}
