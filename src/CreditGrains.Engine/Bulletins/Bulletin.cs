using System.Text.Json.Serialization;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.Bulletins;

/// <summary>
/// The bulletin of a month (通报): counted day by day while it is open; once issued, nothing of it changes any more. Later corrections stand
/// beside it (<see cref="BulletinCorrections"/>).
/// </summary>
public sealed record Bulletin
{
    /// <summary><c>2026-11</c>.</summary>
    public required string Month { get; init; }

    /// <summary>Legal date of the last counting.</summary>
    public required DateOnly CountedOn { get; init; }

    public required DateTimeOffset CountedAt { get; init; }

    /// <summary>Organisations stored at that time: those that have a code.</summary>
    public required long CodedSubjects { get; init; }

    /// <summary>By source in ordinal order; at most <see cref="BulletinService.DepartmentsMax"/>.</summary>
    public IReadOnlyList<DepartmentBulletin> Departments { get; init; } = [];

    /// <summary>SHA-256 in hex, chained over the pieces of rows in order: what was issued can be compared with what is shown.</summary>
    public string RowsDigest { get; init; } = "";

    /// <summary>Null while it is open.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    public string? IssuedBy { get; init; }

    public string? Reason { get; init; }

    [JsonIgnore]
    public bool IsIssued => IssuedAt is not null;

    /// <summary>重错码率: lines with a wrong code and decisions reported twice, of the organisations that have a code.</summary>
    [JsonIgnore]
    public ScoreRate CodeFaults => new(
        Departments.Sum(each => each.Score.Of(BulletinClasses.WrongCode) + each.Score.Of(BulletinClasses.Duplicate)), CodedSubjects);
}

/// <summary>One department in a bulletin.</summary>
/// <param name="Source">The department; <c>*</c> for all beyond the most that are counted each for itself.</param>
/// <param name="Score">Its figures.</param>
/// <param name="Pieces">Where its rows are.</param>
public sealed record DepartmentBulletin(string Source, DepartmentScore Score, IReadOnlyList<BulletinPiece> Pieces);

/// <summary>A piece of rows of one department and month.</summary>
/// <param name="Number">Its number among all pieces.</param>
/// <param name="Rows">How many rows it has.</param>
public sealed record BulletinPiece(int Number, int Rows);

/// <summary>A department's own count of its decisions of a month.</summary>
/// <param name="Counts">By kind.</param>
/// <param name="Note">How it was counted; null for none.</param>
/// <param name="Actor">Caller, from the credentials.</param>
/// <param name="At">When.</param>
public sealed record DecisionCount(IReadOnlyDictionary<string, long> Counts, string? Note, string Actor, DateTimeOffset At);

/// <summary>Later corrections of an issued month.</summary>
/// <param name="Total">How many corrections.</param>
/// <param name="Rows">The first of them.</param>
public sealed record BulletinCorrections(long Total, IReadOnlyList<BulletinRow> Rows)
{
    /// <summary>Most corrections kept one by one.</summary>
    public const int RowsMax = 2000;

    public static readonly BulletinCorrections None = new(0, []);

    internal BulletinCorrections Plus(IReadOnlyCollection<BulletinRow> rows) =>
        new(Total + rows.Count, [.. Rows, .. rows.Take(Math.Max(0, RowsMax - Rows.Count))]);
}

/// <summary>One counting of bulletins, named like its legal date.</summary>
public sealed record BulletinRun : JobRun;

/// <summary>How far rows are counted.</summary>
/// <param name="At">When they were counted last.</param>
/// <param name="Day">Legal date of the last counting that came to its end; null before the first.</param>
/// <param name="FromMonth">First day of the first month that is counted.</param>
/// <param name="Positions">By shard, the last position of the journal that is counted.</param>
/// <param name="Lines">By source, the last number of its quarantine that is counted.</param>
/// <param name="Pieces">Pieces of rows there are.</param>
internal sealed record BulletinCounted(
    DateTimeOffset At, DateOnly? Day, DateOnly FromMonth, IReadOnlyList<long> Positions, IReadOnlyDictionary<string, long> Lines,
    int Pieces);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(Bulletin))]
[JsonSerializable(typeof(BulletinRun))]
[JsonSerializable(typeof(BulletinCounted))]
[JsonSerializable(typeof(BulletinCorrections))]
[JsonSerializable(typeof(DecisionCount))]
[JsonSerializable(typeof(List<BulletinRow>))]
internal sealed partial class BulletinJson : JsonSerializerContext;
