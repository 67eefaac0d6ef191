using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Policies;

/// <summary>Changes within one record kind.</summary>
internal static class KindChanges
{
    public static void Compare(RecordKind old, RecordKind @new, ChangeList changes)
    {
        var place = $"kinds/{@new.Name}";
        var (zh, en) = ($"信息类别{@new.Name}的", $" of kind {@new.Name}");
        Given("title", "名称", "title", Json(old.Title), Json(@new.Title));
        Given("reportedBy", "可报送单位", "sources", old.ReportedBy is null ? "any" : List(old.ReportedBy),
            @new.ReportedBy is null ? "any" : List(@new.ReportedBy));
        Given("deadline", "报送期限", "deadline", Json(old.Deadline), Json(@new.Deadline));
        Given("publicity", "公示方式", "publicity", old.Publicity.ToString(), @new.Publicity.ToString());
        Given("publishedWhen", "公示起点", "beginning of publicity", old.NeedsVerification ? "verified" : "received",
            @new.NeedsVerification ? "verified" : "received");
        Given("publishedIf", "公示条件", "conditions of publicity", Json(old.PublishedIf), Json(@new.PublishedIf), Facts(old, @new));
        Given("role", "核查中的位置", "role in checks", old.Role.ToString(), @new.Role.ToString());
        Given("adverse", "不利等级", "adverse levels", Adverse(old), Adverse(@new), Facts(old, @new));
        Given("owner", "等级归属单位", "owner", Json(old.Owner), Json(@new.Owner));
        Given("basis", "依据", "basis", old.Basis, @new.Basis);

        // Natural keys are kept as hashes in the journal: by another identity a decision reported twice would not be found.
        Given("identity", "自然主键", "identity", List(old.Identity), List(@new.Identity), ChangeEffect.Incompatible);
        Given("procedure", "程序", "procedure", old.Procedure?.ToString(), @new.Procedure?.ToString(), ChangeEffect.Incompatible);
        foreach (var (name, facet) in Facets)
            Given($"facets/{name}", $"评价要素{name}", $"facet {name}", facet(old.Facets), facet(@new.Facets), ChangeEffect.Refold);
        foreach (var count in old.Facets.Counts.Keys.Union(@new.Facets.Counts.Keys).Order(StringComparer.Ordinal))
        {
            Given($"facets/counts/{count}", $"计数{count}", $"count {count}", old.Facets.Counts.GetValueOrDefault(count),
                @new.Facets.Counts.GetValueOrDefault(count), ChangeEffect.Refold);
        }

        Given("section", "信用报告栏目", "section of the credit report", old.Section, @new.Section);
        Given("severityRules", "严重程度规则", "severity rules", Json(old.SeverityRules), Json(@new.SeverityRules), Facts(old, @new));
        Given("decision", "是否为决定", "decision", Decision(old), Decision(@new), ChangeEffect.Refold);
        Given("describes", "主体描述", "description", Json(old.Describes), Json(@new.Describes), ChangeEffect.Refold);
        foreach (var field in old.Fields.Where(field => @new.Fields.All(other => other.Name != field.Name)))
        {
            changes.Add(
                $"{place}/fields/{field.Name}", ChangeEffect.Incompatible, $"{zh}字段{field.Name}被删除。",
                $"The field {field.Name}{en} is removed.");
        }

        foreach (var field in @new.Fields)
        {
            if (old.Fields.FirstOrDefault(other => other.Name == field.Name) is { } known)
            {
                CompareField($"{place}/fields/{field.Name}", known, field, $"{zh}字段{field.Name}的", $" of field {field.Name}{en}", changes);
                continue;
            }

            changes.Add(
                $"{place}/fields/{field.Name}", field.Required ? ChangeEffect.Incompatible : ChangeEffect.Compatible,
                $"{zh}新增{(field.Required ? "必填" : "选填")}字段{field.Name}。",
                $"The {(field.Required ? "required" : "optional")} field {field.Name}{en} is new.");
        }

        if (Facts(old, @new) == ChangeEffect.Refold)
        {
            changes.Add(
                $"{place}/facts", ChangeEffect.Refold, $"{zh}已存信息的评价要素需重新提取。",
                $"Evaluation sees other facts of the stored records{en}: they are folded anew.");
        }

        void Given(
            string key, string nameZh, string nameEn, string? before, string? after, ChangeEffect effect = ChangeEffect.Compatible) =>
            changes.Given($"{place}/{key}", zh + nameZh, nameEn + en, before, after, effect);
    }

