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

    public Task<IReadOnlyList<QuarantinedLine>> ListAsync(SourceId source, long after, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<QuarantinedLine>>(
            "Quarantine.List", () => [.. Open(source).Where(line => line.Number > after).Take(limit)], cancellation);

    public Task<QuarantinedLine?> FindAsync(SourceId source, long number, CancellationToken cancellation) =>
        store.ReadAsync("Quarantine.Find", () => Open(source).FirstOrDefault(line => line.Number == number), cancellation);

    public Task<bool> CloseAsync(
        SourceId source, long number, string how, string actor, DateTimeOffset at, CancellationToken cancellation) => store.WriteAsync(
        "Quarantine.Close",
        () =>
        {
            if (!Open(source).Any(line => line.Number == number))
                return false;
            var lines = data.Lines[source];
            lines[(int)number - 1] = new InMemoryLine(lines[(int)number - 1].Line with { Line = null }, false);
            return true;
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
