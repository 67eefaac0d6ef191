namespace CreditGrains.Samples.Approvals;

/// <summary>How the office works.</summary>
public sealed class ApprovalOptions
{
    /// <summary>The matter of the rulebook that applications are in.</summary>
    public string Matter { get; set; } = "licensing";

    /// <summary>For what is asked; goes to the organisation's access log.</summary>
    public string Purpose { get; set; } = "approval";

    /// <summary>Days in which an application is decided.</summary>
    public int DaysUsual { get; set; } = 20;

    /// <summary>Days by the green channel.</summary>
    public int DaysFast { get; set; } = 5;

    /// <summary>Most applications that are kept; a real office has a database.</summary>
    public int ApplicationsMax { get; set; } = 10_000;
}
