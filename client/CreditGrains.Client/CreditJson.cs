using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Client;

/// <summary>The wire's shapes, read and written without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FeedReceipt))]
[JsonSerializable(typeof(CheckQuestion))]
[JsonSerializable(typeof(CheckAnswer))]
[JsonSerializable(typeof(Assessment))]
[JsonSerializable(typeof(SubjectSummary))]
[JsonSerializable(typeof(SubjectPage))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(QuarantinePage))]
[JsonSerializable(typeof(PolicyPage))]
[JsonSerializable(typeof(PolicyVersion))]
[JsonSerializable(typeof(PolicyValidation))]
[JsonSerializable(typeof(PolicyActivation))]
[JsonSerializable(typeof(PolicyActivationOrder))]
[JsonSerializable(typeof(SimulationQuestion))]
[JsonSerializable(typeof(Simulation))]
[JsonSerializable(typeof(RecomputationPage))]
[JsonSerializable(typeof(Recomputation))]
[JsonSerializable(typeof(RecomputationThrottle))]
[JsonSerializable(typeof(StepReason))]
[JsonSerializable(typeof(InspectionPlanPage))]
[JsonSerializable(typeof(InspectionPlan))]
[JsonSerializable(typeof(InspectionPlanOrder))]
[JsonSerializable(typeof(InspectionPage))]
[JsonSerializable(typeof(InspectionVerification))]
[JsonSerializable(typeof(RulebookFiles))]
[JsonSerializable(typeof(RulebookJudgement))]
[JsonSerializable(typeof(RulebookProposal))]
[JsonSerializable(typeof(RulebookProposalPage))]
[JsonSerializable(typeof(RulebookApplied))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CreditJson : JsonSerializerContext;
