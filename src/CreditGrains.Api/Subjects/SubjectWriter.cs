using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Api.Subjects;

/// <summary>Writes one subject as <c>GET /v1/subjects/{id}</c> does.</summary>
internal static class SubjectWriter
{
    private static readonly JsonSerializerOptions Options =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static SubjectOverview Overview(SubjectView view, string token, string language)
    {
        var description = view.Description;
        var policy = view.Evaluator.Policy;
        return new SubjectOverview(
            view.Subject.Value, description?.Name, description?.Region, description?.Industry, description?.Status, view.AsOf,
            new PolicyName(policy.Id, policy.Version), view.Grade is not null,
            view.Summary.ScoreMilli is { } score ? Requests.WireNames.Points(score) : null, view.Grade, view.Summary.NextChange,
            ExternalGrades.Of(view, language), PackedRecords.Count(view.State), view.Summary.Known, token)
        {
            Warnings = WarningsOf(view, language),
        };
    }

    private static List<WarningResponse>? WarningsOf(SubjectView view, string language)
    {
        var warnings = view.Evaluator.EffectsOf(view.Summary).Warnings;
        return warnings.Count == 0 ? null
            : [.. warnings.Select(id => new WarningResponse(id, view.Evaluator.Rulebook.Warnings[id].Title.In(language)))];
    }

    public static byte[] Write(SubjectView view, CreditEngine engine, TimeProvider time, string language) =>
        JsonSerializer.SerializeToUtf8Bytes(
            Overview(view, Token.Text(engine.Store.Incarnation, time.GetUtcNow(), view.Shard, view.Position), language), Options);
}
