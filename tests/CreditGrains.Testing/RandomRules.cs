using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Testing;

/// <summary>Policies and events drawn from a seed, dense around the boundaries that rules speak of.</summary>
public sealed class RandomRules(int seed)
{
    public static readonly DateOnly Today = new(2026, 3, 15);

    private static readonly string[] Kinds = ["registration", "licence", "penalty", "inspection", "list-entry", "tax-grade"];
    private static readonly string[] Levels = ["A", "B", "C", "serious", "attention"];
    private static readonly string[] Sources = ["SCJG", "FY", "SW"];
    private static readonly int[] Days = [0, 1, 30, 90, 180, 365];

    /// <summary>Unknown: review; not registered: fast-track; else proceed.</summary>
    private static readonly Matter RegisteredMatter = new()
    {
        Id = "registered",
        Title = LocalisedText.Of("zh", "登记"),
        Outcomes =
        [
            new(CheckOutcome.Review, new() { Known = false }, null), new(CheckOutcome.FastTrack, new() { Registered = false }, null),
            new(CheckOutcome.Proceed, null, null),
        ],
    };

    private readonly Random _random = new(seed);

    /// <summary>Apart from the other, so that policies and events of a seed stay what they were.</summary>
    private readonly Random _ofPublicity = new(~seed);

