namespace CreditGrains.Domain.Feeds;

/// <summary>Numbers of persons that are looked for: those of the mainland always, others by the rulebook's jurisdiction.</summary>
[Flags]
public enum PersonalForms
{
    /// <summary>Resident-identity numbers of both lengths (GB 11643) and mobile numbers.</summary>
    Mainland = 1,

    /// <summary>National identity numbers (國民身分證) and resident certificates (居留證) of Taiwan.</summary>
    Taiwan = 2,
}
