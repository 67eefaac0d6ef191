using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Cases;

/// <summary>The party whose uploads are its own: the organisation, a source, or the platform.</summary>
public static class ProofParty
{
    /// <summary>Of an organisation the party's name begins so; bounds of a day are its own.</summary>
    internal const string OrganisationBegin = "subject:";

    /// <summary>Name of the party in whose place a caller acts on an organisation's cases.</summary>
    /// <exception cref="ArgumentException">The caller acts for nobody.</exception>
    public static string Of(CaseActor actor, SubjectId subject)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.IsSubject)
            return OrganisationBegin + subject.Value;
        if (actor.Source is { } source)
            return "source:" + source;
        return actor.IsPlatform ? "platform" : throw new ArgumentException("Nobody's place.", nameof(actor));
    }
}
