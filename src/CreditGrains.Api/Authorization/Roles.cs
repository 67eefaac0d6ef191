namespace CreditGrains.Api.Authorization;

/// <summary>Roles of callers; a token's claim <c>roles</c> names one or more.</summary>
[Flags]
public enum Roles
{
    None = 0,

    /// <summary>A reporting department (信源单位); claim <c>source</c> says which.</summary>
    Source = 1,

    /// <summary>An approval workflow that makes checks.</summary>
    Checker = 2,

    /// <summary>A person who decides cases that a check sent to review.</summary>
    Reviewer = 4,

    PolicyAuthor = 8,

    PolicyApprover = 16,

    /// <summary>The organisation itself; claim <c>subject</c> says which.</summary>
    Subject = 32,

    Auditor = 64,

    Operator = 128,
}

/// <summary>Names of roles in tokens.</summary>
public static class RoleNames
{
    public static IReadOnlyDictionary<string, Roles> All { get; } = new Dictionary<string, Roles>(StringComparer.Ordinal)
    {
        ["source"] = Roles.Source,
        ["checker"] = Roles.Checker,
        ["reviewer"] = Roles.Reviewer,
        ["policy-author"] = Roles.PolicyAuthor,
        ["policy-approver"] = Roles.PolicyApprover,
        ["subject"] = Roles.Subject,
        ["auditor"] = Roles.Auditor,
        ["operator"] = Roles.Operator,
    };
}
