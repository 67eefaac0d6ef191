using CreditGrains.Domain.Procedures;
using Microsoft.AspNetCore.Authorization;

namespace CreditGrains.Api.Authorization;

/// <summary>Callers of an endpoint: those of certain roles, and those whose own source or subject the path names.</summary>
/// <param name="Name">Name of the policy.</param>
/// <param name="Any">Roles that may, whatever the path names.</param>
/// <param name="OwnSource">Role <c>source</c> may where claim <c>source</c> equals <c>{source}</c>.</param>
/// <param name="OwnSubject">Role <c>subject</c> may where claim <c>subject</c> equals <c>{id}</c>.</param>
internal sealed record AccessRule(string Name, Roles Any, bool OwnSource = false, bool OwnSubject = false) : IAuthorizationRequirement;

/// <summary>The access rules, one for each endpoint; docs/access-matrix.md shows what they come to.</summary>
internal static class AccessRules
{
    private const Roles Everybody = Roles.Source | Roles.Checker | Roles.Reviewer | Roles.PolicyAuthor | Roles.PolicyApprover
        | Roles.Subject | Roles.Auditor | Roles.Operator;

    public static readonly AccessRule Feed = new("feed", Roles.None, OwnSource: true);

    public static readonly AccessRule Resubmit = new("resubmit", Roles.None, OwnSource: true);

    public static readonly AccessRule Quarantine = new("quarantine", Roles.Operator, OwnSource: true);

    public static readonly AccessRule Check = new("check", Roles.Checker | Roles.Reviewer | Roles.Operator);

    /// <summary>A check of the past; which ones a caller may see <see cref="Checks.CheckReading"/> says.</summary>
    public static readonly AccessRule CheckAgain = new("check-again",
        Roles.Checker | Roles.Reviewer | Roles.Operator | Roles.Auditor | Roles.Subject);

    /// <summary>Feedback that is to come: those who asked the checks see theirs, auditors and operators all.</summary>
    public static readonly AccessRule CheckReminders = new("check-reminders",
        Roles.Checker | Roles.Reviewer | Roles.Operator | Roles.Auditor);

    /// <summary>Lists of checks: those who asked see theirs, auditors and operators how far all are.</summary>
    public static readonly AccessRule CheckList = new("check-list", CheckReminders.Any);

    /// <summary>Work lists of implementers; those who check carry them out.</summary>
    public static readonly AccessRule MeasureTasks = new("measure-tasks", CheckReminders.Any);

    public static readonly AccessRule Subject = new("subject",
        Roles.Checker | Roles.Reviewer | Roles.PolicyAuthor | Roles.PolicyApprover | Roles.Auditor | Roles.Operator, OwnSubject: true);

    public static readonly AccessRule AccessLog = new("access-log", Roles.Auditor | Roles.Operator, OwnSubject: true);

    public static readonly AccessRule Search = new("search",
        Roles.Checker | Roles.Reviewer | Roles.Auditor | Roles.Operator | Roles.PolicyAuthor);

    public static readonly AccessRule Rulebook = new("rulebook", Everybody);

    /// <summary>Where the shards are says nothing about anybody.</summary>
    public static readonly AccessRule Cluster = new("cluster", Everybody);

    public static readonly AccessRule ExceptionList = new("exception-list", Roles.Auditor | Roles.Operator);

    public static readonly AccessRule Operate = new("operate", Roles.Operator);

    public static readonly AccessRule PolicyRead =
        new("policy-read", Roles.PolicyAuthor | Roles.PolicyApprover | Roles.Auditor | Roles.Operator);

    public static readonly AccessRule PolicyDraft = new("policy-draft", Roles.PolicyAuthor);

    /// <summary>Validate, simulate, withdraw: what both people who have to do with a version may do.</summary>
    public static readonly AccessRule PolicyWork = new("policy-work", Roles.PolicyAuthor | Roles.PolicyApprover);

    public static readonly AccessRule PolicyDecide = new("policy-decide", Roles.PolicyApprover);

    public static readonly AccessRule InspectionDraw = new("inspection-draw", Roles.PolicyApprover | Roles.Operator);

    public static readonly AccessRule InspectionRead =
        new("inspection-read", Roles.PolicyApprover | Roles.Operator | Roles.Auditor | Roles.Reviewer);

    /// <summary>A caller that may search sees the grades of all organisations, and so may follow them.</summary>
    public static readonly AccessRule Changes = new("changes", Search.Any);

