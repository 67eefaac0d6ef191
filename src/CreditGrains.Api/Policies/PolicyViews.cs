using System.Text;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Policies;

/// <summary>Policy versions as they are shown.</summary>
internal sealed class PolicyViews(CreditEngine engine)
{
    private const int EventsPage = 1000;

    public async Task<KnownPolicy> FindAsync(string version, CancellationToken cancellation, string pointer = "") =>
        await engine.Policies.FindAsync(version, cancellation)
        ?? throw new RequestRefusedException(ErrorCatalogue.UnknownPolicy, pointer, version);

    /// <summary>The evaluator of a version that must load.</summary>
    public async Task<Evaluator> EvaluatorAsync(string version, string pointer, CancellationToken cancellation)
    {
        var known = await FindAsync(version, cancellation, pointer);
        return known.Evaluator ?? throw PolicyTexts.Refused(known.Mistakes);
    }

    public PolicySummaryResponse Summary(PolicyVersion version) => new(
        version.Version, WordOf(engine.Policies.StateOf(version)), version.Digest, version.Author, version.CreatedAt, version.Note,
        DecisionResponse.Of(version.Approval), DecisionResponse.Of(version.Withdrawal), InForceFrom(version.Version));

    /// <inheritdoc cref="PolicyService.TagOf"/>
    public string TagOf(PolicyVersion version) => engine.Policies.TagOf(version);

    public async Task<PolicyVersionResponse> WholeAsync(KnownPolicy known, string? against, string language, CancellationToken cancellation)
    {
        var version = known.Version;
        var other = string.IsNullOrEmpty(against) ? engine.Policies.InForce : against;
        var compared = await EvaluatorAsync(other, "/query/against", cancellation);

        // At once: neither needs what the other finds.
        var (effectOf, historyOf) = (
            engine.Policies.EffectAsync(version.Version, at: null, cancellation), HistoryAsync(version.Version, cancellation));
        await Task.WhenAll(effectOf, historyOf);
        var effect = await effectOf;
        var summary = Summary(version);
        return new PolicyVersionResponse
        {
            Version = version.Version,
            State = summary.State,
            Digest = version.Digest,
            Author = version.Author,
            CreatedAt = version.CreatedAt,
            Note = version.Note,
            Approval = summary.Approval,
            Withdrawal = summary.Withdrawal,
            InForceFrom = summary.InForceFrom,
            Text = version.Text,
            Mistakes = [.. known.Mistakes.Select(MistakeResponse.Of)],
            Against = other,
            Differences = known.Evaluator is { } evaluator ? Differences(compared, evaluator, language) : [],
            Effect = effect is null ? null : EffectResponse.Of(effect),
            History = await historyOf,
        };
    }

    public PolicyValidation Validated(PolicyReading reading, string language)
    {
        var inForce = engine.Evaluator;
        return new PolicyValidation(
            reading.Rulebook is not null, reading.Rulebook?.Policy.Version, [.. reading.Mistakes.Select(MistakeResponse.Of)],
            inForce.Policy.Version,
            reading.Rulebook is { } rulebook
                ? [.. PolicyDiff.Between(inForce.Policy, rulebook.Policy).Select(difference => DifferenceResponse.Of(difference, language))]
                : []);
    }

    public static string WordOf(PolicyState state) => state.ToString().ToLowerInvariant();

    private static IReadOnlyList<DifferenceResponse> Differences(Evaluator old, Evaluator @new, string language) =>
        [.. PolicyDiff.Between(old.Policy, @new.Policy).Select(difference => DifferenceResponse.Of(difference, language))];

    private DateTimeOffset? InForceFrom(string version) => engine.Policies.Timeline.Activations
        .LastOrDefault(activation => activation.Version == version && activation.Cancelled is null)?.At;

    private async Task<IReadOnlyList<PolicyStepResponse>> HistoryAsync(string version, CancellationToken cancellation)
    {
        var steps = await Task.WhenAll(StepsAsync(version, version, cancellation), StepsAsync(null, version, cancellation));
        return [.. steps.SelectMany(found => found).OrderBy(step => step.Number)];
    }

    /// <summary>Steps of a version among the events of a document; null for those of no document of their own.</summary>
    private async Task<List<PolicyStepResponse>> StepsAsync(string? document, string version, CancellationToken cancellation)
    {
        var steps = new List<PolicyStepResponse>();
        for (var after = 0L; ;)
        {
            var page = await engine.Policies.EventsAsync(document, after, EventsPage, cancellation);
            steps.AddRange(page.Select(StepOf).Where(step => step.Version == version).Select(step => step.Step));
            if (page.Count < EventsPage)
                return steps;
            after = page[^1].Number;
        }
    }

    private static (string Version, PolicyStepResponse Step) StepOf(ControlEvent @event)
    {
        var step = PolicyDocument.ReadEvent(Encoding.UTF8.GetBytes(@event.Act.Data));
        return (step.Version, new PolicyStepResponse(@event.Number, @event.Act.Action, step.Actor, step.At, step.Reason, step.Detail));
    }
}
