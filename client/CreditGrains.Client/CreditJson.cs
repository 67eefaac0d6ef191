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
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CreditJson : JsonSerializerContext;
