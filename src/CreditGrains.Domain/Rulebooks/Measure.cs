namespace CreditGrains.Domain.Rulebooks;

/// <summary>An entry of the published measure list (失信惩戒措施清单 / 守信激励措施清单).</summary>
public sealed record Measure
{
    public required string Id { get; init; }

    public required LocalisedText Title { get; init; }

    public required LocalisedText Content { get; init; }

    public required MeasureClass Class { get; init; }

    /// <summary>Organisations that the measure applies to (惩戒对象).</summary>
    public required LocalisedText AppliesTo { get; init; }

    /// <summary>Legal basis (法规政策依据); a measure without one does not load.</summary>
    public required string Basis { get; init; }

    /// <summary>The body that applies it (实施主体); empty in a draft, which nothing may use.</summary>
    public required string Implementer { get; init; }

    /// <summary>Whether the implementer must apply it, or may.</summary>
    public bool Mandatory { get; init; }

    /// <summary>First and last day on which the basis is in force; null for unbounded.</summary>
    public DateOnly? ValidFrom { get; init; }

    public DateOnly? ValidUntil { get; init; }

    /// <summary>
    /// Day on which the list was published with this measure; null where it always was. An unpublished measure may not be applied
    /// (上海市社会信用条例 第三十二条, 浙江省公共信用信息管理条例 第二十八条), so it is in force on no day before.
    /// </summary>
    public DateOnly? PublishedOn { get; init; }

    /// <summary>First day on which it may be in force: its basis holds and it is published; null for unbounded.</summary>
    public DateOnly? FirstDay => PublishedOn > ValidFrom || ValidFrom is null ? PublishedOn : ValidFrom;

    /// <summary>Whether its basis has ended by a day.</summary>
    public bool HasLapsed(DateOnly day) => ValidUntil < day;

    /// <summary>Whether a day comes before its publication.</summary>
    public bool IsUnpublished(DateOnly day) => PublishedOn > day;
}

/// <summary>Class of a measure.</summary>
public enum MeasureClass : byte
{
    /// <summary>惩戒: reduces rights or adds duties; only a decided record may cause it.</summary>
    Restraint,

    /// <summary>激励.</summary>
    Incentive,

    /// <summary>监管.</summary>
    Supervision,

    /// <summary>提示.</summary>
    Notice,
}
