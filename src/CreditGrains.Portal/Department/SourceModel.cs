using CreditGrains.Portal.Components;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>How a source's reporting goes, since the store began.</summary>
/// <param name="Source">Its id.</param>
/// <param name="FirstSeen">Of its first feed; null when nothing has come.</param>
/// <param name="LastSeen">Of its last feed.</param>
/// <param name="Lines">Lines in all.</param>
/// <param name="Open">Returned lines that wait.</param>
/// <param name="Outcomes">Lines by what became of them.</param>
/// <param name="Codes">Rejected lines by code, the most frequent first: code, sentence, lines.</param>
/// <param name="EarlierCodes">Rejected lines of which no code was counted.</param>
/// <param name="Delays">Records by how soon they came.</param>
public sealed record SourceModel(
    string Source, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen, long Lines, long Open, IReadOnlyList<ChartBar> Outcomes,
    IReadOnlyList<(string Code, Text Sentence, long Count)> Codes, long EarlierCodes, IReadOnlyList<ChartBar> Delays);
