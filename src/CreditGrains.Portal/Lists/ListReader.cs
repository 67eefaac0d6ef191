using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Public;

namespace CreditGrains.Portal.Lists;

/// <summary>A row as it is now: the live record and its content.</summary>
internal sealed record LiveRow(SubjectId Subject, string? Name, PublicRecord Record, RecordKind Kind, DateOnly AsOf, JournalEntry Entry);

/// <summary>
/// Reads rows of lists from the live subjects. A snapshot keeps the order of a list; whether a record is public is asked each time it is
/// shown, so that one repaired, withdrawn or suspended since is left out.
/// </summary>
internal sealed class ListReader(CreditEngine engine)
{
    /// <summary>Null when the record is not public any more.</summary>
    public async Task<LiveRow?> ReadAsync(PublicList list, ListRow row, CancellationToken cancellation)
    {
        if (await engine.Subjects.FindAsync(row.Subject, Consistency.Any, cancellation) is not { } view)
            return null;
        var records = PublicReader.RecordsOf(view);
        if (records.FirstOrDefault(record => record.Record == row.Record) is not { } record || !list.Holds(record.Severity))
            return null;
        var kinds = view.Evaluator.Rulebook.Catalogue.Kinds;
        var revisions = await engine.Store.Journal.ReadRevisionsAsync(
            [new RecordRevision(record.Record, record.Revision)], cancellation);
        if (revisions.SingleOrDefault() is not { } entry)
            return null;
        var named = records.Any(each => kinds[each.Kind].Role == RecordRole.Registration);
        return new LiveRow(row.Subject, named ? view.Description?.Name : null, record, kinds[record.Kind], view.AsOf, entry);
    }

    /// <summary>Name of a record: the last text of its natural key, else the source's id.</summary>
    public static string DocumentOf(LiveRow row)
    {
        var name = row.Kind.Identity.LastOrDefault(field =>
            row.Kind.Fields.Any(known => known.Name == field && known.Type == FieldType.Text));
        if (name is null || row.Entry.Payload.IsEmpty)
            return row.Record.Record.Id;
        using var content = JsonDocument.Parse(row.Entry.Payload);
        return content.RootElement.TryGetProperty(name, out var value) ? value.ToString() : row.Record.Record.Id;
    }
}
