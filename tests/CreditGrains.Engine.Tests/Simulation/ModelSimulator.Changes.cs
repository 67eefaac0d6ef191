using System.Text.Json.Nodes;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>The outbox against the model: folded from its beginning it gives what is stored, and tells nothing twice.</summary>
internal sealed partial class ModelSimulator
{
    /// <summary>Changes of records, measures, lists and publicity that were compared.</summary>
    public int Told { get; private set; }

    /// <summary>Early warnings that were on and compared with what was told.</summary>
    public int Warned { get; private set; }

    private async Task<List<SubjectChange>> OutboxAsync()
    {
        var changes = new List<SubjectChange>();
        for (var shard = 0; shard < _store.ShardCount; shard++)
            changes.AddRange(await _store.Subjects.ReadChangesAsync(shard, 0, 100_000, CancellationToken.None));
        return changes;
    }

    /// <summary>
    /// Each revision of a record is told once and in order, the last one last. Measures, lists and publicity follow from records and grade,
    /// also where another policy or rulebook makes others of them.
    /// </summary>
    private void CompareOutbox(List<SubjectChange> changes, Dictionary<string, StoredSubject> rows)
    {
        var revisions = new Dictionary<string, int>();
        var warned = rows.Keys.ToDictionary(subject => subject, _ => new HashSet<string>(StringComparer.Ordinal));
        var standing = rows.Keys.ToDictionary(subject => subject, _ => new SortedSet<string>(StringComparer.Ordinal));
        foreach (var change in changes.Where(change => change.Type is not ("grade" or "case")))
        {
            Told++;
            var data = JsonNode.Parse(change.Data)!;
            if (change.Type == ChangeTypes.Warning)
            {
                warned[change.Subject.Value].Add($"{data["warning"]}");
                continue;
            }

            var (about, verb) = (change.Type[..change.Type.IndexOf('.', StringComparison.Ordinal)], change.Type.Split('.')[1]);
            if (about == "record")
            {
                var record = $"{data["source"]}/{data["id"]}";
                var revision = (int)data["revision"]!;
                if (revisions.GetValueOrDefault(record) >= revision || (verb == "arrived" && revisions.ContainsKey(record)))
                    throw new InvalidOperationException($"{record} {verb} {revision} told after {revisions.GetValueOrDefault(record)}");
                revisions[record] = revision;
                continue;
            }

            var name = about switch
            {
                "measure" => $"measure {data["measure"]}",
                "list" => $"list {data["list"]} {data["level"]}",
                _ => $"public {data["source"]}/{data["id"]}",
            };
            var isChanged = verb is "begun" or "entered"
                ? standing[change.Subject.Value].Add(name) : standing[change.Subject.Value].Remove(name);
            if (!isChanged)
                throw new InvalidOperationException($"{change.Subject}: {name} {verb} told twice");
        }

        CompareSteps(changes);
        foreach (var (record, head) in _heads.Where(head => !IsProcedure(head.Value.Kind)))
        {
            if (revisions.GetValueOrDefault($"{record.Source.Value}/{record.Id}") != head.Revision)
                throw new InvalidOperationException($"{record} at {head.Revision}, told {revisions.GetValueOrDefault($"{record}")}");
        }

        var evaluator = new Evaluator(Rules, _store.Symbols);
        foreach (var (subject, row) in rows)
        {
            var expected = ExpectedOf(evaluator, subject, row);
            ComparePublicity(subject, row.AsOf, expected);
            if (!HaveRulesChanged)
            {
                var events = _accepted.Where(pair => pair.Subject == subject).Select(pair => pair.Event).ToList();
                var on = NaiveWarnings.On(_rulebook, events, row.AsOf).ToList();
                Warned += on.Count;
                if (on.Find(warning => !warned[subject].Contains(warning)) is { } missing)
                    throw new InvalidOperationException($"{subject} as of {row.AsOf:O}: warning {missing} is on and was not told");
            }

            if (!expected.SetEquals(standing[subject]))
            {
                throw new InvalidOperationException(
                    $"{subject} as of {row.AsOf:O}: told [{string.Join(", ", standing[subject])}], stored [{string.Join(", ", expected)}]");
            }
        }
    }

    /// <summary>Each step of each case is told once and in order, with where the case stands.</summary>
    private void CompareSteps(List<SubjectChange> changes)
    {
        var told = changes.Where(change => change.Type == ChangeTypes.Case).Select(change => JsonNode.Parse(change.Data)!)
            .ToLookup(data => $"{data["case"]}", data => $"{data["kind"]} {data["step"]} {data["state"]} {data["on"]}");
        foreach (var (number, model) in _cases)
        {
            if (!model.Told.SequenceEqual(told[number.ToString()]))
            {
                throw new InvalidOperationException(
                    $"{number}: steps [{string.Join(", ", model.Told)}], told [{string.Join(", ", told[number.ToString()])}]");
            }
        }
    }

    /// <summary>Records that the public may see, and the lists themselves, by the naive reading.</summary>
    private void ComparePublicity(string subject, DateOnly day, SortedSet<string> expected)
    {
        var events = _accepted.Where(pair => pair.Subject == subject).Select(pair => pair.Event).ToList();
        var naive = NaivePublicity.Public(Rules, events, day).Where(e => Rules.Catalogue.Kinds[e.Kind].Role is RecordRole.List
                or RecordRole.Negative or RecordRole.Commitment)
            .Select(e => $"public {e.Record}").Order(StringComparer.Ordinal).ToList();
        var evaluated = expected.Where(name => name.StartsWith("public ", StringComparison.Ordinal)).ToList();
        if (!naive.SequenceEqual(evaluated))
        {
            throw new InvalidOperationException(
                $"{subject} as of {day:O}: naively public [{string.Join(", ", naive)}], evaluated [{string.Join(", ", evaluated)}]");
        }

        var lists = NaiveAssessment.Lists(Rules, events, day).Order(StringComparer.Ordinal).ToList();
        var entered = expected.Where(name => name.StartsWith("list ", StringComparison.Ordinal)).ToList();
        if (!lists.SequenceEqual(entered))
        {
            throw new InvalidOperationException(
                $"{subject} as of {day:O}: naively on [{string.Join(", ", lists)}], evaluated [{string.Join(", ", entered)}]");
        }
    }

    private bool HaveRulesChanged => _rulebooksMade > 1 || _policiesMade > 0;

    private static bool IsProcedure(string kind) =>
        kind is CaseKinds.Objection or CaseKinds.Repair or CaseKinds.PublicityEnd or CaseKinds.Verification
        or CaseKinds.Plan or CaseKinds.Case;

    private SortedSet<string> ExpectedOf(Evaluator evaluator, string subject, StoredSubject row)
    {
        var state = PackedRecords.Empty;
        foreach (var (_, e, _) in _accepted.Where(pair => pair.Subject == subject))
            state = PackedRecords.Apply(state, e.Record, e.Revision, e.Op, e.Kind, e.Facts, _store.Symbols);
        var effects = evaluator.EffectsOf(evaluator.Summarise(state, row.AsOf));
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        expected.UnionWith(effects.Measures.Select(measure => $"measure {measure}"));
        expected.UnionWith(effects.Lists.Select(list => $"list {list.Kind} {list.Level}"));
        expected.UnionWith(evaluator.PublicRecords(state, row.AsOf)
            .Where(record => _rulebook.Catalogue.Kinds[record.Kind].Role is RecordRole.List
                or RecordRole.Negative or RecordRole.Commitment)
            .Select(record => $"public {record.Record}"));
        return expected;
    }
}
