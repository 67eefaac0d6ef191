using CreditGrains.Engine.Changes;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Request for a subscription.</summary>
/// <param name="Url">Where.</param>
/// <param name="Types">Types of CloudEvents, or <c>*</c> for all; none for grades and steps of cases.</param>
/// <param name="Subjects">Normalised codes; none for all.</param>
/// <param name="Grades">Grades that are come into or left; none for all.</param>
/// <param name="From">After this; null from now on.</param>
/// <param name="Actor">Caller.</param>
/// <param name="Purpose">Purpose.</param>
/// <param name="Operation">Names the command: asked for again under the same name, it is the same subscription. Null for none.</param>
public sealed record SubscriptionCommand(
    string Url, IReadOnlyList<string> Types, IReadOnlyList<string> Subjects, IReadOnlyList<string> Grades, ChangeCursor? From,
    string Actor, string Purpose, string? Operation = null);
