using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Lists;

/// <summary>A public list: the records of one kind, or for lists of subjects those of one gravity.</summary>
/// <param name="Id">In addresses: the kind's name, or <c>serious-list</c>, <c>abnormal-list</c>.</param>
/// <param name="Kind">The kind whose records it holds.</param>
/// <param name="Title">Its title.</param>
/// <param name="IsSerious">For entries of lists: only the serious ones, or only the others; null for all of the kind.</param>
public sealed record PublicList(string Id, RecordKind Kind, Text Title, bool? IsSerious)
{
    /// <summary>The lists of a rulebook's catalogue: one for each kind that is published and does not describe the subject.</summary>
    public static IReadOnlyList<PublicList> Of(Rulebook rulebook)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        var lists = new List<PublicList>();
        foreach (var kind in rulebook.Catalogue.Kinds.Values)
        {
            if (kind.Publicity == Publicity.None
                || kind.Role is RecordRole.Registration or RecordRole.NationalGrade or RecordRole.ExternalGrade)
                continue;
            if (kind.Role == RecordRole.List)
            {
                lists.Add(new PublicList("serious-list", kind, SubjectTexts.SeriousList, true));
                lists.Add(new PublicList("abnormal-list", kind, SubjectTexts.Abnormal, false));
            }
            else
            {
                lists.Add(new PublicList(kind.Name, kind, Text.Of(kind.Title), null));
            }
        }

        return lists;
    }

    /// <summary>Whether a record of the list's kind belongs to it.</summary>
    public bool Holds(Severity severity) => IsSerious is null || IsSerious == (severity == Severity.Serious);
}
