using System.Text.Json;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Watchlists;

/// <summary>Changes in words, with the titles of the rulebook in force; what it no longer has is shown by its name.</summary>
internal static class WatchedChanges
{
    /// <summary>A change in words.</summary>
    /// <param name="type">Its type, without the common beginning.</param>
    /// <param name="data">Its data.</param>
    /// <param name="rulebook">Source of the titles.</param>
    public static Text WordsOf(string type, JsonElement data, Rulebook rulebook) => type switch
    {
        ChangeTypes.Grade => WatchlistTexts.GradeChanged.With(GradeOf(data, "old"), GradeOf(data, "new")),
        ChangeTypes.Case => WatchlistTexts.CaseMoved.With(In(data, "case")),
        ChangeTypes.RecordArrived => OfRecord(WatchlistTexts.RecordArrived, data, rulebook),
        ChangeTypes.RecordRevised => OfRecord(WatchlistTexts.RecordRevised, data, rulebook),
        ChangeTypes.RecordWithdrawn => OfRecord(WatchlistTexts.RecordWithdrawn, data, rulebook),
        ChangeTypes.PublicityBegun => OfRecord(WatchlistTexts.PublicityBegun, data, rulebook),
        ChangeTypes.PublicityEnded => OfRecord(WatchlistTexts.PublicityEnded, data, rulebook),
        ChangeTypes.MeasureBegun => WatchlistTexts.MeasureBegun.With(MeasureOf(data, rulebook)),
        ChangeTypes.MeasureEnded => WatchlistTexts.MeasureEnded.With(MeasureOf(data, rulebook)),
        ChangeTypes.ListEntered => WatchlistTexts.ListEntered.With(ListOf(data, rulebook)),
        ChangeTypes.ListLeft => WatchlistTexts.ListLeft.With(ListOf(data, rulebook)),
        ChangeTypes.Warning => WatchlistTexts.Warned.With(WarningOf(data, rulebook)),
        _ => new Text(type, type),
    };

    private static Text Plain(string text) => new(text, text);

    private static string In(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static Text GradeOf(JsonElement data, string name) =>
        In(data, name) is { Length: > 0 } grade ? Plain(grade) : WatchlistTexts.NoGrade;

    private static Text KindOf(string kind, Rulebook rulebook) =>
        rulebook.Catalogue.Kinds.TryGetValue(kind, out var known) ? Text.Of(known.Title) : Plain(kind);

    private static Text MeasureOf(JsonElement data, Rulebook rulebook) =>
        rulebook.Measures.TryGetValue(In(data, "measure"), out var known) ? Text.Of(known.Title) : Plain(In(data, "measure"));

    private static Text WarningOf(JsonElement data, Rulebook rulebook) =>
        rulebook.Warnings.TryGetValue(In(data, "warning"), out var known) ? Text.Of(known.Title) : Plain(In(data, "warning"));

    /// <summary>The list's kind, and its level by the codes of the catalogue where it has one.</summary>
    private static Text ListOf(JsonElement data, Rulebook rulebook)
    {
        var (kind, level) = (In(data, "list"), In(data, "level"));
        return level switch
        {
            "" => KindOf(kind, rulebook),
            "serious" => SubjectTexts.SeriousList,
            "abnormal" => SubjectTexts.Abnormal,
            _ => new Text("{0} {1}", "{0} {1}").With(KindOf(kind, rulebook), Plain(level)),
        };
    }

    private static Text OfRecord(Text form, JsonElement data, Rulebook rulebook) =>
        form.With(KindOf(In(data, "kind"), rulebook), In(data, "source"), In(data, "id"));
}