    public Rulebook Rulebook() => WithPublicity(SampleRulebook.Instance with
    {
        Measures = SampleRulebook.Instance.Measures.ToDictionary(pair => pair.Key, pair => Dated(pair.Value)),
        Matters = new Dictionary<string, Matter> { ["registered"] = RegisteredMatter },
        Policy = SampleRulebook.Instance.Policy with
        {
            BaseMilli = _random.Next(0, 1_200) * 1000,
            RatedWhen = Chance(70) ? new RecordMatch { Kind = ["registration"] } : null,
            Indicators = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(Indicator)],
            Limits = [.. Enumerable.Range(0, _random.Next(0, 3)).Select(Limit)],
            Measures = [new() { Measure = "green-channel", GradeIn = ["A", "B"] }, .. Enumerable.Range(0, _random.Next(0, 3))
                .Select(_ => Trigger())],
        },
    });

    /// <summary>The same with early warnings of each form.</summary>
    public Rulebook WithWarnings(Rulebook rulebook)
    {
        var drawn = Enumerable.Range(0, _random.Next(1, 7)).Select(Warning).ToList();
        var repeats = rulebook.Policy.Indicators.Where(indicator => indicator.Repeat is not null).Select(indicator => new EarlyWarning
        {
            Id = "w-" + indicator.Id, Title = LocalisedText.Of("zh", "预警"), RepeatOf = indicator.Id,
        });
        return rulebook with { Warnings = drawn.Concat(repeats).ToDictionary(warning => warning.Id) };
    }

    /// <summary>
    /// The same with versions of the tiers around today, some of them a sector's or a place's own, and kinds that need verification.
    /// </summary>
    public Rulebook WithPublicity(Rulebook rulebook) => Likely(40) ? rulebook : rulebook with
    {
        Clocks = rulebook.Clocks with
        {
            Place = Likely(50) ? "here" : null,
            Sectors = new Dictionary<string, IReadOnlyList<string>> { ["courts"] = ["FY"], ["tax"] = ["SW", "SS"] },
            Publicity = new[] { Severity.Minor, Severity.General, Severity.Serious }.ToDictionary(
                severity => severity, _ => (IReadOnlyList<PublicityTier>)Versions()),
        },
        Catalogue = new Catalogue(rulebook.Catalogue.Kinds.Values
            .Select(kind => kind.Name is "penalty" or "licence" or "list-entry" ? kind with { NeedsVerification = Likely(30) } : kind)
            .ToDictionary(kind => kind.Name)),
    };

    private List<PublicityTier> Versions()
    {
        var versions = new List<PublicityTier>();
        DateOnly? from = null;
        for (var i = _ofPublicity.Next(1, 4); i > 0; i--)
        {
            DateOnly? until = i == 1 && Likely(80) ? null : (from ?? Today.AddDays(-500)).AddDays(_ofPublicity.Next(1, 300));
            versions.Add(Version(from, until));
            if (Likely(30))
                versions.Add(Version(from, until) with { Sector = Choose(["courts", "tax"]) });
            if (Likely(30))
                versions.Add(Version(from, until) with { Place = Choose(["here", "there"]) });
            if (until is null)
                break;
            from = until.Value.AddDays(1);
        }

        return versions;
    }

    private PublicityTier Version(DateOnly? from, DateOnly? until) => new()
    {
        Published = Likely(85),
        MinMonths = Choose([0, 1, 3]),
        MaxMonths = Choose([3, 6, 12]),
        Anchor = Likely(60) ? PublicityAnchor.Date : Choose([PublicityAnchor.Until, PublicityAnchor.Publication]),
        Transition = from is not null && Likely(50) ? PublicityTransition.MoreFavourable : PublicityTransition.DecidedUnder,
        ValidFrom = from,
        ValidUntil = until,
        Basis = "drawn",
    };

    /// <summary>Events with increasing revisions per record, corrections, withdrawals, objections and repairs among them.</summary>
    public List<ModelEvent> Events(int count)
    {
        var events = new List<ModelEvent>();
        var known = new Dictionary<RecordId, (string Kind, int Revision)>();
        for (var i = 0; i < count; i++)
        {
            if (known.Count > 0 && Chance(25))
            {
                var (record, (kind, revision)) = known.ElementAt(_random.Next(known.Count));
                var next = revision + _random.Next(1, 3);
                known[record] = (kind, next);
                events.Add(Chance(30)
                    ? new ModelEvent(record, next, EventOp.Withdraw, kind, new RecordFacts())
                    : new ModelEvent(record, next, EventOp.Put, kind, FactsOf(kind, known)));
                continue;
            }

            var isMark = known.Count > 0 && Chance(20);
            var newKind = isMark ? (Likely(30) ? "verification" : Chance(50) ? "objection" : "repair") : Pick(Kinds);
            var id = new RecordId(isMark ? SourceId.Platform : new SourceId(Pick(Sources)), $"R{i}");
            known[id] = (newKind, 1);
            events.Add(new ModelEvent(id, 1, EventOp.Put, newKind, FactsOf(newKind, known)));
        }

        return events;
    }

    public List<ModelEvent> Shuffled(IEnumerable<ModelEvent> events) => [.. events.OrderBy(_ => _random.Next())];

    public int Next(int from, int to) => _random.Next(from, to);

    private RecordFacts FactsOf(string kind, Dictionary<RecordId, (string Kind, int Revision)> known)
    {
        var date = Day();
        if (kind is "objection" or "repair" or "verification")
        {
            var target = known.Keys.ElementAt(_random.Next(known.Count));
            return new RecordFacts
            {
                Date = date,
                Until = kind == "objection" && Chance(60) ? date.AddDays(Pick(Days)) : null,
                Mark = new ProcedureMark(
                    kind switch
                    {
                        "objection" => Procedure.Objection,
                        "repair" => Procedure.Repair,
                        _ => Procedure.Verification,
                    },
                    target,
                    kind == "objection" && Chance(50) ? date.AddDays(_random.Next(0, 10)) : null),
            };
        }

        return new RecordFacts
        {
            Date = Chance(97) ? date : null,
            Until = Chance(40) ? date.AddDays(Pick(Days) + _random.Next(-1, 2)) : null,
            Severity = (Severity)_random.Next(0, 4),
            Level = Chance(70) ? Pick(Levels) : null,
            AmountMicro = Chance(60) ? _random.NextInt64(0, 500_000_000_000) : null,
            Counts = Chance(40) ? [new("defects", _random.Next(0, 50)), new("corrected", _random.Next(0, 5))] : [],
            IsDecision = Chance(80),
            Description = kind == "registration" ? new SubjectDescription($"虚构{_random.Next(100)}", "990101", null, "active") : null,
        };
    }

    private Indicator Indicator(int index) => new()
    {
        Id = $"i{index}",
        Match = Match(),
        PointsMilli = _random.Next(-60_000, 20_001),
        LevelsMilli = Chance(40) ? new Dictionary<string, long> { ["A"] = 20_000, ["C"] = -20_001 } : new Dictionary<string, long>(),
        Per = Chance(40)
            ? [new PerUnit(Chance(50) ? "amount" : "defects", Chance(50) ? 100_000_000_000 : 7_000_000, -2_333, Chance(70) ? -20_000
                : null)]
            : [],
        Fade = Chance(60) ? [new FadeStep(Chance(80) ? 0 : 1, 100), new FadeStep(90, 67), new FadeStep(180, Chance(50) ? 33 : 67)] : [],
        Lasts = Lasts(),
        RepairedPercent = Pick([0, 0, 50, 33, 100]),
        OnlyLatest = Chance(25),
        Repeat = Chance(30) ? new Repeat(_random.Next(2, 4), 150) : null,
        FloorMilli = Chance(40) ? -_random.Next(10_000, 200_000) : null,
        CeilingMilli = Chance(30) ? _random.Next(0, 30_000) : null,
    };

    private GradeLimit Limit(int index) => new()
    {
        Id = $"l{index}", Match = Match(), Grade = Pick(["B", "C", "D"]), Lasts = Lasts(), RepairedPercent = Pick([0, 0, 100]),
    };

    private EarlyWarning Warning(int index)
    {
        var warning = new EarlyWarning { Id = $"w{index}", Title = LocalisedText.Of("zh", "预警"), Record = Match() };
        return _random.Next(3) switch
        {
            0 => warning with { EndsWithinDays = Pick([1, 7, 30, 365]) },
            1 => warning with { PublicityEndsWithinDays = Pick([1, 30, 90]) },
            _ => warning with { Count = _random.Next(1, 4), WithinMonths = Pick([1, 3, 12]) },
        };
    }

    private Measure Dated(Measure measure)
    {
        DateOnly? from = Chance(30) ? Day() : null;
        return measure with
        {
            ValidFrom = from, ValidUntil = Chance(30) ? (from ?? Day()).AddDays(Pick(Days)) : null, PublishedOn = Chance(10) ? Day() : null,
        };
    }

    private MeasureTrigger Trigger() => new() { Measure = "restrict-public-funds", Record = Match(), Lasts = Lasts() };

    private RecordMatch Match() => new()
    {
        Kind = Chance(85) ? [Pick(Kinds), Pick(Kinds)] : null,
        Severity = Chance(40) ? [(Severity)_random.Next(0, 4), Severity.General] : null,
        Level = Chance(20) ? [Pick(Levels), Pick(Levels)] : null,
        Source = Chance(15) ? [Pick(Sources)] : null,
        AmountMinMicro = Chance(15) ? 100_000_000_000 : null,
        AmountMaxMicro = Chance(10) ? 300_000_000_000 : null,
    };

    private Lifetime Lasts() => new(Chance(40) ? Pick([1, 90, 181, 365]) : null, Chance(30), Chance(20));

    private DateOnly Day() => Chance(50) ? Today.AddDays(-Pick(Days) + _random.Next(-2, 3)) : Today.AddDays(_random.Next(-900, 60));

    private bool Chance(int percent) => _random.Next(100) < percent;

    private bool Likely(int percent) => _ofPublicity.Next(100) < percent;

    private T Choose<T>(T[] values) => values[_ofPublicity.Next(values.Length)];

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
