namespace CreditGrains.Domain.Assessment;

/// <summary>An early warning with its rules resolved: it is on while a rule's total says so.</summary>
/// <param name="Id">Id of the warning.</param>
/// <param name="Rule">Index of the rule whose total it looks at.</param>
/// <param name="AtLeast">On from so many records that the rule sees; 0 for one that looks at weighty records.</param>
/// <param name="Exactly">On at exactly so many records with a weight; with <paramref name="AtLeast"/> 0.</param>
internal readonly record struct CompiledWarning(string Id, int Rule, int AtLeast, int Exactly)
{
    public bool IsOn(in RuleTotal total) => AtLeast > 0 ? total.Present >= AtLeast : total.Weighty == Exactly;
}
