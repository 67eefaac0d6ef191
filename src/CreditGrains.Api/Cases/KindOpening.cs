using System.Globalization;
using CreditGrains.Domain.Procedures;

namespace CreditGrains.Api.Cases;

/// <summary>The facts that the bodies of listings, commitments, declarations and contracts bring.</summary>
internal static class KindOpening
{
    public static Dictionary<string, string> FactsOf(ListingBody body) => Facts(
        (CaseFacts.List, body.List), (CaseFacts.Basis, body.Basis), (CaseFacts.Authority, body.DecidingBody));

    public static Dictionary<string, string> FactsOf(CommitmentBody body) => Facts(
        (CaseFacts.Type, body.Type), (CaseFacts.Matter, body.Matter), (CaseFacts.Text, body.Text), (CaseFacts.AcceptedBy, body.AcceptedBy),
        (CaseFacts.DueOn, DateText(body.DueOn)));

    public static Dictionary<string, string> FactsOf(DeclarationBody body) => Facts(
        (CaseFacts.Class, body.Class), (CaseFacts.Title, body.Title), (CaseFacts.Content, body.Content),
        (CaseFacts.VerifiedBy, body.VerifiedBy), (CaseFacts.Text, body.Text), (CaseFacts.Until, DateText(body.Until)));

    public static Dictionary<string, string> FactsOf(ContractBody body, string party) => Facts(
        (CaseFacts.Party, party), ("contractNumber", body.ContractNumber), ("contractName", body.ContractName),
        ("contractType", body.ContractType), ("projectNumber", body.ProjectNumber), ("firstAddress", body.FirstAddress),
        ("secondAddress", body.SecondAddress), ("subjectMatter", body.SubjectMatter), ("specification", body.Specification),
        ("quantity", body.Quantity), ("unitPrice", body.UnitPrice), ("amount", body.Amount), ("signedOn", DateText(body.SignedOn)),
        ("announcedOn", DateText(body.AnnouncedOn)), (CaseFacts.DueOn, DateText(body.DueOn)), ("place", body.Place),
        ("method", body.Method), ("region", body.Region), ("industry", body.Industry), ("note", body.Note));

    /// <summary>Facts of a later step, by what the step means by them.</summary>
    public static Dictionary<string, string> FactsOf(CaseStepBody body, string? party) => Facts(
        (CaseFacts.DocumentNumber, body.DocumentNumber), (CaseFacts.Until, DateText(body.Until)), (CaseFacts.Basis, body.Basis),
        (CaseFacts.NotPerformed, body.NotPerformed), (CaseFacts.Consequences, body.Consequences), (CaseFacts.BreachParty, party),
        (CaseFacts.BreachReason, body.Grounds));

    private static string? DateText(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Facts(params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var given = new Dictionary<string, string>();
        foreach (var (name, value) in facts)
        {
            if (!string.IsNullOrWhiteSpace(value))
                given[name] = value;
        }

        return given;
    }
}
