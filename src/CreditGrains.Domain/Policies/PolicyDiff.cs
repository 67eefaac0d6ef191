using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// The difference of two policies in words, a line a change; none when they say the same. Order within lists is no change.
/// </summary>
public static class PolicyDiff
{
    /// <summary>In the order of <c>policy.yaml</c>; of the same part, what is removed comes after what stays.</summary>
    public static IReadOnlyList<PolicyDifference> Between(Policy old, Policy @new)
    {
        var before = PolicyOutline.Of(old);
        var after = PolicyOutline.Of(@new);
        var differences = new List<PolicyDifference>();
        foreach (var section in after.Sections)
            CompareSection(section, before.Sections.First(other => other.Key == section.Key), differences);
        return differences;
    }

    private static void CompareSection(OutlineSection after, OutlineSection before, List<PolicyDifference> differences)
    {
        foreach (var part in after.Parts)
        {
            if (before.Parts.FirstOrDefault(other => other.Place == part.Place) is { } known)
            {
                CompareValues(part, known, differences);
                continue;
            }

            differences.Add(new PolicyDifference(
                part.Place, null, part.Summary("en"),
                Words($"新增{part.Name("zh")}：{part.Summary("zh")}。", $"{part.Name("en")} is new: {part.Summary("en")}.")));
        }

        foreach (var part in before.Parts.Where(part => !after.Parts.Any(other => other.Place == part.Place)))
        {
            differences.Add(new PolicyDifference(
                part.Place, part.Summary("en"), null,
                Words($"删除{part.Name("zh")}，原为：{part.Summary("zh")}。", $"{part.Name("en")} is removed; it was: {part.Summary("en")}.")));
        }
    }

    private static void CompareValues(OutlinePart after, OutlinePart before, List<PolicyDifference> differences)
    {
        foreach (var value in after.Values)
        {
            var known = before.Values.FirstOrDefault(other => other.Key == value.Key);
            if (known?.Text != value.Text)
                Add(after, value.Key, known ?? value, known?.Text, value.Text);
        }

        foreach (var value in before.Values.Where(value => !after.Values.Any(other => other.Key == value.Key)))
            Add(after, value.Key, value, value.Text, null);

        void Add(OutlinePart part, string key, OutlineValue named, string? old, string? @new)
        {
            var (zh, en) = (Prefix(part.Name("zh"), "："), Prefix(part.Name("en"), ", "));
            var text = (old, @new) switch
            {
                (null, _) => Words($"{zh}新增{named.Zh}，为{@new}。", $"{en}{named.En}: now {@new}; it was not given."),
                (_, null) => Words($"{zh}取消{named.Zh}，原为{old}。", $"{en}{named.En}: no longer given; it was {old}."),
                _ => Words($"{zh}{named.Zh}由{old}改为{@new}。", $"{en}{named.En}: from {old} to {@new}."),
            };
            differences.Add(new PolicyDifference(part.Place.Length == 0 ? key : $"{part.Place}/{key}", old, @new, text));
        }
    }

    private static string Prefix(string name, string separator) => name.Length == 0 ? "" : name + separator;

    private static LocalisedText Words(string zh, string en) => new(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en });
}
