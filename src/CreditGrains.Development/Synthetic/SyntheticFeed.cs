namespace CreditGrains.Development.Synthetic;

/// <summary>
/// A feed of events (semantics, section 4) about organisations that do not exist, for rulebook <c>cn-district</c>: for demonstrations,
/// tests and measurements (performance.md). Every organisation starts with its registration; the number of records is heavy-tailed:
/// median 6,
/// mean 10, and in each 10,000 organisations one with more than 1,000. Streams: memory does not grow with the number of organisations.
/// </summary>
public sealed class SyntheticFeed
{
    /// <summary>Organisations whose records are mixed with each other; the following organisations come after them.</summary>
    private const int BlockSubjects = 512;

    private const int RecentMax = 64;
    private const int HotEvery = 10_000;
    private const int HotRecordsMin = 1_001;
    private const int HotRecordsMax = 20_000;
    private const int UsualRecordsMax = 900;
    private const double RecordsMedian = 6;
    private const double LogDeviation = 0.984; // with the hot ones: mean 10

    private readonly SyntheticOptions _options;
    private readonly SyntheticOrganisations _organisations;
    private readonly SyntheticRecords _records;
    private long _lines;
    private long _newRecords;
    private long _corrections;
    private long _duplicates;
    private long _bad;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its bounds.</exception>
    public SyntheticFeed(SyntheticOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Subjects, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Years, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Duplicates);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Corrections);
        ArgumentOutOfRangeException.ThrowIfNegative(options.BadLines);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Duplicates + options.Corrections + options.BadLines, 0.9);
        _options = options;
        _organisations = new SyntheticOrganisations(options.Seed);
        _records = new SyntheticRecords(options, _organisations);
    }

    /// <summary>Counts of the newest enumeration so far.</summary>
    public SyntheticCounts Counts => new(_lines, _newRecords, _corrections, _duplicates, _bad);

    /// <summary>The code of an organisation, by its number from 0.</summary>
    public string SubjectCode(int organisation) => _organisations.CodeOf(organisation);

    /// <summary>The codes of the first organisations.</summary>
    public IEnumerable<string> SubjectCodes(int count) => Enumerable.Range(0, count).Select(_organisations.CodeOf);

    /// <summary>Number of records of an organisation, its registration included.</summary>
    public int RecordsOf(int organisation)
    {
        var block = organisation / HotEvery;
        var random = new SeededRandom(_options.Seed, 1, (ulong)organisation);
        if (organisation % HotEvery == new SeededRandom(_options.Seed, 2, (ulong)block).Below(HotEvery))
            return (int)Math.Min(HotRecordsMax, HotRecordsMin * Math.Pow(1 - random.Share(), -1 / 1.5));
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.Share())) * Math.Cos(2 * Math.PI * random.Share());
        return Math.Clamp((int)Math.Round(RecordsMedian * Math.Exp(LogDeviation * normal)), 1, UsualRecordsMax);
    }

    /// <summary>The lines without their line feeds. Each is valid until the next is asked for: the buffer is reused.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Lines()
    {
        _lines = _newRecords = _corrections = _duplicates = _bad = 0;
        var random = new SeededRandom(_options.Seed, 3);
        var plan = new List<(int Organisation, int Number)>();
        var recent = new List<(int Organisation, int Number, int Revision)>(RecentMax);
        for (var first = 0; first < _options.Subjects; first += BlockSubjects)
        {
            var count = Math.Min(BlockSubjects, _options.Subjects - first);
            Plan(plan, first, count, ref random);
            foreach (var (organisation, number) in plan)
            {
                for (var extra = random.Share(); extra < ExtraLines; extra = random.Share())
                {
                    if (extra < _options.BadLines)
                        yield return Bad(organisation, ref random);
                    else if (recent.Count > 0)
                        yield return Again(recent, random.Below(recent.Count), extra >= _options.BadLines + _options.Duplicates);
                }

                if (recent.Count < RecentMax)
                    recent.Add((organisation, number, 1));
                else
                    recent[random.Below(RecentMax)] = (organisation, number, 1);
                _lines++;
                _newRecords++;
                yield return _records.Write(organisation, number, 1);
            }
        }
    }

    /// <summary>Writes all lines, each ended by a line feed.</summary>
    public void Write(Stream stream, CancellationToken cancellation = default)
    {
        foreach (var line in Lines())
        {
            stream.Write(line.Span);
            stream.WriteByte((byte)'\n');
            if (_lines % 1024 == 0)
                cancellation.ThrowIfCancellationRequested();
        }
    }

    private double ExtraLines => _options.BadLines + _options.Duplicates + _options.Corrections;

    /// <summary>Registrations first, then everything else of the block, mixed.</summary>
    private void Plan(List<(int Organisation, int Number)> plan, int first, int count, ref SeededRandom random)
    {
        plan.Clear();
        for (var i = 0; i < count; i++)
            plan.Add((first + i, 0));
        for (var i = 0; i < count; i++)
        {
            var records = RecordsOf(first + i);
            for (var number = 1; number < records; number++)
                plan.Add((first + i, number));
        }

        for (var i = plan.Count - 1; i > count; i--)
        {
            var j = count + random.Below(i - count + 1);
            (plan[i], plan[j]) = (plan[j], plan[i]);
        }
    }

    private ReadOnlyMemory<byte> Bad(int organisation, ref SeededRandom random)
    {
        _lines++;
        _bad++;
        return _records.WriteBad(organisation, _bad, ref random);
    }

    /// <summary>A record of a moment ago again: as it is, or corrected.</summary>
    private ReadOnlyMemory<byte> Again(List<(int Organisation, int Number, int Revision)> recent, int at, bool corrected)
    {
        var (organisation, number, revision) = recent[at];
        if (corrected)
            recent[at] = (organisation, number, ++revision);
        _lines++;
        _corrections += corrected ? 1 : 0;
        _duplicates += corrected ? 0 : 1;
        return _records.Write(organisation, number, revision);
    }
}
