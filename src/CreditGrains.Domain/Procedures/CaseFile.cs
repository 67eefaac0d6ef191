using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// A case after a step: everything that the next step is judged by. Each revision of the case's record holds it whole, so that the newest
/// one is enough.
/// </summary>
public sealed record CaseFile
{
    /// <summary>Most records in one application.</summary>
    public const int RecordsMax = 20;

    /// <summary>Of how many newest steps a case knows the operations.</summary>
    public const int OperationsMax = 8;

    /// <summary>After so many steps none that repeats is taken any more (I13).</summary>
    public const int StepsMax = 60;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public required CaseKind Kind { get; init; }

    public required CaseState State { get; init; }

    public required DateOnly OpenedOn { get; init; }

    /// <summary>The day of the step that closed it; null while it is open.</summary>
    public DateOnly? ClosedOn { get; init; }

    /// <summary>Subject or source.</summary>
    public required CaseRoles FiledBy { get; init; }

    public required IReadOnlyList<CaseRecord> Records { get; init; }

    /// <summary>Of an objection.</summary>
    public string? Grounds { get; init; }

    public string? Statement { get; init; }

    /// <summary>Values that the record should have, by field.</summary>
    public IReadOnlyDictionary<string, string>? Expected { get; init; }

    /// <summary>Whether the source agrees; null before it has answered.</summary>
    public bool? Upheld { get; init; }

    /// <summary>The source's reasons.</summary>
    public string? Answer { get; init; }

    /// <summary>The department that acts beside the sources of the records; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>Of open cases of a kind and subject there is one with a key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Facts by the names of <see cref="CaseFacts"/>.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Measures that the notice names.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>The record that the case has made; null for none.</summary>
    public CaseRecord? Made { get; init; }

    /// <summary>The first day on which that record does not hold any longer; null for none.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How many states of the contract the other party's file must have been told.</summary>
    public int MirrorWanted { get; init; }

    /// <summary>Of those, how many it is known to have.</summary>
    public int MirrorDone { get; init; }

    /// <summary>Code of the error for which the other party's file has refused the record; null where it was not refused.</summary>
    public string? MirrorFault { get; init; }

    /// <summary>Field-level old and new values of a correction.</summary>
    public IReadOnlyList<CaseChange> Changes { get; init; } = [];

    /// <summary>The last decision; null before the first, and while a rejection is reviewed.</summary>
    public CaseOutcome? Outcome { get; init; }

    /// <summary>
    /// The same, of cases of former builds too, which kept the first decision when an entry was removed or revoked, or a plan carried out.
    /// </summary>
    [JsonIgnore]
    public CaseOutcome? LastOutcome => this switch
    {
        { State: CaseState.Removed, Outcome: CaseOutcome.Listed } => CaseOutcome.RemovedFromList,
        { State: CaseState.Revoked, Outcome: CaseOutcome.Listed } => CaseOutcome.Revoked,
        { Kind: CaseKind.Repair, State: CaseState.Closed, Outcome: CaseOutcome.Granted } => CaseOutcome.PlanFulfilled,
        _ => Outcome,
    };

    /// <summary>Of that decision; of a case that was ended without one, of its last step.</summary>
    public string? Reason { get; init; }

    /// <summary>Day of that decision; null where there is none, and of one of a former build.</summary>
    public DateOnly? DecidedOn { get; init; }

    public bool IsReviewed { get; init; }

    /// <summary>Returned for completion, which happens once.</summary>
    public bool WasReturned { get; init; }

    /// <summary>Of a repair: <c>bankruptcy</c>; null for the usual way.</summary>
    public string? Route { get; init; }

    /// <summary>Of a bankruptcy: the number of the court's ruling that approves the plan.</summary>
    public string? Ruling { get; init; }

    /// <summary>Of a repair that another site has made.</summary>
    public CaseOrigin? Origin { get; init; }

    /// <summary>After false materials: the first day on which the organisation may apply again.</summary>
    public DateOnly? BanUntil { get; init; }

    /// <summary>Law and article of the ban, from the rulebook.</summary>
    public string? BanBasis { get; init; }

