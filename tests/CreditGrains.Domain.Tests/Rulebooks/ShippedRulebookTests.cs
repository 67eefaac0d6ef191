using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

public sealed class ShippedRulebookTests
{
    public static TheoryData<string> Shipped => [.. RulebookTexts.Shipped];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Shipped_rulebook_has_no_mistakes(string name) => Assert.Equal(name, RulebookTexts.Load(RulebookTexts.OfShipped(name)).Id);
}
