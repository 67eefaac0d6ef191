namespace CreditGrains.Domain.Rulebooks;

/// <summary>A stage (环节) of a matter's workflow at which a check is made: accepting (受理), deciding (审批), finishing (办结).</summary>
/// <param name="Id">As callers write it, for instance <c>accept</c>.</param>
/// <param name="Title">Its title.</param>
public sealed record MatterStage(string Id, LocalisedText Title);
