using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Bulletins;

/// <summary>
/// One counting: reads what journal and quarantines have got since the last, and adds rows to the months that are open. Rows, figures and
/// how far they are counted are written together, step by step, so that nothing is counted twice whichever node stops in the middle.
/// </summary>
internal sealed class BulletinCounter
{
    private const string RetentionActor = "platform:retention";
    private const int JournalPage = 2000;
    private const int LinesPage = 500;
    private const int RowsOfStep = 20_000;
    private const int RowsOfPiece = 5000;

    private readonly IStore _store;
    private readonly BulletinRepository _repository;
    private readonly RulesSnapshot _now;
    private readonly DateTimeOffset _at;
    private readonly Dictionary<string, (long Version, Bulletin Bulletin)?> _months = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Month, string Source), List<BulletinRow>> _rows = [];
    private readonly Dictionary<string, List<BulletinRow>> _corrections = new(StringComparer.Ordinal);
    private readonly long _subjects;
    private long? _version;
    private BulletinCounted _counted;
    private int _count;

    private BulletinCounter(
        IStore store, BulletinRepository repository, RulesSnapshot now, DateTimeOffset at, long subjects, long? version,
        BulletinCounted counted)
    {
        _store = store;
        _repository = repository;
        _now = now;
        _at = at;
        _subjects = subjects;
        _version = version;
        _counted = counted;
    }

    private Rulebook Rulebook => _now.Evaluator.Rulebook;

    public static async Task CountAsync(
        IStore store, IReadOnlyList<SourceId> sources, RulesSnapshot now, DateTimeOffset at, IJobProgress progress, CancellationToken stop)
    {
        var repository = new BulletinRepository(store);
        var subjects = await store.Subjects.CountAsync(stop).ConfigureAwait(false);
        var heads = (await store.Subjects.ShardsAsync(stop).ConfigureAwait(false)).ToDictionary(shard => shard.Shard, shard => shard.Head);
        var known = await repository.CountedAsync(stop).ConfigureAwait(false);
        var counted = known?.Counted ?? await BeginAsync(store, now, at, stop).ConfigureAwait(false);
        var counter = new BulletinCounter(store, repository, now, at, subjects, known?.Version, counted);
        for (var shard = 0; shard < store.ShardCount; shard++)
        {
            await counter.CountShardAsync(shard, heads.GetValueOrDefault(shard), progress, stop).ConfigureAwait(false);
            progress.Report(shard + 1, store.ShardCount);
        }

        foreach (var source in sources)
            await counter.CountLinesAsync(source, stop).ConfigureAwait(false);
        await counter.WriteAsync(isLast: true, stop).ConfigureAwait(false);
    }

    /// <summary>The first counting of a store begins with the month before: older ones have no bulletins.</summary>
    private static async Task<BulletinCounted> BeginAsync(
        IStore store, RulesSnapshot now, DateTimeOffset at, CancellationToken stop)
    {
        var from = BulletinMonth.FirstDay(now.Today).AddMonths(-1);
        var zone = now.Evaluator.Rulebook.TimeZone;
        var begin = from.ToDateTime(TimeOnly.MinValue);
        var instant = new DateTimeOffset(begin, zone.GetUtcOffset(begin)).ToUniversalTime();
        var positions = new List<long>(store.ShardCount);
        for (var shard = 0; shard < store.ShardCount; shard++)
            positions.Add(await store.Journal.PositionAtAsync(shard, instant.AddTicks(-1), stop).ConfigureAwait(false));
        return new BulletinCounted(at, null, from, positions, new Dictionary<string, long>(), 0);
    }

    private async Task CountShardAsync(int shard, long head, IJobProgress progress, CancellationToken stop)
    {
        for (var after = _counted.Positions[shard]; after < head;)
        {
            var page = await _store.Journal.ReadShardAsync(shard, after, (int)Math.Min(JournalPage, head - after), stop)
                .ConfigureAwait(false);
            if (page.Count == 0)
                return;
            var firsts = await FirstsAsync(page, stop).ConfigureAwait(false);
            foreach (var entry in page)
                await AddAsync(entry, firsts, stop).ConfigureAwait(false);
            after = page[^1].Position;
            _counted = _counted with { Positions = [.. _counted.Positions.Select((position, i) => i == shard ? after : position)] };
            if (_count >= RowsOfStep)
                await WriteAsync(isLast: false, stop).ConfigureAwait(false);
            await progress.GoOnAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>Legal dates on which records that change were first received, for corrections of months that are issued.</summary>
    private async Task<Dictionary<RecordId, DateOnly>> FirstsAsync(IReadOnlyList<JournalEntry> page, CancellationToken stop)
    {
        var wanted = new HashSet<RecordRevision>();
        foreach (var entry in page)
        {
            if (DecisionOn(entry) is { } file)
                wanted.UnionWith(file.Records.Select(record => new RecordRevision(record.Record, 1)));
            else if (entry.Record.Source != SourceId.Platform && entry.Revision > 1)
                wanted.Add(new RecordRevision(entry.Record, 1));
        }

        if (wanted.Count == 0)
            return [];
        return (await _store.Journal.ReadRevisionsAsync(wanted, stop).ConfigureAwait(false))
            .ToDictionary(first => first.Record, first => Rulebook.DateAt(first.ReceivedAt));
    }

    private async Task AddAsync(JournalEntry entry, Dictionary<RecordId, DateOnly> firsts, CancellationToken stop)
    {
        // The platform's withdrawal at the end of retention says nothing of the department's reports.
        if (entry.Actor == RetentionActor)
            return;
        var on = Rulebook.DateAt(entry.ReceivedAt);
        if (DecisionOn(entry) is { } file)
        {
            var @class = file.Outcome == CaseOutcome.Rejected ? BulletinClasses.NotUpheld : BulletinClasses.Upheld;
            foreach (var record in file.Records)
            {
                await AddChangeAsync(
                    new BulletinRow { Class = @class, Source = record.Source, Id = record.Id, On = on, Code = NameOf(file.Outcome!.Value) },
                    firsts.TryGetValue(record.Record, out var first) ? first : null, stop).ConfigureAwait(false);
            }
        }
        else if (entry.Kind == CaseKinds.Verification && entry.Record.Source == SourceId.Platform && !entry.Payload.IsEmpty)
        {
            var target = CaseKinds.TargetOf(entry.Payload.Span);
            await AddAsync(
                BulletinMonth.Of(on),
                new BulletinRow { Class = BulletinClasses.Verified, Source = target.Source.Value, Id = target.Id, On = on }, stop)
                .ConfigureAwait(false);
        }
        else if (entry.Record.Source != SourceId.Platform && entry is { Revision: 1, Op: EventOp.Put })
        {
            await AddNewAsync(entry, on, stop).ConfigureAwait(false);
        }
        else if (entry.Record.Source != SourceId.Platform)
        {
            var row = new BulletinRow
            {
                Class = entry.Op == EventOp.Withdraw ? BulletinClasses.Withdrawn : BulletinClasses.Corrected,
                Source = entry.Record.Source.Value, Id = entry.Record.Id, Revision = entry.Revision, Kind = entry.Kind, On = on,
            };
            await AddChangeAsync(row, firsts.TryGetValue(entry.Record, out var first) ? first : null, stop).ConfigureAwait(false);
        }
    }

    private async Task AddNewAsync(JournalEntry entry, DateOnly on, CancellationToken stop)
    {
        var row = BulletinRows.Of(
            entry.Record.Source.Value, entry.Record.Id, Rulebook.Catalogue.Kinds.GetValueOrDefault(entry.Kind), entry.Kind, entry.Payload,
            on, Rulebook.Calendar);
        await AddAsync(BulletinMonth.Of(on), row, stop).ConfigureAwait(false);
        if (row.DecidedOn is not { } decided || BulletinMonth.Of(decided) == BulletinMonth.Of(on))
            return;
        var later = row with { Class = BulletinClasses.ReportedLater };
        if (await IsIssuedAsync(BulletinMonth.Of(decided), stop).ConfigureAwait(false))
            Correct(BulletinMonth.Of(decided), later);
        else
            await AddAsync(BulletinMonth.Of(decided), later, stop).ConfigureAwait(false);
    }

    /// <summary>A change counts in its own month, and is a correction of the month in which its record came once that is issued.</summary>
    private async Task AddChangeAsync(BulletinRow row, DateOnly? first, CancellationToken stop)
    {
        await AddAsync(BulletinMonth.Of(row.On), row, stop).ConfigureAwait(false);
        if (first is { } day && BulletinMonth.Of(day) != BulletinMonth.Of(row.On)
            && await IsIssuedAsync(BulletinMonth.Of(day), stop).ConfigureAwait(false))
            Correct(BulletinMonth.Of(day), row);
    }

    private async Task CountLinesAsync(SourceId source, CancellationToken stop)
    {
        for (var after = _counted.Lines.GetValueOrDefault(source.Value); ;)
        {
            var page = await _store.Quarantine.ListAsync(source, after, LinesPage, QuarantineState.All, stop).ConfigureAwait(false);
            foreach (var line in page)
            {
                after = line.Number;
                var on = Rulebook.DateAt(line.At);
                await AddAsync(
                    BulletinMonth.Of(on),
                    new BulletinRow
                    {
                        Class = BulletinClasses.OfRefusal(line.Code), Source = source.Value, Id = line.RecordId, Revision = line.Revision,
                        On = on, Code = line.Code, Line = line.Number,
                    },
                    stop).ConfigureAwait(false);
            }

            _counted = _counted with
            {
                Lines = new SortedDictionary<string, long>(
                    _counted.Lines.ToDictionary(each => each.Key, each => each.Value), StringComparer.Ordinal) { [source.Value] = after },
            };
            if (_count >= RowsOfStep)
                await WriteAsync(isLast: false, stop).ConfigureAwait(false);
            if (page.Count < LinesPage)
                return;
        }
    }

    /// <summary>Adds a row to its month, if that is open.</summary>
    private async Task AddAsync(string month, BulletinRow row, CancellationToken stop)
    {
        if (string.CompareOrdinal(month, BulletinMonth.Of(_counted.FromMonth)) < 0)
            return;
        if (await IsIssuedAsync(month, stop).ConfigureAwait(false))
        {
            Correct(month, row);
            return;
        }

        var source = DepartmentOf(month, row.Source);
        if (!_rows.TryGetValue((month, source), out var rows))
            _rows[(month, source)] = rows = [];
        rows.Add(row);
        _count++;
    }

    /// <summary>Departments beyond the most that are counted each for itself are one (I13).</summary>
    private string DepartmentOf(string month, string source)
    {
        if (_rows.ContainsKey((month, source)))
            return source;
        var known = _months.GetValueOrDefault(month)?.Bulletin.Departments ?? [];
        var fresh = _rows.Keys.Count(key => key.Month == month && known.All(each => each.Source != key.Source));
        return known.Any(each => each.Source == source) || known.Count + fresh < BulletinService.DepartmentsMax - 1
            ? source : BulletinService.Others;
    }

    private void Correct(string month, BulletinRow row)
    {
        if (!_corrections.TryGetValue(month, out var rows))
            _corrections[month] = rows = [];
        rows.Add(row);
        _count++;
    }

    private async Task<bool> IsIssuedAsync(string month, CancellationToken stop)
    {
        if (!_months.TryGetValue(month, out var known))
            _months[month] = known = await _repository.FindWithVersionAsync(month, stop).ConfigureAwait(false);
        return known?.Bulletin.IsIssued == true;
    }

    private async Task WriteAsync(bool isLast, CancellationToken stop)
    {
        var pieces = new List<byte[]>();
        var documents = new List<ControlWrite>();
        var months = _rows.Keys.Select(key => key.Month).ToHashSet(StringComparer.Ordinal);
        if (isLast)
            months.UnionWith(await OpenAsync(stop).ConfigureAwait(false));
        foreach (var month in months.Order(StringComparer.Ordinal))
        {
            var known = _months.GetValueOrDefault(month);
            var bulletin = await AddToAsync(known?.Bulletin, month, pieces, stop).ConfigureAwait(false);
            documents.Add(BulletinRepository.WriteOf(bulletin, known?.Version, null));
        }

        foreach (var (month, rows) in _corrections)
            documents.Add(await _repository.CorrectionAsync(month, rows, stop).ConfigureAwait(false));
        var counted = _counted with { At = _at, Day = isLast ? _now.Today : _counted.Day, Pieces = _counted.Pieces + pieces.Count };
        documents.Add(BulletinRepository.WriteOf(counted, _version));
        await _store.Jobs.WriteAsync(
            new JobWrites([])
            {
                Results = new JobResults(BulletinRepository.Kind, BulletinRepository.RowsId, pieces) { From = _counted.Pieces },
                Documents = documents,
            },
            stop).ConfigureAwait(false);
        _counted = counted;
        _version = (_version ?? 0) + 1;
        _rows.Clear();
        _corrections.Clear();
        _months.Clear();
        _count = 0;
    }

    /// <summary>Months from the first counted to today's that are not issued: their own counts of decisions may have changed.</summary>
    private async Task<List<string>> OpenAsync(CancellationToken stop)
    {
        var open = new List<string>();
        var today = BulletinMonth.FirstDay(_now.Today);
        for (var first = today; first >= _counted.FromMonth && open.Count < BulletinService.OpenMonthsMax; first = first.AddMonths(-1))
        {
            if (!await IsIssuedAsync(BulletinMonth.Of(first), stop).ConfigureAwait(false))
                open.Add(BulletinMonth.Of(first));
        }

        return open;
    }

    private async Task<Bulletin> AddToAsync(Bulletin? known, string month, List<byte[]> pieces, CancellationToken stop)
    {
        var first = BulletinMonth.Parse(month)!.Value;
        var own = await _repository.OwnCountsAsync(month, stop).ConfigureAwait(false);
        var departments = (known?.Departments ?? []).ToDictionary(each => each.Source, StringComparer.Ordinal);
        var digest = known?.RowsDigest ?? "";
        foreach (var ((_, source), rows) in _rows.Where(each => each.Key.Month == month)
            .OrderBy(each => each.Key.Source, StringComparer.Ordinal))
        {
            var department = departments.GetValueOrDefault(source) ?? new DepartmentBulletin(source, new DepartmentScore(), []);
            var refs = department.Pieces.ToList();
            foreach (var chunk in rows.Chunk(RowsOfPiece))
            {
                var piece = JsonSerializer.SerializeToUtf8Bytes([.. chunk], BulletinJson.Default.ListBulletinRow);
                digest = Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(digest), .. piece]));
                refs.Add(new BulletinPiece(_counted.Pieces + pieces.Count, chunk.Length));
                pieces.Add(piece);
            }

            departments[source] = department with { Score = department.Score.Plus(rows, first), Pieces = refs };
        }

        foreach (var source in own.Keys.Where(source =>
            departments.Count < BulletinService.DepartmentsMax || departments.ContainsKey(source)).ToList())
        {
            var department = departments.GetValueOrDefault(source) ?? new DepartmentBulletin(source, new DepartmentScore(), []);
            departments[source] = department with { Score = department.Score with { Own = own[source] } };
        }

        return new Bulletin
        {
            Month = month,
            CountedOn = _now.Today,
            CountedAt = _at,
            CodedSubjects = _subjects,
            Departments = [.. departments.Values.OrderBy(each => each.Source, StringComparer.Ordinal)],
            RowsDigest = digest,
        };
    }

    /// <summary>The case behind an entry that decides on an objection; null for any other.</summary>
    private static CaseFile? DecisionOn(JournalEntry entry)
    {
        if (entry.Kind != CaseKinds.Case || entry.Record.Source != SourceId.Platform || entry.Payload.IsEmpty)
            return null;
        var file = CaseFile.OfPayload(entry.Payload.Span);
        return file is { Kind: CaseKind.Objection, State: CaseState.Decided or CaseState.Closed, Outcome: not null } ? file : null;
    }

    private static string NameOf(CaseOutcome outcome) => JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.ToString());
}