    public IReadOnlyList<CaseClock> Clocks { get; init; } = [];

    public IReadOnlyList<CaseMark> Marks { get; init; } = [];

    /// <summary>Number of the newest record that the case has made beside its own.</summary>
    public int LastMark { get; init; }

    /// <summary>
    /// Operations of the newest steps, the newest last, by which a command sent again is known though other steps have followed; none in
    /// what former builds have stored.
    /// </summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>Files that steps have brought, in their order.</summary>
    public IReadOnlyList<CaseProof> Proofs { get; init; } = [];

    /// <summary>The same case for readers who may not open its files: numbers stand for names, which may be those of people.</summary>
    public CaseFile WithoutProofNames() => this with
    {
        Proofs = [.. Proofs.Select((proof, place) => proof with { Name = (place + 1).ToString(CultureInfo.InvariantCulture) })],
    };

    /// <summary>Effects of the case on records so far.</summary>
    public IReadOnlyList<CaseEffect> Effects { get; init; } = [];

    /// <summary>Whether something is still to be done.</summary>
    [JsonIgnore]
    public bool IsOpen => !IsEnd(State) || MirrorWanted > MirrorDone;

    /// <summary>Sources that take part: of its records, and the department that acts.</summary>
    [JsonIgnore]
    public IEnumerable<string> Sources =>
        Records.Select(record => record.Source).Concat(Body is { } body ? [body] : Array.Empty<string>()).Distinct();

    /// <summary>Records whose content a step may need.</summary>
    [JsonIgnore]
    public IEnumerable<RecordId> Targets =>
        Records.Select(record => record.Record).Concat(Made is { } made ? [made.Record] : Array.Empty<RecordId>());

    [JsonIgnore]
    public IEnumerable<CaseClock> Running => Clocks.Where(clock => clock.Ended is null);

    /// <summary>
    /// The running deadline that comes first, of an owner or (empty) of all. The department that acts has the organisation's as well: on
    /// its due day a commitment or contract is that department's to assess. A period that must only pass is none: once it has passed it
    /// would hide the real one.
    /// </summary>
    public CaseClock? FirstDue(string owner = "") => First(clock => owner.Length == 0 || clock.Owner == owner
        || (owner == Body && clock.Owner == CaseDefinition.Organisation));

    /// <summary>The same, without those that an owner only watches.</summary>
    public CaseClock? FirstOwn(string owner) => First(clock => clock.Owner == owner);

    private CaseClock? First(Func<CaseClock, bool> isMeant) => Running.Where(clock => !clock.Waits && isMeant(clock))
        .OrderBy(clock => clock.Due).ThenBy(clock => clock.Clock, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>
    /// Whether what was decided still holds, or waits for a later step of the department: an entry of a list, a verified declaration, a
    /// commitment or contract that is not settled, a repair that was granted. Such a case may be open or closed.
    /// </summary>
    [JsonIgnore]
    public bool IsInForce => MayBeInForce(Kind, State)
        && (Kind != CaseKind.Repair || Records.Any(each => each.Outcome == CaseOutcome.Granted) && Outcome != CaseOutcome.PlanFailed);

    /// <summary>Whether a case in a state may be in force.</summary>
    public static bool MayBeInForce(CaseKind kind, CaseState state) => state switch
    {
        CaseState.Listed or CaseState.Verified or CaseState.InPerformance or CaseState.Breached or CaseState.Rectifying
            or CaseState.Supervised or CaseState.InPlan => true,
        CaseState.Accepted or CaseState.Performed => kind == CaseKind.Commitment,
        CaseState.Decided or CaseState.Closed => kind == CaseKind.Repair,
        _ => false,
    };

    /// <summary>
    /// Of a case in force: the day from which it has expired, else the day by which the organisation must perform; null for none.
    /// </summary>
    [JsonIgnore]
    public DateOnly? HoldsUntil => Until ?? FirstOwn(CaseDefinition.Organisation)?.Due;

    /// <summary>Whether a case waits for nobody in a state; some may still be removed, revoked, reviewed or closed.</summary>
    public static bool IsEnd(CaseState state) => state is CaseState.Decided or CaseState.Closed or CaseState.Withdrawn or CaseState.Banned
        or CaseState.Listed or CaseState.Removed or CaseState.Revoked or CaseState.Performed or CaseState.Verified or CaseState.Refuted;

    /// <summary>
    /// The state on a day: what was listed, verified, or declared and not verified yet, until a day has expired from then on, with no step
    /// (I5).
    /// </summary>
    public CaseState StateOn(DateOnly day) => Until <= day && MayExpire(Kind, State) ? CaseState.Expired : State;

    /// <summary>Whether a case in a state expires once its term has passed.</summary>
    public static bool MayExpire(CaseKind kind, CaseState state) => state is CaseState.Listed or CaseState.Verified
        || (kind == CaseKind.Declaration && state is CaseState.Submitted or CaseState.Verifying);

    public string? Fact(string name) => Facts.GetValueOrDefault(name);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="InvalidDataException">The content is none of a case.</exception>
    public static CaseFile Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<CaseFile>(json, Json) ?? throw new InvalidDataException("An empty case.");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException("Not a case's content.", fault);
        }
    }

    /// <summary>The case that a journaled revision of kind <see cref="CaseKinds.Case"/> holds.</summary>
    /// <exception cref="InvalidDataException">The payload is no case's.</exception>
    public static CaseFile OfPayload(ReadOnlySpan<byte> payload) => Parse(CaseKinds.ContentOf(payload));
}

