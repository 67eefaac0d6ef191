using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Checks;

/// <summary>Result of giving feedback: one of both is there.</summary>
/// <param name="Feedback">The revision that was stored.</param>
/// <param name="Rejection">Why nothing was stored.</param>
public sealed record FeedbackResult(StoredFeedback? Feedback, Rejection? Rejection);
