namespace CreditGrains.Domain.Assessment;

/// <summary>Gives out symbols where several processes share one table: a symbol exists once it stands there for all of them.</summary>
public interface ISymbolSource
{
    /// <summary>Makes a symbol for the text unless there is one. Returns once it is durable.</summary>
    void Add(string text);

    /// <summary>Texts of all symbols from this number on, in order.</summary>
    IReadOnlyList<string> ReadFrom(int symbol);
}
