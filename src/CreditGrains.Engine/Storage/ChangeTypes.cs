namespace CreditGrains.Engine.Storage;

/// <summary>
/// Types of changes, as stored; <see cref="TypeBegin"/> before them makes the type of the CloudEvent. A closed set: nothing else
/// is written to the outbox.
/// </summary>
public static class ChangeTypes
{
    /// <summary>Types of CloudEvents begin so; then comes the change's own type.</summary>
    public const string TypeBegin = "creditgrains.subject.";

    public const string Grade = "grade";
    public const string Case = "case";
    public const string RecordArrived = "record.arrived";
    public const string RecordRevised = "record.revised";
    public const string RecordWithdrawn = "record.withdrawn";
    public const string MeasureBegun = "measure.begun";
    public const string MeasureEnded = "measure.ended";
    public const string ListEntered = "list.entered";
    public const string ListLeft = "list.left";
    public const string PublicityBegun = "publicity.begun";
    public const string PublicityEnded = "publicity.ended";
    public const string Warning = "warning";

    /// <summary>Stands for every type where types are asked for.</summary>
    public const string Every = "*";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Grade, Case, RecordArrived, RecordRevised, RecordWithdrawn, MeasureBegun, MeasureEnded, ListEntered, ListLeft, PublicityBegun,
        PublicityEnded, Warning,
    ];

    /// <summary>
    /// Meant where no type is named: those that there were before the others came, so that readers of then are told no more than they know.
    /// </summary>
    public static IReadOnlyList<string> Usual { get; } = [Grade, Case];

    /// <summary>Whether a type is wanted by a list of types of CloudEvents.</summary>
    /// <param name="asked">Full types, or <see cref="Every"/>; none for <see cref="Usual"/>.</param>
    /// <param name="type">As stored.</param>
    public static bool AreWanted(IReadOnlyList<string> asked, string type)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(type);
        if (asked.Count == 0)
            return Usual.Contains(type, StringComparer.Ordinal);
        foreach (var each in asked)
        {
            if (each == Every || (each.Length == TypeBegin.Length + type.Length
                && each.StartsWith(TypeBegin, StringComparison.Ordinal) && each.EndsWith(type, StringComparison.Ordinal)))
                return true;
        }

        return false;
    }
}
