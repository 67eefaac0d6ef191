using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>
/// States of synthetic organisations, made once through the real reader and shared out over as many invented codes as asked for, so that
/// millions of subjects are there in seconds. Each subject has its own copy.
/// </summary>
public sealed class TemplateSubjects
{
    private const int Templates = 10_000;
    private readonly byte[][] _states;
    private readonly RecordEvent[] _registrations;
    private readonly RecordEvent _penalty;
    private readonly SymbolTable _symbols;
    private readonly string _facts;
    private readonly SyntheticOrganisations _organisations = new(1);

    /// <param name="symbols">Symbols of the store that the states are for.</param>
    /// <param name="exactRecords">Exactly so many records each; null for the generator's heavy-tailed number.</param>
    public TemplateSubjects(SymbolTable symbols, int? exactRecords)
    {
        Rulebook = RulebookFolder.Read(RulebookPath()).Rulebook
            ?? throw new InvalidOperationException("The default rulebook does not load.");
        _symbols = symbols;
        _facts = Rulebook.FactsDigest;
        var reader = new EventReader(Rulebook, NoExceptions.Instance);
        var today = Rulebook.DateAt(DateTimeOffset.UtcNow);
        var feed = new SyntheticFeed(new SyntheticOptions
        {
            Seed = 1, Subjects = Templates, EndDate = today, Duplicates = 0, Corrections = 0, BadLines = 0,
        });
        var records = new Dictionary<SubjectId, List<RecordEvent>>();
        foreach (var line in feed.Lines())
        {
            if (reader.Read(line.Span, new SourceId("BENCH"), today).Event is not { } e)
                continue;
            if (!records.TryGetValue(e.Subject, out var list))
                records[e.Subject] = list = [];
            list.Add(e);
        }

        var pool = records.Values.SelectMany(list => list.Skip(1)).ToList();
        var next = 0;
        _states = [.. records.Values.Select(list => (exactRecords is { } exact
                ? [list[0], .. Enumerable.Range(0, exact - 1).Select(_ => pool[next++ % pool.Count])]
                : list)
            .Aggregate(PackedRecords.Empty, (state, e) => PackedRecords.Apply(state, e.Record, 1, e.Op, e.Kind, e.Facts, symbols)))];
        _penalty = pool.First(e => e.Kind == "penalty" && e.Facts.Severity == Severity.General);
        _registrations = [.. records.Values.Select(list => list.First(e => e.Facts.Description is not null))];
        MeanRecords = _states.Average(state => PackedRecords.Count(state));
    }

    public Rulebook Rulebook { get; }

    public double MeanRecords { get; }

    public SubjectId Subject(int number) => new(_organisations.CodeOf(number));

    /// <summary>Two words of a subject's name, which has no other's: its place and trade, and its number.</summary>
    public static string NameWords(int number)
    {
        const string Form = "有限公司";
        var name = SyntheticOrganisations.NameOf(number);
        var form = name.IndexOf(Form, StringComparison.Ordinal);
        return $"{name[2..form]} {name[(form + Form.Length)..]}";
    }

    /// <summary>The row of one subject, as a store would give it, under its own name.</summary>
    public StoredSubject NamedRow(int number, int shardCount, string rules)
    {
        var row = Row(number, shardCount, rules);
        var e = _registrations[number % _states.Length];
        var facts = e.Facts with { Description = e.Facts.Description! with { Name = SyntheticOrganisations.NameOf(number) } };
        return row with { State = PackedRecords.Apply(row.State!, e.Record, e.Revision + 1, e.Op, e.Kind, facts, _symbols) };
    }

    /// <summary>The row with one more record: a penalty whose publicity ends on that day.</summary>
    public StoredSubject WithPenaltyUntil(StoredSubject row, DateOnly day)
    {
        var facts = _penalty.Facts with { Date = day.AddMonths(-Rulebook.Clocks.Publicity[Severity.General][^1].MaxMonths) };
        var record = new RecordId(new SourceId("ENDS"), row.Subject.Value);
        return row with { State = PackedRecords.Apply(row.State!, record, 1, _penalty.Op, _penalty.Kind, facts, _symbols) };
    }

    /// <summary>The row of one subject, as a store would give it.</summary>
    public StoredSubject Row(int number, int shardCount, string rules)
    {
        var subject = Subject(number);
        return new StoredSubject
        {
            Subject = subject,
            Shard = ShardMap.ShardOf(subject, shardCount),
            Position = 1,
            StatePosition = 1,
            State = (byte[])_states[number % _states.Length].Clone(),
            PolicyVersion = rules,
            FactsVersion = _facts,
        };
    }

    /// <summary>An entry for every shard, of organisations that are none of the templates'.</summary>
    public List<JournalEntry> FirstEntries(int shardCount)
    {
        var reader = new EventReader(Rulebook, NoExceptions.Instance);
        var today = Rulebook.DateAt(DateTimeOffset.UtcNow);
        var entries = new Dictionary<int, JournalEntry>();
        foreach (var line in new SyntheticFeed(new SyntheticOptions { Seed = 98, Subjects = 1_000_000, EndDate = today }).Lines())
        {
            if (reader.Read(line.Span, new SourceId("FIRST"), today).Event is not { } e)
                continue;
            var shard = ShardMap.ShardOf(e.Subject, shardCount);
            entries.TryAdd(shard, new JournalEntry
            {
                Shard = shard, Position = 0, Subject = e.Subject, Record = e.Record, Revision = e.Revision, Op = e.Op, Kind = e.Kind,
                Date = e.Facts.Date, Payload = e.Payload, Digest = e.Digest, NaturalKey = e.NaturalKey, Actor = "bench",
                ReceivedAt = DateTimeOffset.UnixEpoch,
            });
            if (entries.Count == shardCount)
                break;
        }

        return [.. entries.Values];
    }

    public static string RulebookPath()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Combine(folder, "rulebooks", "cn-district");
            if (Directory.Exists(candidate))
                return candidate;
        }

        throw new DirectoryNotFoundException("rulebooks/cn-district");
    }

    private sealed class NoExceptions : Domain.Identifiers.IIdentifierExceptions
    {
        public static readonly NoExceptions Instance = new();

        public bool Contains(string code) => false;
    }
}
