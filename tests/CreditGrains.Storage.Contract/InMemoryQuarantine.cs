using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The quarantine of an <see cref="InMemoryStore"/>; a line's number is its index in its source's list plus one.</summary>
internal sealed class InMemoryQuarantine(InMemoryStore store, InMemoryData data) : IQuarantine
{
    public Task AddAsync(IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation) => store.WriteAsync(
        "Quarantine.Add",
        () =>
        {
            foreach (var line in lines)
                Add(line);
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<QuarantinedLine>> ListAsync(
        SourceId source, long after, int limit, string state, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<QuarantinedLine>>(
            "Quarantine.List",
            () =>
            [
                .. data.Lines.GetValueOrDefault(source, []).Select(line => line.Line)
                    .Where(line => line.Number > after && (state == QuarantineState.All || line.State == state)).Take(limit),
            ],
            cancellation);

    public Task<IReadOnlyList<QuarantinedLine>> FindOpenAsync(
        SourceId source, IReadOnlyCollection<string> recordIds, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<QuarantinedLine>>(
            "Quarantine.FindOpen",
            () => [.. Open(source).Where(line => line.RecordId is { } id && recordIds.Contains(id))],
            cancellation);

    public Task<QuarantinedLine?> FindAsync(SourceId source, long number, CancellationToken cancellation) =>
        store.ReadAsync("Quarantine.Find", () => Open(source).FirstOrDefault(line => line.Number == number), cancellation);

    public Task<int> CloseAsync(
        SourceId source, IReadOnlyCollection<long> numbers, string how, string actor, DateTimeOffset at, CancellationToken cancellation) =>
        store.WriteAsync(
            "Quarantine.Close",
            () =>
            {
                var open = Open(source).Where(line => numbers.Contains(line.Number)).ToList();
                foreach (var line in open)
                {
                    var closed = line with { Line = null, State = how, ClosedBy = actor, ClosedAt = at };
                    data.Lines[source][(int)line.Number - 1] = new InMemoryLine(closed, false);
                }

                return open.Count;
            },
            cancellation);

    public Task<long> CountAsync(SourceId source, CancellationToken cancellation) =>
        store.ReadAsync<long>("Quarantine.Count", () => Open(source).Count(), cancellation);

    private IEnumerable<QuarantinedLine> Open(SourceId source) =>
        data.Lines.TryGetValue(source, out var lines) ? lines.Where(line => line.Open).Select(line => line.Line) : [];

    private void Add(QuarantinedLine line)
    {
        if (!data.Lines.TryGetValue(line.Source, out var lines))
            data.Lines[line.Source] = lines = [];
        var same = lines.FindIndex(known => known.Open && AreSame(known.Line, line));
        if (same >= 0)
            lines[same] = new InMemoryLine(line with { Number = same + 1 }, true);
        else
            lines.Add(new InMemoryLine(line with { Number = lines.Count + 1 }, true));
    }

    private static bool AreSame(QuarantinedLine one, QuarantinedLine other) => one.RecordId == other.RecordId
        && (one.Line is null
            ? other.Line is null && one.Code == other.Code && one.Pointer == other.Pointer
            : other.Line is not null && one.Line.AsSpan().SequenceEqual(other.Line));
}
