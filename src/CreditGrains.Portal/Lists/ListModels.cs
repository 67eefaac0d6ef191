using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Lists;

/// <summary>All public lists with their numbers of rows.</summary>
/// <param name="Lists">Id, title, rows; whether older rows are left out.</param>
public sealed record ListsModel(IReadOnlyList<(string Id, Text Title, int Count, bool IsCut)> Lists);

/// <summary>One page of a list.</summary>
/// <param name="List">Which.</param>
/// <param name="Region">Filter as typed.</param>
/// <param name="From">Filter as typed.</param>
/// <param name="To">Filter as typed.</param>
/// <param name="Errors">Faults in the filter.</param>
/// <param name="Items">The rows that are still public.</param>
/// <param name="FirstNumber">Number of the page's first row within the filter, from 1.</param>
/// <param name="Taken">Rows of the page, with those that are not public any more.</param>
/// <param name="Total">Rows of the filter.</param>
/// <param name="IsCut">Older rows are left out of the list.</param>
/// <param name="HasMoved">The cursor's snapshot is not kept any more: the page goes on in the newest one.</param>
/// <param name="Csv">Address of the same as CSV.</param>
/// <param name="Json">Address of the same as JSON.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record ListModel(
    PublicList List, string Region, string From, string To, IReadOnlyList<FieldError> Errors, IReadOnlyList<ListItemModel> Items,
    int FirstNumber, int Taken, int Total, bool IsCut, bool HasMoved, string Csv, string Json, string? First, string? Next);

/// <summary>One row.</summary>
/// <param name="Code">Of the organisation.</param>
/// <param name="Name">Likewise; null where none is public.</param>
/// <param name="Document">Name of the record, for instance the number of its document.</param>
/// <param name="Record">The record.</param>
public sealed record ListItemModel(string Code, string? Name, string Document, PublicRecordModel Record)
{
    /// <summary>Of a commitment; null for other records.</summary>
    public PublicCommitmentModel? Commitment { get; init; }
}

/// <summary>A commitment that is public (信用承诺); each part empty where the record lacks it.</summary>
/// <param name="Matter">The matter that was promised.</param>
/// <param name="Content">Its text.</param>
/// <param name="Body">The department that accepted it.</param>
/// <param name="DueOn">The day by which it is to be performed.</param>
/// <param name="Result">Its performance.</param>
public sealed record PublicCommitmentModel(Text Matter, Text Content, Text Body, Text DueOn, Text Result);
