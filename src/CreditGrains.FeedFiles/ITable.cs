using CreditGrains.Domain.Errors;

namespace CreditGrains.FeedFiles;

/// <summary>A table with a header that can be read from its beginning any number of times.</summary>
internal interface ITable
{
    /// <summary>How its text is encoded and separated, or its sheet, for people.</summary>
    string Description { get; }

    /// <summary>Opens it at its header.</summary>
    /// <param name="headerRow">1-based row of the header; null for the first that is not empty.</param>
    /// <exception cref="FeedFileException">The table cannot be read, or has no header.</exception>
    ITableRows Open(int? headerRow = null);
}

/// <summary>One reading of a table.</summary>
internal interface ITableRows : IDisposable
{
    /// <summary>Column names as they stand; empty where a column has none.</summary>
    IReadOnlyList<string> Header { get; }

    /// <summary>1-based number of the current row in the file, the header included; of the header before the first is read.</summary>
    long Row { get; }

    /// <summary>A cell of the current row as text.</summary>
    string this[int column] { get; }

    /// <summary>Why a cell of the current row has no value that can be told; null when it has one, or is empty.</summary>
    string? FaultOf(int column);

    /// <summary>Why the current row as a whole cannot be read; null when it can.</summary>
    (ErrorDescription Error, string Detail)? Fault { get; }

    /// <summary>Goes to the next row that is not empty; false at the end.</summary>
    bool Read();
}