    /// <summary>Watchlists: a department its own; auditors and operators see all. None may who may not follow changes.</summary>
    public static readonly AccessRule Watchlist = new("watchlist", CheckReminders.Any);

    public static readonly AccessRule Subscribe = new("subscribe", Roles.Operator);

    public static readonly AccessRule SubscriptionRead = new("subscription-read", Roles.Operator | Roles.Auditor);

    /// <summary>People and their rights, for those who answer for them.</summary>
    public static readonly AccessRule PeopleRead = new("people-read", Roles.Operator | Roles.Auditor);

    /// <summary>Keys and what was done to them; no secrets.</summary>
    public static readonly AccessRule KeyRead = new("key-read", PeopleRead.Any);

    /// <summary>Public pages that are closed, with the reasons.</summary>
    public static readonly AccessRule PageRead = new("page-read", PeopleRead.Any);

    /// <summary>Reads of one person, and reports of one source, over all organisations: after a leak.</summary>
    public static readonly AccessRule IncidentRead = new("incident-read", Roles.Operator | Roles.Auditor);

    public static readonly AccessRule JobRead = new("job-read", Roles.Operator | Roles.Auditor);

    /// <summary>Cases: the organisation its own, a department those with a record of its own, the platform all.</summary>
    public static readonly AccessRule CaseRead =
        new("case-read", Roles.Subject | Roles.Source | Roles.Reviewer | Roles.Operator | Roles.Auditor);

    /// <summary>Proofs: for the parties of their case alone, and so not for those who only audit.</summary>
    public static readonly AccessRule ProofRead = new("proof-read", Roles.Subject | Roles.Source | Roles.Reviewer | Roles.Operator);

    /// <summary>Cases of one organisation.</summary>
    public static readonly AccessRule CaseOfSubject =
        new("case-of-subject", Roles.Reviewer | Roles.Operator | Roles.Auditor, OwnSubject: true);

    /// <summary>An organisation files for itself alone.</summary>
    public static readonly AccessRule CaseFiling = new("case-filing", Roles.None, OwnSubject: true);

    /// <summary>Cases with a record of one source.</summary>
    public static readonly AccessRule CaseOfSource =
        new("case-of-source", Roles.Reviewer | Roles.Operator | Roles.Auditor, OwnSource: true);

    /// <summary>All open cases.</summary>
    public static readonly AccessRule CaseDesk = new("case-desk", Roles.Reviewer | Roles.Operator | Roles.Auditor);

    /// <summary>Steps of cases, by who takes them; for whom exactly is looked at with the case.</summary>
    private static readonly IReadOnlyDictionary<CaseRoles, AccessRule> CaseSteps =
        Enumerable.Range(1, 7).Select(bits => (CaseRoles)bits).ToDictionary(by => by, by => new AccessRule(
            "case-" + string.Join('-', $"{by}".ToLowerInvariant().Split(", ")),
            (by.HasFlag(CaseRoles.Subject) ? Roles.Subject : Roles.None) | (by.HasFlag(CaseRoles.Source) ? Roles.Source : Roles.None)
            | (by.HasFlag(CaseRoles.Platform) ? Roles.Operator | Roles.Reviewer : Roles.None)));

    /// <summary>Figures say nothing about anybody; they are for those who answer for the rules or run the platform.</summary>
    public static readonly AccessRule Statistics = new("statistics", PolicyRead.Any);

    public static IReadOnlyList<AccessRule> All { get; } =
    [
        Feed, Resubmit, Quarantine, Check, CheckAgain, CheckReminders, CheckList,
        MeasureTasks,
        Subject, AccessLog, Search, Rulebook, Cluster, ExceptionList, Operate, PolicyRead,
        PolicyDraft, PolicyWork, PolicyDecide, InspectionDraw, InspectionRead, Changes, Watchlist, Subscribe, SubscriptionRead,
        PeopleRead, KeyRead, PageRead, IncidentRead, JobRead, Statistics, CaseRead, ProofRead, CaseOfSubject, CaseFiling,
        CaseOfSource, CaseDesk, .. CaseSteps.Values,
    ];

    public static AccessRule CaseOf(CaseRoles by) => CaseSteps[by];

    public static TBuilder Require<TBuilder>(this TBuilder endpoint, AccessRule rule)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(rule.Name).WithMetadata(new GrantingRoles(rule.Any));
}
