using CreditGrains.Api.Checks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Embedding;

/// <summary>The question of a framed page, as the framing portal gave it or a person typed it.</summary>
/// <param name="Question">Fields as given.</param>
/// <param name="Matters">Matters to choose from.</param>
/// <param name="Purposes">Purposes that the person may have; the given one among them.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record EmbedFormModel(
    EmbedQuestion Question, IReadOnlyList<(string Value, Text Label)> Matters, IReadOnlyList<(string Value, Text Label)> Purposes,
    IReadOnlyList<FieldError> Errors);

/// <summary>Fields of a question, empty where none was given.</summary>
public sealed record EmbedQuestion(string Subject, string Matter, string Stage, string Purpose)
{
    /// <summary>Whether everything that must be said is.</summary>
    public bool IsWhole => Subject.Length > 0 && Matter.Length > 0 && Purpose.Length > 0;
}

/// <summary>The answer to a check in a frame.</summary>
/// <param name="Answer">As the interface writes it.</param>
/// <param name="Matter">Title of the matter.</param>
/// <param name="Purpose">The purpose in words.</param>
/// <param name="Again">Address of the empty form for the same matter.</param>
public sealed record EmbedResultModel(CheckResponse Answer, Text Matter, Text Purpose, string Again);

/// <summary>A framed page without a session.</summary>
/// <param name="Here">Address of the page, to be shown again after signing in.</param>
public sealed record EmbedSignInModel(string Here);
