using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Conformance.Tests.Audit;

/// <summary>
/// Holds what a server answers about subjects against what was acknowledged, against itself, and against an evaluation of the
/// same events that shares no code with the product's.
/// </summary>
/// <param name="caller">Asks the server.</param>
/// <param name="rules">The server's; null for the default rulebook.</param>
internal sealed class SubjectAudit(Caller caller, Rulebook? rules = null)
{
    private const int AtOnce = 6;
    private static readonly Rulebook Default = RulebookFolder.Read(Repository.DefaultRulebook).Rulebook!;
    private readonly Rulebook _rules = rules ?? Default;
    private readonly EventReader _reader = new(rules ?? Default, new NoExceptions());
    private readonly ConcurrentDictionary<string, int> _eventsOf = new();

    /// <summary>Audits the subjects one by one.</summary>
    public Task HoldAsync(IEnumerable<string> subjects, Func<string, IEnumerable<EventName>> acknowledged) => Parallel.ForEachAsync(
        subjects, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (subject, _) => await HoldAsync(subject, acknowledged(subject).ToList()));

    /// <summary>Audits the whole store: its subjects one by one, its lists, and that there is nothing beside them.</summary>
    /// <returns>How many events the journal holds.</returns>
    public async Task<long> HoldAllAsync(Departments departments)
    {
        var rows = await RowsAsync();
        var subjects = departments.Subjects();
        subjects.UnionWith(rows.Keys);
        _eventsOf.Clear();
        await HoldAsync(subjects, departments.AcknowledgedOf);
        foreach (var (subject, row) in rows)
        {
            var live = (await caller.GetAsync($"/v1/subjects/{subject}?consistency=latest")).Success;
            foreach (var part in new[] { "name", "region", "status", "rated", "score", "grade" })
                Assert.Equal($"{subject} {part} {live.GetProperty(part)}", $"{subject} {part} {row.GetProperty(part)}");
        }

        var store = (await caller.GetAsync("/statusz")).Success.GetProperty("store");
        Assert.Equal(rows.Count, store.GetProperty("subjects").GetInt64());

        // The heads of all shards add up to the events of all subjects: no position is empty, none is counted twice.
        long events = _eventsOf.Values.Sum();
        Assert.Equal(events, store.GetProperty("events").GetInt64());
        return events;
    }

    /// <summary>The rows of the store as its list shows them.</summary>
    private async Task<Dictionary<string, JsonElement>> RowsAsync()
    {
        var rows = new Dictionary<string, JsonElement>();
        await foreach (var row in PagesAsync("/v1/subjects?"))
            Assert.True(rows.TryAdd(row.GetProperty("subject").GetString()!, row), "a subject is listed twice");
        return rows;
    }

