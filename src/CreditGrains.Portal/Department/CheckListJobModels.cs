using CreditGrains.Api.Checks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>The form for a list of up to a million checks, and the lists there are.</summary>
/// <param name="Form">Matter and stage as chosen, and the mistakes.</param>
/// <param name="Lists">Of the person or its department, the newest first.</param>
public sealed record CheckListJobsModel(CheckFormModel Form, IReadOnlyList<CheckListJobModel> Lists);

/// <summary>One list and how far it is.</summary>
/// <param name="List">As the interface writes it.</param>
/// <param name="Matter">Title of the matter.</param>
public sealed record CheckListJobModel(CheckListResponse List, Text Matter)
{
    /// <summary>Whether it still goes on.</summary>
    public bool IsOpen => List.State is "queued" or "running" or "paused";
}
