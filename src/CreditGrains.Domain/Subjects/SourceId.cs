namespace CreditGrains.Domain.Subjects;

/// <summary>Identifier of a reporting department or body (信源单位), as its credentials state it.</summary>
public readonly record struct SourceId(string Value)
{
    /// <summary>The platform itself: the source of procedures such as objections and repairs.</summary>
    public static readonly SourceId Platform = new("platform");

    public override string ToString() => Value;
}
