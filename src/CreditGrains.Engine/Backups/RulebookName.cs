using CreditGrains.Domain.Rulebooks.Reading;
using CreditGrains.Engine.Rules;

namespace CreditGrains.Engine.Backups;

/// <summary>Tells which rulebook a store was last opened with, from the document that keeps it.</summary>
public static class RulebookName
{
    /// <summary>Kind and id of the control document.</summary>
    public static (string Kind, string Id) Document => (RulebookOpening.Kind, RulebookOpening.Id);

    /// <summary>The rulebook's id; null where its files cannot be read by this program.</summary>
    public static string? Of(string content) => RulebookReader.Read(KeptRulebook.FromJson(content).Files).Rulebook?.Id;
}