    private static readonly (string Name, Func<FacetMapping, string?> Facet)[] Facets =
    [
        ("date", facets => facets.Date), ("until", facets => facets.UntilIsLastDay ? $"{facets.Until} (last day)" : facets.Until),
        ("severity", facets => facets.Severity),
        ("level", facets => facets.Level), ("amount", facets => facets.Amount),
    ];

    private static void CompareField(string place, FieldDefinition old, FieldDefinition @new, string zh, string en, ChangeList changes)
    {
        if (old.Type != @new.Type)
        {
            Given("type", "类型", "type", old.Type.ToString(), @new.Type.ToString(), ChangeEffect.Incompatible);
            return;
        }

        Given("title", "名称", "title", Json(old.Title), Json(@new.Title), ChangeEffect.Compatible);
        Given("wire", "报文名称", "wire name", old.Wire, @new.Wire, ChangeEffect.Compatible);
        Given("expected", "应填", "expectation", old.Expected ? "expected" : "no", @new.Expected ? "expected" : "no",
            ChangeEffect.Compatible);
        Given("required", "必填", "obligation", Obligation(old), Obligation(@new),
            @new.Required ? ChangeEffect.Incompatible : ChangeEffect.Compatible);
        changes.Bound($"{place}/max", zh + "长度上限", "greatest length" + en, old.MaxLength, @new.MaxLength, isUpper: true);
        changes.Bound($"{place}/min", zh + "最小值", "least value" + en, old.Min, @new.Min, isUpper: false);
        changes.Bound($"{place}/greatest", zh + "最大值", "greatest value" + en, old.Max, @new.Max, isUpper: true);
        changes.Bound($"{place}/places", zh + "小数位数", "decimal places" + en, old.Places, @new.Places, isUpper: true);
        CompareCodes(place, old, @new, zh, en, changes);
        Given("aliases", "代码别名", "aliases", Json(Sorted(old.Aliases)), Json(Sorted(@new.Aliases)), ChangeEffect.Compatible);

        // Against a fixed date or today a date was judged on the day it came; against another field it would be judged anew.
        Given("notAfter", "不晚于", "bound above", old.NotAfter, @new.NotAfter,
            @new.NotAfter is null or "today" ? ChangeEffect.Compatible : ChangeEffect.Incompatible);
        Given("notBefore", "不早于", "bound below", old.NotBefore, @new.NotBefore,
            @new.NotBefore is null || @new.EarliestDate is not null ? ChangeEffect.Compatible : ChangeEffect.Incompatible);

        void Given(string key, string nameZh, string nameEn, string? before, string? after, ChangeEffect effect) =>
            changes.Given($"{place}/{key}", zh + nameZh, nameEn + en, before, after, effect);
    }

    private static void CompareCodes(string place, FieldDefinition old, FieldDefinition @new, string zh, string en, ChangeList changes)
    {
        foreach (var code in old.Of.Except(@new.Of))
            changes.Add($"{place}/of/{code}", ChangeEffect.Incompatible, $"{zh}代码{code}被删除。", $"The code {code}{en} is removed.");
        foreach (var code in @new.Of.Except(old.Of))
            changes.Add($"{place}/of/{code}", ChangeEffect.Compatible, $"{zh}代码{code}为新增。", $"The code {code}{en} is new.");
        if (old.Of.Intersect(@new.Of).SequenceEqual(@new.Of.Intersect(old.Of)))
            return;

        // Several codes are stored in the order of the list: by another order known content, sent again, would look changed.
        var effect = @new.Type == FieldType.Codes ? ChangeEffect.Incompatible : ChangeEffect.Compatible;
        changes.Add($"{place}/of", effect, $"{zh}代码顺序有变。", $"The order of the codes{en} changes.");
    }

    private static ChangeEffect Facts(RecordKind old, RecordKind @new) =>
        CatalogueDigest.Of(old) == CatalogueDigest.Of(@new) ? ChangeEffect.Compatible : ChangeEffect.Refold;

    private static string Obligation(FieldDefinition field) => field.Required ? "required" : "optional";

    private static string? Adverse(RecordKind kind) => kind.Adverse is { } levels ? List(levels) : null;

    private static string Decision(RecordKind kind) =>
        !kind.IsDecision ? "no" : kind.DecisionBasisField is { } field ? $"where {field} is filled" : "yes";

    private static SortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string> aliases) =>
        new(aliases.ToDictionary(), StringComparer.Ordinal);

    private static string List(IEnumerable<string> values) => string.Join(", ", values);

    private static string? Json<T>(T? part)
        where T : class => part is null ? null : CatalogueCompatibility.JsonOf(part);
}
