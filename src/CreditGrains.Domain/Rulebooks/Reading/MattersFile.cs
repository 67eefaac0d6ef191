namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Content of <c>matters.yaml</c>.</summary>
/// <param name="All">Matters by name.</param>
/// <param name="Purposes">Purposes by name.</param>
internal sealed record MattersFile(IReadOnlyDictionary<string, Matter> All, IReadOnlyDictionary<string, Purpose> Purposes)
{
    public static readonly MattersFile Empty = new(new Dictionary<string, Matter>(), new Dictionary<string, Purpose>());
}
