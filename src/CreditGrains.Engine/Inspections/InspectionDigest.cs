using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Policies;

namespace CreditGrains.Engine.Inspections;

/// <summary>Digests by which a plan that is drawn again is compared: SHA-256 in hex over a line for each item.</summary>
internal static class InspectionDigest
{
    public static string Of(IReadOnlyList<InspectionCandidate> candidates) => Digest(
        candidates, static (candidate, line) =>
            line.Append(CultureInfo.InvariantCulture, $"{candidate.Subject.Value}\t{candidate.Grade}\t{candidate.InspectedThisYear}\n"));

    public static string Of(IReadOnlyList<PlannedInspection> inspections) => Digest(
        inspections, static (planned, line) => line.Append(
            CultureInfo.InvariantCulture, $"{planned.Sequence}\t{planned.Subject.Value}\t{planned.Grade}\t{planned.Unit}\n"));

    /// <summary>SHA-256 in hex over a line for each in UTF-8, a block of lines at a time.</summary>
    private static string Digest<T>(IReadOnlyList<T> items, Action<T, StringBuilder> write)
    {
        const int BlockChars = 64 * 1024;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new StringBuilder(BlockChars + 1024);
        for (var i = 0; i < items.Count; i++)
        {
            write(items[i], block);
            if (block.Length < BlockChars && i < items.Count - 1)
                continue;
            hash.AppendData(Encoding.UTF8.GetBytes(block.ToString()));
            block.Clear();
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
