namespace CreditGrains.FeedFiles;

/// <summary>Why a file cannot be fed.</summary>
public enum FeedFileFault
{
    /// <summary>No row with column names.</summary>
    Empty,

    /// <summary>Values: row, why.</summary>
    HeaderUnreadable,

    /// <summary>Values: row below that looks like the header.</summary>
    HeaderBelow,

    /// <summary>Values: numbers of the columns, their name.</summary>
    SameColumn,

    /// <summary>Values: the sheet asked for, the sheets there are.</summary>
    NoSuchSheet,

    /// <summary>Values: why.</summary>
    NotAWorkbook,

    /// <summary>An old workbook (.xls), which does not tell errors in cells.</summary>
    OldWorkbook,

    /// <summary>Values: where and why.</summary>
    NotAnArray,

    /// <summary>Values: the name.</summary>
    UnknownEncoding,

    /// <summary>Values: the name, the mappings there are.</summary>
    UnknownMapping,

    /// <summary>Values: mapping, columns that it needs, columns that the file has.</summary>
    ColumnsLacking,

    /// <summary>Values: columns of the file, the mappings there are.</summary>
    NoMappingFits,

    /// <summary>Values: the mappings that fit.</summary>
    SeveralMappingsFit,

    /// <summary>Values: mapping, kind.</summary>
    UnknownKind,

    /// <summary>Values: the ending of its name.</summary>
    UnknownEnding,
}
