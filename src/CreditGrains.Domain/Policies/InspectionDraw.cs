using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// The draw of an inspection plan by grade (双随机、一公开: subjects and inspectors at random, the results public). Whoever has seed and
/// inputs can repeat it: the order of the subjects is that of HMAC-SHA-256 keyed by the seed over "period, line feed, subject" in UTF-8,
/// of which the first 16 bytes are a big-endian number; no random number generator of any runtime has a part in it.
/// </summary>
/// <remarks>
/// Of each grade the policy's percent is drawn of those who have not been inspected as often this year as the grade allows, rounded half
/// up: ⌊percent × eligible / 100 + 1/2⌋, the first in order. Then each drawn subject, in order over all grades, gets a unit: HMAC over
/// "period, line feed, subject, line feed, 'unit'" modulo the capacity that is left, counted through the units by id. When no capacity is
/// left the subject stays drawn, without a unit.
/// </remarks>
public static class InspectionDraw
{
    private const int DifferencesMax = 100;

    /// <summary>The plan.</summary>
    /// <exception cref="ArgumentException">Something is given twice, a capacity or count is negative, or the seed is empty.</exception>
    public static InspectionPlan Draw(InspectionInputs inputs)
    {
        Check(inputs);
        using var order = new SeededOrder(inputs.Seed, inputs.Period);
        var grades = new List<GradeDraw>();
        var drawn = new List<(UInt128 Order, SubjectId Subject, string Grade)>();
        foreach (var grade in inputs.Candidates.GroupBy(candidate => candidate.Grade).OrderBy(grade => grade.Key, StringComparer.Ordinal))
        {
            var setting = inputs.Supervision.GetValueOrDefault(grade.Key) ?? new SupervisionSetting(0, 0);
            var eligible = grade.Where(candidate => candidate.InspectedThisYear < setting.PerYear)
                .Select(candidate => (Order: order.Of(candidate.Subject.Value), candidate.Subject, Grade: grade.Key)).ToList();
            eligible.Sort(Compare);
            var count = Quota(setting.InspectionPercent, eligible.Count);
            grades.Add(new GradeDraw(grade.Key, setting.InspectionPercent, setting.PerYear, grade.Count(), eligible.Count, count));
            drawn.AddRange(eligible.Take(count));
        }

        drawn.Sort(Compare);
        var units = inputs.Units.OrderBy(unit => unit.Id, StringComparer.Ordinal).ToArray();
        var left = units.Select(unit => (long)unit.Capacity).ToArray();
        var leftInAll = left.Sum();
        var inspections = new List<PlannedInspection>(drawn.Count);
        foreach (var (_, subject, grade) in drawn)
        {
            string? unit = null;
            if (leftInAll > 0)
            {
                var slot = (long)(order.Of(subject.Value + "\nunit") % (UInt128)leftInAll);
                var at = 0;
                for (; slot >= left[at]; at++)
                    slot -= left[at];
                left[at]--;
                leftInAll--;
                unit = units[at].Id;
            }

            inspections.Add(new PlannedInspection(inspections.Count + 1, subject, grade, unit));
        }

        return new InspectionPlan { Seed = inputs.Seed, Period = inputs.Period, Grades = grades, Inspections = inspections };
    }

    /// <summary>
    /// How the plan differs from what seed and inputs give, in words; empty exactly when it is the draw. At most 100 lines.
    /// </summary>
    public static IReadOnlyList<InspectionDifference> Verify(InspectionPlan plan, InspectionInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var right = Draw(inputs);
        var differences = new List<InspectionDifference>();
        if (plan.Seed != right.Seed || plan.Period != right.Period)
            differences.Add(new(Words("种子或期间与输入不一致。", "Seed or period are not those of the inputs."), []));
        if (!plan.Grades.SequenceEqual(right.Grades))
            differences.Add(new(Words("各等级应抽数量不一致。", "The numbers by grade are not those of the draw."), []));
        for (var i = 0; i < Math.Max(plan.Inspections.Count, right.Inspections.Count) && differences.Count < DifferencesMax; i++)
        {
            var given = i < plan.Inspections.Count ? plan.Inspections[i] : null;
            var due = i < right.Inspections.Count ? right.Inspections[i] : null;
            if (given == due)
                continue;
            differences.Add(new(
                Words($"第{i + 1}项应为{InZh(due)}，计划为{InZh(given)}。", $"Place {i + 1} is due to {InEn(due)}, not {InEn(given)}."),
                [.. new[] { due, given }.OfType<PlannedInspection>().Select(item => item.Subject).Distinct()]));
        }

        return differences;
    }

    private static string InZh(PlannedInspection? item) =>
        item is null ? "空缺" : $"{item.Subject}（等级{item.Grade}，{item.Unit ?? "未分配"}，序号{Number(item.Sequence)}）";

    private static string InEn(PlannedInspection? item) =>
        item is null ? "nobody" : $"{item.Subject} (grade {item.Grade}, {item.Unit ?? "no unit"}, number {Number(item.Sequence)})";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Round half up, exactly.</summary>
    internal static int Quota(decimal percent, int eligible) => (int)Math.Floor((percent * eligible / 100) + 0.5m);

    private static int Compare((UInt128 Order, SubjectId Subject, string Grade) x, (UInt128 Order, SubjectId Subject, string Grade) y)
    {
        var byOrder = x.Order.CompareTo(y.Order);
        return byOrder != 0 ? byOrder : string.CompareOrdinal(x.Subject.Value, y.Subject.Value);
    }

    private static void Check(InspectionInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputs.Seed);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputs.Period);
        var subjects = new HashSet<SubjectId>(inputs.Candidates.Count);
        foreach (var candidate in inputs.Candidates)
        {
            if (!subjects.Add(candidate.Subject))
                throw new ArgumentException($"The subject {candidate.Subject} is given twice.", nameof(inputs));
            ArgumentOutOfRangeException.ThrowIfNegative(candidate.InspectedThisYear);
        }

        var units = new HashSet<string>();
        foreach (var unit in inputs.Units)
        {
            if (!units.Add(unit.Id))
                throw new ArgumentException($"The unit {unit.Id} is given twice.", nameof(inputs));
            ArgumentOutOfRangeException.ThrowIfNegative(unit.Capacity);
        }
    }

    private static LocalisedText Words(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });

    /// <summary>Numbers that nobody can foresee without the seed; one thread only.</summary>
    private sealed class SeededOrder(string seed, string period) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(seed));
        private readonly byte[] _period = Encoding.UTF8.GetBytes(period + "\n");

        /// <summary>The first 16 bytes: a second subject of the same number is not to be expected, and the id decides.</summary>
        public UInt128 Of(string text)
        {
            _hash.AppendData(_period);
            _hash.AppendData(Encoding.UTF8.GetBytes(text));
            Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
            _hash.GetHashAndReset(bytes);
            return BinaryPrimitives.ReadUInt128BigEndian(bytes);
        }

        public void Dispose() => _hash.Dispose();
    }
}
