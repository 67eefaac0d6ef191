namespace CreditGrains.Cli.Feeding;

/// <summary>A table with a header that can be read from its beginning any number of times.</summary>
internal interface ITable
{
    ITableRows Open();
}

/// <summary>One reading of a table.</summary>
internal interface ITableRows : IDisposable
{
    /// <summary>Column names, trimmed; empty where a column has none.</summary>
    IReadOnlyList<string> Header { get; }

    /// <summary>1-based number of the current row in the file, the header included.</summary>
    long Row { get; }

    /// <summary>A cell of the current row as text; empty where the row is shorter.</summary>
    string this[int column] { get; }

    /// <summary>Goes to the next row; false at the end.</summary>
    bool Read();
}
