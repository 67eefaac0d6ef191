namespace CreditGrains.Domain.Procedures;

/// <summary>In whose place somebody takes a step.</summary>
[Flags]
public enum CaseRoles : byte
{
    None = 0,

    /// <summary>The organisation itself.</summary>
    Subject = 1,

    /// <summary>The source of a record that the case concerns.</summary>
    Source = 2,

    /// <summary>The platform: an operator or reviewer.</summary>
    Platform = 4,
}
