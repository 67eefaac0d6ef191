using System.Text.Json;

namespace CreditGrains.Client;

// Graded supervision: inspection plans.
public sealed partial class CreditClient
{
    /// <summary>
    /// Draws an inspection plan; it never changes afterwards. Over very many subjects it may be under way still when the server answers,
    /// see <see cref="InspectionPlan.State"/>: ask again with <see cref="InspectionPlanAsync"/>.
    /// </summary>
    public Task<InspectionPlan> DrawInspectionsAsync(InspectionPlanCommand order, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Post, "v1/inspection-plans",
            Content(JsonSerializer.SerializeToUtf8Bytes(order, CreditJson.Default.InspectionPlanCommand), "application/json")),
        safe: false, CreditJson.Default.InspectionPlan, cancellation);

    /// <summary>Plans in the order of their names.</summary>
    public Task<InspectionPlanPage> InspectionPlansAsync(
        int limit = 100, string? cursor = null, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/inspection-plans{Query(("limit", Number(limit)), ("cursor", cursor))}"), safe: true,
        CreditJson.Default.InspectionPlanPage, cancellation);

    /// <summary>One plan.</summary>
    public Task<InspectionPlan> InspectionPlanAsync(string plan, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/inspection-plans/{Escape(plan)}"), safe: true, CreditJson.Default.InspectionPlan, cancellation);

    /// <summary>A plan's inspections with their results, in the order drawn.</summary>
    public Task<InspectionPage> InspectionsAsync(
        string plan, int limit = 100, string? cursor = null, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Get, $"v1/inspection-plans/{Escape(plan)}/inspections{Query(("limit", Number(limit)), ("cursor", cursor))}"),
        safe: true, CreditJson.Default.InspectionPage, cancellation);

    /// <summary>All of a plan's inspections as CSV.</summary>
    public Task<byte[]> InspectionsCsvAsync(string plan, CancellationToken cancellation = default) => SendBytesAsync(
        () =>
        {
            var request = Request(HttpMethod.Get, $"v1/inspection-plans/{Escape(plan)}/inspections");
            request.Headers.Accept.ParseAdd("text/csv");
            return request;
        },
        safe: true, cancellation);

    /// <summary>Repeats the draw from the journal and compares.</summary>
    public Task<InspectionVerification> VerifyInspectionsAsync(string plan, CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, $"v1/inspection-plans/{Escape(plan)}:verify"), safe: true,
        CreditJson.Default.InspectionVerification, cancellation);
}
