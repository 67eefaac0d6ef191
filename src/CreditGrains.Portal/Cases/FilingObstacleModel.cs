using CreditGrains.Portal.Components;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>The page in the place of a form that cannot be sent today.</summary>
/// <param name="Title">Heading of the form.</param>
/// <param name="Above">The pages above it.</param>
/// <param name="Organisation">Name of the organisation.</param>
/// <param name="Obstacle">Why nothing can be filed, whatever is answered.</param>
public sealed record FilingObstacleModel(Text Title, IReadOnlyList<Crumb> Above, Text Organisation, Text Obstacle);
