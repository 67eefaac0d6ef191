using System.Text.Json;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;

namespace CreditGrains.Api.Authorization;

/// <summary>
/// Records whom an answer names before it is given (I9): for answers that are not about one subject and name some all the same, such as
/// rejected lines or subjects that a run has set aside.
/// </summary>
internal sealed class ShownSubjects(CreditEngine engine, SubjectCodes codes)
{
    /// <param name="subjects">Organisations that the answer names; each is recorded once.</param>
    /// <param name="operation">Operation, for the access log.</param>
    /// <param name="reference">Of what.</param>
    /// <param name="context">Request with the caller and the purpose.</param>
    public async ValueTask RecordAsync(IEnumerable<SubjectId> subjects, string operation, string? reference, HttpContext context)
    {
        var caller = Caller.Of(context);
        string? purpose = null;
        foreach (var subject in subjects.Distinct())
        {
            purpose ??= AccessPurpose.Of(context, caller);
            await engine.Access.RecordAsync(caller.Actor, purpose, operation, subject, reference, context.RequestAborted);
        }
    }

    /// <summary>The subjects that runs have set aside.</summary>
    public ValueTask RecordAsync(IEnumerable<RecomputationRun> runs, HttpContext context) =>
        RecordAsync(runs.SelectMany(run => run.Poison).Select(poison => new SubjectId(poison.Subject)), "recomputation", null, context);

    /// <summary>Organisation that a line names; null for a line that cannot be read.</summary>
    public SubjectId? SubjectOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("subject"u8))
                    continue;
                return reader.Read() && reader.TokenType == JsonTokenType.String && codes.TryRead(reader.GetString()!, out var subject)
                    ? subject : null;
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // No JSON, or a text that is none.
        }

        return null;
    }
}
