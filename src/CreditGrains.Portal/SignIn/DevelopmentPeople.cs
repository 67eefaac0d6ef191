using System.Security.Claims;
using CreditGrains.Development.Synthetic;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Authentication;

namespace CreditGrains.Portal.SignIn;

/// <summary>One invented person.</summary>
/// <param name="Account">Claim <c>sub</c>.</param>
/// <param name="Name">As shown.</param>
/// <param name="Does">Role of the person.</param>
/// <param name="Role">Claim <c>roles</c>.</param>
/// <param name="Source">Claim <c>source</c>.</param>
/// <param name="Subject">Claim <c>subject</c>.</param>
internal sealed record DevelopmentPerson(string Account, Text Name, Text Does, string Role, string? Source = null, string? Subject = null)
{
    public IEnumerable<Claim> Claims()
    {
        yield return new Claim("sub", Account);
        yield return new Claim("name", Name.Zh);
        yield return new Claim("roles", Role);
        if (Source is not null)
            yield return new Claim("source", Source);
        if (Subject is not null)
            yield return new Claim("subject", Subject);
    }
}

/// <summary>The people whom the development provider knows: at least one for each role, none of them real.</summary>
internal static class DevelopmentPeople
{
    /// <summary>The demonstration's source and an organisation of it with much on its file, so that these people find something.</summary>
    private const string DemonstrationSource = "DEMO";

    private static readonly string Organisation = new SyntheticOrganisations(new SyntheticOptions { EndDate = default }.Seed).CodeOf(82);

    public static IReadOnlyList<DevelopmentPerson> All { get; } =
    [
        new("dev-source", PeopleTexts.SourceName, PeopleTexts.SourceDoes, "source", Source: DemonstrationSource),
        new("dev-regulator", PeopleTexts.RegulatorName, PeopleTexts.RegulatorDoes, "source", "SCJG"),
        new("dev-commission", PeopleTexts.CommissionName, PeopleTexts.CommissionDoes, "source", "FGW"),
        new("dev-checker", PeopleTexts.CheckerName, PeopleTexts.CheckerDoes, "checker"),
        new("dev-reviewer", PeopleTexts.ReviewerName, PeopleTexts.ReviewerDoes, "reviewer"),
        new("dev-policy-author", PeopleTexts.AuthorName, PeopleTexts.AuthorDoes, "policy-author"),
        new("dev-policy-approver", PeopleTexts.ApproverName, PeopleTexts.ApproverDoes, "policy-approver"),
        new("dev-subject", PeopleTexts.SubjectName, PeopleTexts.SubjectDoes, "subject", Subject: Organisation),
        new("dev-auditor", PeopleTexts.AuditorName, PeopleTexts.AuditorDoes, "auditor"),
        new("dev-operator", PeopleTexts.OperatorName, PeopleTexts.OperatorDoes, "operator"),
    ];
}
