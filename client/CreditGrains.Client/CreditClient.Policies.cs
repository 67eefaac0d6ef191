using System.Text;
using System.Text.Json;

namespace CreditGrains.Client;

// Rule change: policy versions, simulations, recomputation.
public sealed partial class CreditClient
{
    /// <summary>Policy versions in the order of their names, and the one in force.</summary>
    public Task<PolicyPage> PoliciesAsync(int limit = 100, string? cursor = null, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, $"v1/policies{Query(("limit", Number(limit)), ("cursor", cursor))}"), safe: true,
            CreditJson.Default.PolicyPage, cancellation);

    /// <summary>One version with text, history and the difference from another one, by default that in force.</summary>
    public Task<PolicyVersion> PolicyAsync(string version, string? against = null, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, $"v1/policies/{Escape(version)}{Query(("against", against))}"), safe: true,
            CreditJson.Default.PolicyVersion, cancellation);

    /// <summary>Hands in a new version; the text names it.</summary>
    /// <exception cref="CreditProblemException">Among others <c>policy-invalid</c>, with every mistake.</exception>
    public Task<PolicyVersion> DraftPolicyAsync(string text, string? note = null, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, $"v1/policies{Query(("note", note))}",
                Content(Encoding.UTF8.GetBytes(text), "application/yaml")),
            safe: false, CreditJson.Default.PolicyVersion, cancellation);

    /// <summary>Reads a text without keeping it: every mistake, and what would change.</summary>
    public Task<PolicyValidation> ValidatePolicyTextAsync(string text, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, "v1/policies:validate", Content(Encoding.UTF8.GetBytes(text), "application/yaml")), safe: true,
            CreditJson.Default.PolicyValidation, cancellation);

    /// <summary>Reads a stored version again against the rulebook of now.</summary>
    public Task<PolicyValidation> ValidatePolicyAsync(string version, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, $"v1/policies/{Escape(version)}:validate"), safe: true, CreditJson.Default.PolicyValidation,
            cancellation);

    /// <summary>Begins a simulation; it may be under way still when the server answers, see <see cref="SimulationAsync"/>.</summary>
    public Task<Simulation> SimulateAsync(string version, SimulationQuestion question, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(
                HttpMethod.Post, $"v1/policies/{Escape(version)}:simulate",
                Content(JsonSerializer.SerializeToUtf8Bytes(question, CreditJson.Default.SimulationQuestion), "application/json")),
            safe: false, CreditJson.Default.Simulation, cancellation);

    /// <summary>A simulation's progress, and once finished what it found.</summary>
    public Task<Simulation> SimulationAsync(string id, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, $"v1/simulations/{Escape(id)}"), safe: true, CreditJson.Default.Simulation, cancellation);

    /// <summary>As <see cref="SimulationAsync"/>, but as the server wrote it.</summary>
    public Task<byte[]> SimulationBytesAsync(string id, CancellationToken cancellation = default) =>
        SendBytesAsync(() => Request(HttpMethod.Get, $"v1/simulations/{Escape(id)}"), safe: true, cancellation);

    /// <summary>The simulations that are kept, the newest first, without what they found.</summary>
    public async Task<IReadOnlyList<Simulation>> SimulationsAsync(CancellationToken cancellation = default) => (await SendAsync(
        () => Request(HttpMethod.Get, "v1/simulations"), safe: true, CreditJson.Default.SimulationList, cancellation).ConfigureAwait(false))
        .Items;

    /// <summary>Makes a simulation again that was interrupted or cancelled or has failed, under its id.</summary>
    public Task<Simulation> StartSimulationAsync(string id, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, $"v1/simulations/{Escape(id)}:start"), safe: false, CreditJson.Default.Simulation, cancellation);

    /// <summary>Ends a simulation that is under way, on whichever node.</summary>
    public Task<Simulation> CancelSimulationAsync(string id, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, $"v1/simulations/{Escape(id)}:cancel"), safe: false, CreditJson.Default.Simulation,
            cancellation);

    /// <summary>Approves a draft: the second person.</summary>
    public Task<PolicyVersion> ApprovePolicyAsync(string version, string reason, CancellationToken cancellation = default) =>
        StepAsync(version, "approve", reason, cancellation);

    /// <summary>Takes a version back for good.</summary>
    public Task<PolicyVersion> WithdrawPolicyAsync(string version, string reason, CancellationToken cancellation = default) =>
        StepAsync(version, "withdraw", reason, cancellation);

    /// <summary>Takes back the next scheduled activation of a version.</summary>
    public Task<PolicyVersion> CancelPolicyAsync(string version, string reason, CancellationToken cancellation = default) =>
        StepAsync(version, "cancel", reason, cancellation);

    /// <summary>Puts an approved version in force.</summary>
    /// <exception cref="CreditProblemException">Among others <c>policy-confirmation-needed</c>, which names the number.</exception>
    public Task<PolicyActivation> ActivatePolicyAsync(
        string version, PolicyActivationCommand order, CancellationToken cancellation = default) =>
        ActivateAsync(version, "activate", order, cancellation);

    /// <summary>Puts a version in force again that was before.</summary>
    public Task<PolicyActivation> RollBackPolicyAsync(
        string version, PolicyActivationCommand order, CancellationToken cancellation = default) =>
        ActivateAsync(version, "rollback", order, cancellation);

    /// <summary>Runs, newest first.</summary>
    public Task<RecomputationPage> RecomputationsAsync(int limit = 20, string? cursor = null, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, $"v1/recomputations{Query(("limit", Number(limit)), ("cursor", cursor))}"), safe: true,
            CreditJson.Default.RecomputationPage, cancellation);

    /// <summary>One run; <c>newest</c> names the newest.</summary>
    public Task<Recomputation> RecomputationAsync(string run, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, $"v1/recomputations/{Escape(run)}"), safe: true, CreditJson.Default.Recomputation, cancellation);

    /// <summary>Recomputes all subjects under the rules in force.</summary>
    public Task<Recomputation> StartRecomputationAsync(string reason, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, "v1/recomputations", Reason(reason)), safe: false, CreditJson.Default.Recomputation,
                cancellation);

    /// <summary>Pauses, resumes or cancels a run.</summary>
    /// <param name="run">Which.</param>
    /// <param name="verb"><c>pause</c>, <c>resume</c> or <c>cancel</c>.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Recomputation> TurnRecomputationAsync(
        string run, string verb, string reason, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Post, $"v1/recomputations/{Escape(run)}:{verb}", Reason(reason)), safe: false,
            CreditJson.Default.Recomputation, cancellation);

    /// <summary>How much a run may take away from live requests.</summary>
    public Task<RecomputationThrottle> RecomputationThrottleAsync(CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(HttpMethod.Get, "v1/recomputations/throttle"), safe: true, CreditJson.Default.RecomputationThrottle,
                cancellation);

    /// <summary>Sets how much a run may take away from live requests.</summary>
    public Task<RecomputationThrottle> ThrottleRecomputationAsync(
        RecomputationThrottle throttle, CancellationToken cancellation = default) =>
        SendAsync(
            () => Request(
                HttpMethod.Put, "v1/recomputations/throttle",
                Content(JsonSerializer.SerializeToUtf8Bytes(throttle, CreditJson.Default.RecomputationThrottle), "application/json")),
            safe: true, CreditJson.Default.RecomputationThrottle, cancellation);

    private Task<PolicyVersion> StepAsync(string version, string verb, string reason, CancellationToken cancellation) => SendAsync(
        () => Request(HttpMethod.Post, $"v1/policies/{Escape(version)}:{verb}", Reason(reason)), safe: false,
        CreditJson.Default.PolicyVersion, cancellation);

    private Task<PolicyActivation> ActivateAsync(
        string version, string verb, PolicyActivationCommand order, CancellationToken cancellation) => SendAsync(
        () => Request(
            HttpMethod.Post, $"v1/policies/{Escape(version)}:{verb}",
            Content(JsonSerializer.SerializeToUtf8Bytes(order, CreditJson.Default.PolicyActivationCommand), "application/json")),
        safe: false, CreditJson.Default.PolicyActivation, cancellation);

    private static ReadOnlyMemoryContent Reason(string reason) =>
        Content(JsonSerializer.SerializeToUtf8Bytes(new StepReason(reason), CreditJson.Default.StepReason), "application/json");
}
