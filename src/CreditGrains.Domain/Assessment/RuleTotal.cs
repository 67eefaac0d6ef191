namespace CreditGrains.Domain.Assessment;

/// <summary>Total of the records under one rule on one day.</summary>
internal struct RuleTotal
{
    /// <summary>Contributions in milli-points, before repetition and clamp.</summary>
    public Int128 Sum;

    /// <summary>Records with a weight other than 0.</summary>
    public int Weighty;

    /// <summary>Records that the rule sees, at whatever weight.</summary>
    public int Present;

    public void Add(CompiledRule rule, int weight, Int128 points) => Change(rule, weight, points, 1);

    public void Remove(CompiledRule rule, int weight, Int128 points) => Change(rule, weight, points, -1);

    private void Change(CompiledRule rule, int weight, Int128 points, int sign)
    {
        Present += sign;
        if (weight == 0)
            return;
        Weighty += sign;
        if (rule.Type == RuleType.Indicator)
            Sum += sign * CompiledRule.Contribution(points, weight);
    }
}

/// <summary>The next days on which something changes by itself.</summary>
internal struct NextDays
{
    /// <summary>Anything in the assessment.</summary>
    public int Assessed = RecordEntry.Never;

    /// <summary>Anything else that a check looks at.</summary>
    public int Checked = RecordEntry.Never;

    public NextDays()
    {
    }

    public readonly int Of(CompiledRule rule) => rule.IsAssessed ? Assessed : Checked;

    public void Include(CompiledRule rule, int day)
    {
        if (rule.IsAssessed)
            Assessed = Math.Min(Assessed, day);
        else
            Checked = Math.Min(Checked, day);
    }
}
