using System.Text.Json;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Public;

namespace CreditGrains.Portal.Lists;

/// <summary>A row as it is now: the live record and its content.</summary>
internal sealed record LiveRow(SubjectId Subject, string? Name, PublicRecord Record, RecordKind Kind, DateOnly AsOf, JournalEntry Entry);

/// <summary>
/// Reads rows of lists from the live subjects. A snapshot keeps the order of a list; whether a record is public is asked each time it is
/// shown, so that one repaired, withdrawn or suspended since is left out, and those of an organisation whose page is closed.
/// </summary>
internal sealed class ListReader(CreditEngine engine, ClosedPages closed)
{
    private const string DocumentNumber = "documentNumber";

    /// <summary>
    /// The rows whose records are public still, in their order. A page of them costs one read of contents: one read a row made a page of
    /// twenty cost twenty times as much (<c>credit bench page</c>).
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="rows">At most some hundred: their subjects are asked for at once.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<LiveRow>> ReadAsync(PublicList list, IReadOnlyList<ListRow> rows, CancellationToken cancellation)
    {
        var views = await Task.WhenAll(rows.Select(row => row.Subject).Distinct().Where(subject => !closed.IsClosed(subject))
            .Select(subject => engine.Subjects.FindAsync(subject, Consistency.Any, cancellation).AsTask()));
        var ofSubject = views.OfType<SubjectView>()
            .ToDictionary(view => view.Subject, view => (View: view, Records: PublicReader.RecordsOf(view)));
        var live = new List<(SubjectView View, PublicRecord Record, string? Name)>(rows.Count);
        foreach (var row in rows)
        {
            if (!ofSubject.TryGetValue(row.Subject, out var found)
                || found.Records.FirstOrDefault(record => record.Record == row.Record) is not { } record || !list.Holds(record.Severity))
                continue;
            var kinds = found.View.Evaluator.Rulebook.Catalogue.Kinds;
            var named = found.Records.Any(each => kinds[each.Kind].Role == RecordRole.Registration);
            live.Add((found.View, record, named ? found.View.Description?.Name : null));
        }

        var entries = (await engine.Store.Journal.ReadRevisionsAsync(
            [.. live.Select(each => new RecordRevision(each.Record.Record, each.Record.Revision))], cancellation))
            .ToDictionary(entry => entry.Record);
        return
        [
            .. live.Where(each => entries.ContainsKey(each.Record.Record)).Select(each => new LiveRow(
                each.View.Subject, each.Name, each.Record, each.View.Evaluator.Rulebook.Catalogue.Kinds[each.Record.Kind], each.View.AsOf,
                entries[each.Record.Record])),
        ];
    }

    /// <summary>
    /// Name of a record: the last text of its natural key, for a kind without one its document's number, else the source's id.
    /// </summary>
    public static string DocumentOf(LiveRow row)
    {
        var name = row.Kind.Identity.LastOrDefault(field =>
            row.Kind.Fields.Any(known => known.Name == field && known.Type == FieldType.Text)) ?? DocumentNumber;
        if (row.Entry.Payload.IsEmpty)
            return row.Record.Record.Id;
        using var content = JsonDocument.Parse(row.Entry.Payload);
        return content.RootElement.TryGetProperty(name, out var value) ? value.ToString() : row.Record.Record.Id;
    }
}
