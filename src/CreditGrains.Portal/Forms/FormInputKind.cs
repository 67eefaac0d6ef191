namespace CreditGrains.Portal.Forms;

/// <summary>How an input of a form is filled in.</summary>
public enum FormInputKind
{
    /// <summary>One line of text.</summary>
    Line,

    /// <summary>A text of several lines.</summary>
    Lines,

    /// <summary>A day, <c>YYYY-MM-DD</c>.</summary>
    Date,

    /// <summary>Code of an organisation that the platform knows.</summary>
    Code,

    /// <summary>One of its options.</summary>
    Choice,

    /// <summary>A text that is signed: its one option, whose value is the digest of the text that was shown.</summary>
    Signature,
}
