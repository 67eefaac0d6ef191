using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>The page of one step.</summary>
public sealed record StepFormModel
{
    public required CaseHeadModel Head { get; init; }

    /// <summary>The step's name.</summary>
    public required string Step { get; init; }

    /// <summary>The case's revision that the page was made of.</summary>
    public required int Revision { get; init; }

    /// <summary>Letters that make one step of a form sent twice.</summary>
    public required string Operation { get; init; }

    /// <summary>False: the case has moved on, and what was typed is only shown.</summary>
    public required bool IsPossible { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }

    /// <summary>Whether a reason must be given.</summary>
    public required bool NeedsReason { get; init; }

    /// <summary>Title and hint of the statement that it asks for in the place of a reason; null where it asks for none.</summary>
    public (Text Title, Text Hint)? Asks { get; init; }

    /// <summary>Measures that a notice will name.</summary>
    public IReadOnlyList<CaseMeasureModel> Measures { get; init; } = [];

    public string Reason { get; init; } = "";

    public string Statement { get; init; } = "";

    /// <summary><c>yes</c>, <c>no</c>, or empty.</summary>
    public string Upheld { get; init; } = "";

    public string Outcome { get; init; } = "";

    /// <summary>Facts that the step asks for, with what was typed.</summary>
    public IReadOnlyList<(StepField Field, string Value)> Facts { get; init; } = [];

    /// <summary>Outcomes to choose from; empty where the step has none.</summary>
    public IReadOnlyList<(string Value, Text Label)> Outcomes { get; init; } = [];

    /// <summary>Outcomes that are not offered yet, with their first day; null for none.</summary>
    public Text? NotBefore { get; init; }

    /// <summary>Records to decide on one by one; empty where the step concerns the whole case.</summary>
    public IReadOnlyList<(string Value, Text Label)> Records { get; init; } = [];

    public string Record { get; init; } = "";

    /// <summary>Fields that a correction may change; empty where the step changes none.</summary>
    public IReadOnlyList<RecordField> Fields { get; init; } = [];

    /// <summary>Files uploaded for the step; null where it takes none.</summary>
    public ProofFieldModel? Uploads { get; init; }

    /// <summary>Files that the case has.</summary>
    public IReadOnlyList<CaseProofModel> Proofs { get; init; } = [];

    /// <summary>In short: why it was filed.</summary>
    public IReadOnlyList<(Text Label, Text Value)> Summary { get; init; } = [];

    /// <summary>The records as they stand.</summary>
    public IReadOnlyList<FileRecordModel> Held { get; init; } = [];

    /// <summary>Of the page and its button.</summary>
    public required Text Title { get; init; }

    /// <summary>Effect of the step.</summary>
    public required Text Explanation { get; init; }
}
