using System.IO.Compression;
using System.Text.Json;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Simulation;

/// <summary>Findings of a simulation, as kept: bounded, and in words wherever the assessments themselves would be needed.</summary>
/// <param name="Dates">One for a simulation of one date, else one for each date of its period.</param>
/// <param name="Falls">The subjects that fall furthest; none for a period.</param>
/// <param name="Rises">The subjects that rise furthest.</param>
public sealed record SimulationFindings(
    IReadOnlyList<DatedFinding> Dates, IReadOnlyList<MoverFinding> Falls, IReadOnlyList<MoverFinding> Rises)
{
    /// <summary>Regions, and industries, told apart over all dates of a period; of each date at least <see cref="GroupsMin"/>.</summary>
    private const int GroupsOfPeriod = 10_000;
    private const int GroupsMin = 25;
    private const int PieceBytes = 2 * 1024 * 1024;
    private const int PiecesMax = 16;

    internal static SimulationFindings Of(SimulationOutcome outcome) => new(
        [new DatedFinding(outcome.AsOf, WithoutMovers(outcome.Result), outcome.Unread.Count)],
        [.. outcome.Falls.Select(MoverFinding.Of)], [.. outcome.Rises.Select(MoverFinding.Of)]);

    internal static SimulationFindings Of(IReadOnlyList<(DateOnly Date, SimulationResult Result)> series)
    {
        var groupsMax = Math.Max(GroupsMin, GroupsOfPeriod / Math.Max(1, series.Count));
        return new SimulationFindings(
            [.. series.Select(at => new DatedFinding(at.Date, WithGroups(WithoutMovers(at.Result), groupsMax), 0))], [], []);
    }

    /// <summary>The pieces that hold it: compressed JSON.</summary>
    /// <returns>Null when it is larger than what is kept of one simulation.</returns>
    internal IReadOnlyList<byte[]>? ToPieces()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(gzip, this, SimulationRunJson.Default.SimulationFindings);
        var pieces = packed.ToArray().Chunk(PieceBytes).ToList();
        return pieces.Count <= PiecesMax ? pieces : null;
    }

    internal static SimulationFindings FromPieces(IEnumerable<byte[]> pieces)
    {
        using var packed = new MemoryStream([.. pieces.SelectMany(piece => piece)]);
        using var gzip = new GZipStream(packed, CompressionMode.Decompress);
        return JsonSerializer.Deserialize(gzip, SimulationRunJson.Default.SimulationFindings)
            ?? throw new InvalidDataException("These are not the findings of a simulation.");
    }

    /// <summary>Those explained stand beside it.</summary>
    private static SimulationResult WithoutMovers(SimulationResult result) => result with { Falls = [], Rises = [] };

    private static SimulationResult WithGroups(SimulationResult result, int groupsMax)
    {
        var isSample = result.Population > result.Subjects;
        return result with
        {
            Regions = First(result.Regions, groupsMax, isSample),
            Industries = First(result.Industries, groupsMax, isSample),
        };
    }

    private static IReadOnlyList<SimulationGroup> First(IReadOnlyList<SimulationGroup> groups, int groupsMax, bool isSample)
    {
        if (groups.Count <= groupsMax)
            return groups;
        var others = groups.Skip(groupsMax - 1).ToList();
        var subjects = others.Sum(group => group.Subjects);

        // As for each group: how many there are in all is not known for a sample, but more than were looked at.
        var of = isSample ? long.MaxValue : subjects;
        return
        [
            .. groups.Take(groupsMax - 1),
            new SimulationGroup(
                SimulationGroup.Others, subjects, Share.Of(others.Sum(group => group.Down.Count), subjects, of),
                Share.Of(others.Sum(group => group.Up.Count), subjects, of), Sums(others.Select(group => group.Before)),
                Sums(others.Select(group => group.After))),
        ];
    }

    private static long[] Sums(IEnumerable<IReadOnlyList<long>> rows)
    {
        long[]? sums = null;
        foreach (var row in rows)
        {
            sums ??= new long[row.Count];
            for (var i = 0; i < sums.Length; i++)
                sums[i] += row[i];
        }

        return sums ?? [];
    }
}

/// <summary>Changes on one date.</summary>
/// <param name="AsOf">Legal date of both assessments.</param>
/// <param name="Result">Matrix, distributions, measures, groups; its movers are left out.</param>
/// <param name="Unread">Subjects that could not be evaluated and are not counted.</param>
public sealed record DatedFinding(DateOnly AsOf, SimulationResult Result, long Unread);

/// <summary>A subject that moves far, and what makes it move.</summary>
/// <param name="Mover">The subject, its old and its new grade.</param>
/// <param name="Name">Its name.</param>
/// <param name="Reasons">Differences between the two assessments.</param>
public sealed record MoverFinding(SimulationMover Mover, string? Name, IReadOnlyList<LocalisedText> Reasons)
{
    internal static MoverFinding Of(ExplainedMover explained) =>
        new(explained.Mover, explained.After.Description?.Name, [.. MoverReasons.Of(explained.Before, explained.After)]);
}
