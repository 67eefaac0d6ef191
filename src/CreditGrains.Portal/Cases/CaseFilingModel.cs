using CreditGrains.Portal.Components;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>One page of the form by which a case is opened.</summary>
public sealed record CaseFilingModel
{
    /// <summary>Name of the page on which the answers are checked.</summary>
    public const string CheckPage = "check";

    public required Text Title { get; init; }

    public required FilingPlace Place { get; init; }

    public required OrganisationHeadModel Head { get; init; }

    /// <summary>All questions with what was answered.</summary>
    public required IReadOnlyList<FilingQuestion> Questions { get; init; }

    /// <summary>The question that is asked; null where the answers are checked.</summary>
    public required FilingQuestion? Question { get; init; }

    /// <summary>Effects of sending it, and those it has not.</summary>
    public required IReadOnlyList<Text> Follows { get; init; }

    /// <summary>Names of the organisations whose codes were given, by code.</summary>
    public required IReadOnlyDictionary<string, string> Names { get; init; }

    /// <summary>Letters that make one case of a form sent twice.</summary>
    public required string Operation { get; init; }

    /// <summary>The page was opened from the check of the answers, and leads back there.</summary>
    public required bool ReturnsToCheck { get; init; }

    /// <summary>Of files uploaded so far.</summary>
    public IReadOnlyList<string> Digests { get; init; } = [];

    /// <summary>These files, where the page shows them.</summary>
    public ProofFieldModel? Proofs { get; init; }

    /// <summary>A case that stands in the way of this one; null for none.</summary>
    public OtherCaseModel? Other { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }

    public string Page => Question?.Page ?? CheckPage;

    /// <summary>The page before; null on the first.</summary>
    public string? Before => (Question is null ? Questions.Count : Questions.ToList().IndexOf(Question)) is > 0 and var place
        ? Questions[place - 1].Page : null;

    /// <summary>Answers to the other questions, and where the form is.</summary>
    public IEnumerable<(string Name, string Value)> Hidden =>
    [
        .. Questions.Where(question => question != Question).SelectMany(question => question.Inputs)
            .Where(input => input.Value.Length > 0).Select(input => (input.Name, input.Value)),
        .. Digests.Where(_ => Question != FilingQuestion.ForProofs).Select(digest => (ProofForms.DigestsField, digest)),
        ("operation", Operation), ("check", ReturnsToCheck ? "yes" : ""), ("page", Page),
    ];

    /// <summary>An answer in words; an organisation's code with its name.</summary>
    public Text WordsOf(FormInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Value.Length == 0)
            return input.LeftOut ?? CaseFilingTexts.NothingExpected;
        return input.Kind == FormInputKind.Code && Names.TryGetValue(input.Value, out var name)
            ? new Text($"{name} {input.Value}", $"{name} {input.Value}") : input.Words;
    }
}

/// <summary>The address of a form by which a case is opened, and what is around it.</summary>
/// <param name="Action">Where it is sent.</param>
/// <param name="Above">The pages above it.</param>
/// <param name="Other">Where another organisation is chosen; null where it is the person's own.</param>
public sealed record FilingPlace(string Action, IReadOnlyList<Crumb> Above, string? Other);