/// <summary>A record of a case, and what its body decided.</summary>
/// <param name="Source">The source that reported it, which alone decides on its repair.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Outcome">Of a repair; null while it is not decided.</param>
/// <param name="Reason">Of that decision.</param>
public sealed record CaseRecord(string Source, string Id, CaseOutcome? Outcome = null, string? Reason = null)
{
    [JsonIgnore]
    public RecordId Record => new(new SourceId(Source), Id);
}

/// <summary>Where a repair was made that is taken over.</summary>
/// <param name="Site">Name or address of the site; 1 to 200 characters.</param>
/// <param name="Number">The number of its decision; 1 to 100 characters.</param>
/// <param name="RepairedOn">Date of its decision.</param>
public sealed record CaseOrigin(string Site, string Number, DateOnly RepairedOn);

/// <summary>One field's old and new value; null for none.</summary>
public sealed record CaseChange(string Field, JsonElement? Old = null, JsonElement? New = null);

/// <summary>A mark that the case has put on a record, as a record of its own.</summary>
/// <param name="Number">The n-th of the case.</param>
/// <param name="Kind"><c>disputed</c>, <c>suspended</c> or <c>plan</c>.</param>
/// <param name="From">First day.</param>
/// <param name="Ended">First day after it; null while it holds.</param>
/// <param name="Source">Source of its record; null for the one record of an objection.</param>
/// <param name="Id">Id of its record; likewise.</param>
public sealed record CaseMark(
    int Number, string Kind, DateOnly From, DateOnly? Ended = null, string? Source = null, string? Id = null);

/// <summary>An effect on a record, told with the case.</summary>
/// <param name="Effect">
/// <c>disputed</c>, <c>cleared</c>, <c>suspended</c>, <c>resumed</c>, <c>corrected</c>, <c>withdrawn</c>, <c>publicity-ended</c>,
/// <c>repaired</c>, <c>plan-begun</c>, <c>plan-failed</c>, <c>recorded</c> (the case's own record), <c>listed</c>, <c>removed</c>,
/// <c>revoked</c>, <c>mirrored</c>.
/// </param>
/// <param name="Source">The record's source.</param>
/// <param name="Id">The record's id.</param>
/// <param name="On">Since when.</param>
/// <param name="Revision">The record's revision that the platform made; null where it made none.</param>
/// <param name="NextRevision">The least revision that the source's next report of the record must carry.</param>
public sealed record CaseEffect(
    string Effect, string Source, string Id, DateOnly On, int? Revision = null, int? NextRevision = null);
