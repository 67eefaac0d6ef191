using CreditGrains.Engine.Subscriptions;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>Subscriptions.</summary>
/// <param name="Subscriptions">All of them, with how they stand.</param>
/// <param name="MayChange">The reader may make and change some.</param>
/// <param name="Deleted">The reader has just deleted one.</param>
public sealed record SubscriptionsModel(IReadOnlyList<SubscriptionStatus> Subscriptions, bool MayChange, bool Deleted);

/// <summary>The form for a subscription.</summary>
/// <param name="Typed">Address, organisations, grades, beginning and purpose as typed.</param>
/// <param name="Operation">Names this form: sent twice it makes one subscription.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record SubscriptionFormModel(SubscriptionTyped Typed, string Operation, IReadOnlyList<FieldError> Errors);

/// <summary>Fields of the form for a subscription, as typed.</summary>
/// <param name="Url">Address of the receiver.</param>
/// <param name="Subjects">Codes, one a line; empty for all.</param>
/// <param name="Grades">Grades with commas between; empty for all.</param>
/// <param name="After">From where: cursor or instant; empty for now.</param>
/// <param name="Purpose">Purpose.</param>
public sealed record SubscriptionTyped(string Url = "", string Subjects = "", string Grades = "", string After = "", string Purpose = "");

/// <summary>A subscription that was just made, with the key that is told once.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Its receiver.</param>
/// <param name="Secret">Key of the signatures.</param>
public sealed record SubscriptionMadeModel(string Id, string Url, string Secret);

/// <summary>One subscription.</summary>
/// <param name="Status">The subscription and its progress.</param>
/// <param name="MayChange">The reader may change it.</param>
/// <param name="After">As typed.</param>
/// <param name="Done">Step that the reader has just made; null for none.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record SubscriptionModel(
    SubscriptionStatus Status, bool MayChange, string After, Text? Done, IReadOnlyList<FieldError> Errors);