    private async Task HoldAsync(string subject, List<EventName> acknowledged)
    {
        var names = new HashSet<EventName>();
        var newest = new Dictionary<RecordId, int>();
        var events = new List<ModelEvent>();
        await foreach (var item in PagesAsync($"/v1/subjects/{subject}/timeline?"))
        {
            var e = EventOf(item);
            events.Add(e);
            Assert.True(
                names.Add(new EventName(e.Record.Source.Value, e.Record.Id, e.Revision)),
                $"{subject}: {e.Record} revision {e.Revision} took effect twice");
            Assert.True(newest.GetValueOrDefault(e.Record) < e.Revision, $"{subject}: {e.Record} went back to revision {e.Revision}");
            newest[e.Record] = e.Revision;
        }

        _eventsOf[subject] = events.Count;
        var lost = acknowledged.Where(name => !names.Contains(name)).ToList();
        Assert.True(lost.Count == 0, $"{subject}: acknowledged and lost: {string.Join(", ", lost)}");
        if (events.Count == 0)
            return;
        var answer = (await caller.GetAsync($"/v1/subjects/{subject}/assessment?consistency=latest")).Success;
        var day = DateOnly.ParseExact(answer.GetProperty("asOf").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var unshown = UnshownOf(answer);
        var expected = Without(unshown, NaiveAssessment.Describe(_rules, events, day));
        var actual = Without(unshown, Describe(answer, await RecordsAsync(subject, answer)));
        Assert.True(
            expected == actual,
            $"{subject}, {events.Count} events, answered at {answer.GetProperty("token")}\nexpected {expected}\nanswered {actual}\n"
            + string.Join('\n', events.Select(e => $"{e.Record} {e.Revision} {e.Op} {e.Kind}")));
    }

    /// <summary>All records of those indicators of which the answer shows a part.</summary>
    private async Task<Dictionary<string, List<JsonElement>>> RecordsAsync(string subject, JsonElement answer)
    {
        var all = new Dictionary<string, List<JsonElement>>();
        foreach (var indicator in answer.GetProperty("indicators").EnumerateArray().Where(IsPart))
        {
            var id = indicator.GetProperty("id").GetString()!;
            all[id] = [];
            await foreach (var record in PagesAsync($"/v1/subjects/{subject}/assessment/records?indicator={id}&"))
                all[id].Add(record);
            Assert.Equal(indicator.GetProperty("recordsTotal").GetInt32(), all[id].Count);
        }

        return all;
    }

    private static bool IsPart(JsonElement part) =>
        part.GetProperty("recordsTotal").GetInt32() > part.GetProperty("records").GetArrayLength();

    /// <summary>How those lines begin of which an answer of very many records may show a part, and no page completes them.</summary>
    private static List<string> UnshownOf(JsonElement answer) => answer.GetProperty("partial").GetBoolean()
        ? [.. answer.GetProperty("limits").EnumerateArray().Where(IsPart).Select(limit => $"limit {limit.GetProperty("id")}:"), "measure "]
        : [];

    private static string Without(List<string> begins, string words) =>
        string.Join('\n', words.Split('\n').Where(line => !begins.Any(begin => line.StartsWith(begin, StringComparison.Ordinal))));

    /// <summary>All items of a list, page by page.</summary>
    private async IAsyncEnumerable<JsonElement> PagesAsync(string path)
    {
        for (string? cursor = ""; cursor is not null;)
        {
            var answer = await caller.GetAsync($"{path}consistency=latest&limit=200{cursor}");

            // The feed holds lines of codes that are none; whatever else is missing here shows as lost.
            if (answer is { Status: 404, Code: "unknown-subject" } or { Status: 400 })
                yield break;
            foreach (var item in answer.Success.GetProperty("items").EnumerateArray())
                yield return item;
            cursor = answer.Json.GetProperty("next").GetString() is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : null;
        }
    }

    private ModelEvent EventOf(JsonElement item)
    {
        var op = item.GetProperty("op").GetString() == "put" ? EventOp.Put : EventOp.Withdraw;
        var kind = item.GetProperty("kind").GetString()!;
        var facts = op == EventOp.Put ? _reader.FactsOf(kind, Encoding.UTF8.GetBytes(item.GetProperty("data").GetRawText()))
            : new RecordFacts();
        var record = new RecordId(new SourceId(item.GetProperty("source").GetString()!), item.GetProperty("id").GetString()!);
        return new ModelEvent(record, item.GetProperty("revision").GetInt32(), op, kind, facts);
    }

    /// <summary>The answer in the words of <see cref="NaiveAssessment"/>.</summary>
    private static string Describe(JsonElement assessment, Dictionary<string, List<JsonElement>> all)
    {
        static long Milli(JsonElement points) => (long)(decimal.Parse(points.GetString()!, CultureInfo.InvariantCulture) * 1000);
        static string Name(JsonElement record) => $"{record.GetProperty("source").GetString()}/{record.GetProperty("id").GetString()}";
        static string Sorted(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
        static string Contribution(JsonElement record) =>
            $"{Name(record)}*{Milli(record.GetProperty("points"))}"
            + $"*{(int)(decimal.Parse(record.GetProperty("weightPercent").GetString()!, CultureInfo.InvariantCulture) * 100)}"
            + $"={Milli(record.GetProperty("contribution"))}";

        var measures = assessment.GetProperty("measures").EnumerateArray().ToList();
        var caused = measures.Where(measure => measure.GetProperty("cause").ValueKind != JsonValueKind.Null);
        IEnumerable<JsonElement> Records(JsonElement indicator) =>
            all.GetValueOrDefault(indicator.GetProperty("id").GetString()!) ?? [.. indicator.GetProperty("records").EnumerateArray()];

        var lines = assessment.GetProperty("indicators").EnumerateArray()
            .Select(i => $"{i.GetProperty("id")}={Milli(i.GetProperty("sum"))}: " + Sorted(Records(i).Select(Contribution)))
            .Concat(assessment.GetProperty("limits").EnumerateArray()
                .Select(limit => $"limit {limit.GetProperty("id")}: {Sorted(limit.GetProperty("records").EnumerateArray().Select(Name))}"))
            .Concat(measures.Except(caused).Select(m => $"measure {m.GetProperty("measure")}: grade {m.GetProperty("causeGrade")}"))
            .Concat(caused.GroupBy(measure => measure.GetProperty("measure").GetString())
                .Select(group => $"measure {group.Key}: {Sorted(group.Select(measure => Name(measure.GetProperty("cause"))))}"))
            .Order(StringComparer.Ordinal);
        var score = assessment.GetProperty("rated").GetBoolean()
            ? Milli(assessment.GetProperty("score")).ToString(CultureInfo.InvariantCulture) : "unrated";
        return $"{score} {assessment.GetProperty("grade").GetString()}\n{string.Join('\n', lines)}";
    }

    private sealed class NoExceptions : IIdentifierExceptions
    {
        public bool Contains(string code) => false;
    }
}
