using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// The form by which a case is opened: one question a page, the answers checked, and only then sent. The answers go along in the form
/// itself; nothing is kept of one that is not sent.
/// </summary>
internal sealed class CaseFilingForm(
    CreditEngine engine, SubjectCodes codes, CaseReader cases, OtherCases others, ProofForms proofs)
{
    public const int CodeCharsMax = 64;
    private const string Operation = "portal/case-filing";

    /// <summary>The first question.</summary>
    public IResult Begin(CaseFiling filing, SubjectView view, FilingPlace place, HttpContext context)
    {
        if (DeadlineFault.Of(filing.Kind, CaseStep.Submit, engine) is { } obstacle)
        {
            return Pages.Page<FilingObstaclePage>(
                new FilingObstacleModel(filing.Title, place.Above, OrganisationReader.HeadOf(view).Title, obstacle));
        }

        var scope = ScopeOf(view, context, static _ => "");
        var questions = QuestionsOf(filing, scope);
        return Pages.Page<CaseFilingPage>(new CaseFilingModel
        {
            Title = filing.Title, Place = place, Head = OrganisationReader.HeadOf(view), Questions = questions, Question = questions[0],
            Follows = [], Names = new Dictionary<string, string>(), Operation = CaseOperation.New(), ReturnsToCheck = false, Errors = [],
        });
    }

    /// <summary>The next page after an answer; or the case, once it is sent.</summary>
    public async Task<IResult> GoOnAsync(
        CaseFiling filing, SubjectView view, FilingPlace place, HttpContext context, SubjectLooks looks)
    {
        var sent = await proofs.ReadAsync(view.Subject, takesFiles: true, context);
        var form = sent.Form;
        var scope = ScopeOf(view, context, name => form[name]);
        var questions = QuestionsOf(filing, scope);
        var names = new Dictionary<string, string>();
        var returns = form["check"] == "yes";
        OtherCaseModel? other = null;
        var isCheck = form["page"] == CaseFilingModel.CheckPage;
        var current = isCheck ? null : questions.FirstOrDefault(question => question.Page == form["page"]) ?? questions[0];

        // Going back, or to one answer again, takes along what is typed without judging it.
        if (form["go"] is { Length: > 0 } wanted && questions.FirstOrDefault(question => question.Page == wanted) is { } asked)
            return await ShowAsync(asked, [], isCheck || returns);
        if (!form.IsFresh)
            return await ShowAsync(current, [FieldError.Stale, .. sent.Errors], returns);
        if (sent.IsAboutFiles || sent.Errors.Count > 0)
            return await ShowAsync(current, sent.Errors, returns);
        if (current is not null)
        {
            if (await ErrorsOfAsync(current) is { Count: > 0 } mistakes)
                return await ShowAsync(current, mistakes, returns);
            other = await others.FindAsync(filing, scope, view, current, context);
            if (other is not null)
                return await ShowAsync(current, [new FieldError(current.Inputs[^1].ErrorField, other.Why)], returns);
            var next = returns ? null : questions.SkipWhile(each => each != current).Skip(1).FirstOrDefault();
            return await ShowAsync(next ?? await FirstWrongAsync(), [], returns || next is null);
        }

        if (await FirstWrongAsync() is { } wrong)
            return await ShowAsync(wrong, await ErrorsOfAsync(wrong), true);
        var result = await engine.Cases.OpenAsync(
            view.Subject,
            filing.CommandOf(scope, new CaseCommand
            {
                Step = CaseStep.Submit, Kind = filing.Kind, Actor = cases.ActorOf(view.Subject, context),
                Operation = CaseOperation.Of(form), Proofs = sent.Digests,
            }),
            Caller.Of(context).Actor, context.RequestAborted);
        if (result.Case is { } filed)
            return Pages.SeeOther(PortalPaths.Case(filed.Number.ToString(), "filed"));
        var refused = result.Rejection!;
        var field = refused.Pointer.Split('/')[^1];
        var isOfFiles = refused.Pointer.StartsWith("/proofs", StringComparison.Ordinal);
        var at = isOfFiles ? FilingQuestion.ForProofs
            : questions.FirstOrDefault(question => question.Inputs.Any(input => input.Name == field));
        var shownAt = isOfFiles ? ProofForms.FileField : at?.Inputs.First(input => input.Name == field).ErrorField ?? "";
        return await ShowAsync(at, [new FieldError(shownAt, new Text(refused.Detail("zh"), refused.Detail("en")))], at is not null);

        async Task<IResult> ShowAsync(FilingQuestion? question, IReadOnlyList<FieldError> mistakes, bool returnsToCheck)
        {
            ProofFieldModel? files = null;
            if (question is null || question == FilingQuestion.ForProofs)
            {
                (files, var gone) = await proofs.FindAsync(view.Subject, sent.Digests, context);
                if (gone is not null)
                {
                    (question, returnsToCheck) = (FilingQuestion.ForProofs, returnsToCheck || question is null);
                    mistakes = [.. mistakes.Where(mistake => mistake.Field != ProofForms.FileField), gone];
                }
            }

            return Pages.Page<CaseFilingPage>(
                new CaseFilingModel
                {
                    Title = filing.Title, Place = place, Head = OrganisationReader.HeadOf(view), Questions = questions, Question = question,
                    Follows = question is null ? filing.FollowsOf(scope) : [], Names = names, Operation = CaseOperation.Of(form),
                    ReturnsToCheck = returnsToCheck && question is not null, Digests = sent.Digests, Proofs = files,
                    Errors = mistakes, Other = other,
                },
                mistakes.Count == 0 ? StatusCodes.Status200OK : sent.Status);
        }

        async Task<List<FieldError>> ErrorsOfAsync(FilingQuestion question)
        {
            var errors = new List<FieldError>();
            foreach (var input in question.Inputs)
            {
                var fault = input.FaultOf(text => CaseText.FaultOf(text, engine));
                if (fault is null && input is { Kind: FormInputKind.Code, Value.Length: > 0 })
                {
                    (var known, fault) = await FindAsync(input.Value, looks, context.RequestAborted);
                    if (known?.Description?.Name is { } name)
                        names[input.Value] = name;
                }

                if (fault is not null)
                    errors.Add(new FieldError(input.ErrorField, fault));
            }

            return errors;
        }

        // An answer may have made another one wrong, as a list that is changed its grounds.
        async Task<FilingQuestion?> FirstWrongAsync()
        {
            foreach (var question in questions)
            {
                if ((await ErrorsOfAsync(question)).Count > 0)
                    return question;
            }

            return null;
        }
    }

    /// <summary>The organisation of a code, its look recorded.</summary>
    /// <exception cref="RequestRefusedException">The code is none, or nothing is known of it.</exception>
    public async Task<SubjectView> RequireAsync(string code, SubjectLooks looks, CancellationToken cancellation) =>
        (await FindAsync(code, looks, cancellation)).View ?? throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);

    /// <summary>The same; else the fault.</summary>
    public async Task<(SubjectView? View, Text? Fault)> FindAsync(string code, SubjectLooks looks, CancellationToken cancellation)
    {
        if (code.Length == 0)
            return (null, DepartmentFilingTexts.CodeMissing);
        if (code.Length > CodeCharsMax || !codes.TryRead(code, out var subject))
            return (null, CodeFault.Of(code)?.What ?? DepartmentFilingTexts.CodeWrong);
        await looks.RecordAsync(subject, Operation);
        return await engine.Subjects.FindAsync(subject, Consistency.Latest, cancellation) is { Position: > 0 } view
            ? (view, null) : (null, DepartmentFilingTexts.CodeUnknown);
    }

    /// <summary>The kind's own questions and, before the signature where there is one, the one for files.</summary>
    private static List<FilingQuestion> QuestionsOf(CaseFiling filing, FilingScope scope)
    {
        var questions = filing.QuestionsOf(scope).ToList();
        questions.Insert(questions[^1].Page == FilingSignature.Name ? questions.Count - 1 : questions.Count, FilingQuestion.ForProofs);
        return questions;
    }

    private FilingScope ScopeOf(SubjectView view, HttpContext context, Func<string, string> answerTo) =>
        new(engine.Rulebook, engine.Today, Caller.Of(context).Source ?? "", view.Subject.Value, answerTo);
}
