using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
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
/// A department opens a case: the organisation's code first, then one question a page, the answers checked, and only then sent. As with an
/// organisation's own filings the answers go along in the form itself.
/// </summary>
internal static class DepartmentFilingPages
{
    private const string Operation = "portal/case-filing";
    private const int CodeCharsMax = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var rule = AccessRules.CaseOf(CaseRoles.Source);
        foreach (var filing in DepartmentFiling.All)
        {
            routes.GetPage(PortalPaths.CaseNew(filing.Name), (
                string? code, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks) =>
                StartAsync(filing, code, context, engine, codes, looks))
                .ForWithPurpose(rule).Within(capacities => capacities.Lists);
            var path = $"{PortalPaths.CaseNew(filing.Name)}/{{id}}";
            routes.GetPage(path, (
                string id, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks) =>
                BeginAsync(filing, id, context, engine, codes, looks))
                .ForWithPurpose(rule).Within(capacities => capacities.Lists);
            routes.PostForm(path, (
                string id, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks, CaseReader cases) =>
                GoOnAsync(filing, id, context, engine, codes, looks, cases))
                .ForWithPurpose(rule).Within(capacities => capacities.Lists);
        }
    }

    /// <summary>Of which organisation.</summary>
    private static async Task<IResult> StartAsync(
        DepartmentFiling filing, string? code, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks)
    {
        var source = Caller.Of(context).Source ?? "";
        var obstacle = filing.ObstacleFor(source, engine.Rulebook);
        var errors = new List<FieldError>();
        if (code is not null && obstacle is null)
        {
            var (view, fault) = await FindAsync(code.Trim(), engine, codes, looks, context.RequestAborted);
            if (view is not null)
                return Pages.SeeOther(PortalPaths.CaseNew(filing.Name, view.Subject.Value));
            errors.Add(new FieldError("code", fault!));
        }

        return Pages.Page<DepartmentFilingStartPage>(
            new DepartmentFilingStartModel(
                filing.Name, filing.Title, source, code?.Length > CodeCharsMax ? code[..CodeCharsMax] : code ?? "",
                filing.SubjectQuestion, obstacle, errors),
            errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> BeginAsync(
        DepartmentFiling filing, string id, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks)
    {
        var view = await RequireAsync(id, engine, codes, looks, context.RequestAborted);
        var scope = ScopeOf(view, context, engine, static _ => "");
        if (filing.ObstacleFor(scope.Source, engine.Rulebook) is not null)
            return Pages.SeeOther(PortalPaths.CaseNew(filing.Name));
        return Pages.Page<DepartmentFilingPage>(new DepartmentFilingModel
        {
            Name = filing.Name, Title = filing.Title, Source = scope.Source, Head = OrganisationReader.HeadOf(view),
            Questions = filing.QuestionsOf(scope), Question = filing.QuestionsOf(scope)[0], Follows = [],
            Names = new Dictionary<string, string>(), Operation = CaseOperation.New(), ReturnsToCheck = false, Errors = [],
        });
    }

    private static async Task<IResult> GoOnAsync(
        DepartmentFiling filing, string id, HttpContext context, CreditEngine engine, SubjectCodes codes, SubjectLooks looks,
        CaseReader cases)
    {
        var form = await PortalForm.ReadAsync(context);
        var view = await RequireAsync(id, engine, codes, looks, context.RequestAborted);
        var scope = ScopeOf(view, context, engine, name => form[name]);
        var questions = filing.QuestionsOf(scope);
        var names = new Dictionary<string, string>();
        var returns = form["check"] == "yes";
        var isCheck = form["page"] == DepartmentFilingModel.CheckPage;
        var current = isCheck ? null : questions.FirstOrDefault(question => question.Page == form["page"]) ?? questions[0];

        // Going back, or to one answer again, takes along what is typed without judging it.
        if (form["go"] is { Length: > 0 } wanted && questions.FirstOrDefault(question => question.Page == wanted) is { } asked)
            return Show(asked, [], isCheck || returns);
        if (!form.IsFresh)
            return Show(current, [FieldError.Stale], returns);
        if (current is not null)
        {
            if (await ErrorsOfAsync(current) is { Count: > 0 } mistakes)
                return Show(current, mistakes, returns);
            var next = returns ? await FirstWrongAsync() : questions.SkipWhile(each => each != current).Skip(1).FirstOrDefault();
            return Show(next, [], false);
        }

        if (await FirstWrongAsync() is { } wrong)
            return Show(wrong, await ErrorsOfAsync(wrong), true);
        var result = await engine.Cases.OpenAsync(
            view.Subject,
            filing.CommandOf(scope, new CaseCommand
            {
                Step = CaseStep.Submit, Kind = filing.Kind, Actor = cases.ActorOf(view.Subject, context),
                Operation = CaseOperation.Of(form),
            }),
            Caller.Of(context).Actor, context.RequestAborted);
        if (result.Case is { } filed)
            return Pages.SeeOther(PortalPaths.Case(filed.Number.ToString(), "filed"));
        var refused = result.Rejection!;
        var place = refused.Pointer.Split('/')[^1];
        var at = questions.FirstOrDefault(question => question.Inputs.Any(input => input.Name == place));
        var field = at?.Inputs.First(input => input.Name == place).ErrorField ?? "";
        return Show(at, [new FieldError(field, new Text(refused.Detail("zh"), refused.Detail("en")))], at is not null);

        IResult Show(FilingQuestion? question, IReadOnlyList<FieldError> mistakes, bool returnsToCheck) =>
            Pages.Page<DepartmentFilingPage>(
                new DepartmentFilingModel
                {
                    Name = filing.Name, Title = filing.Title, Source = scope.Source, Head = OrganisationReader.HeadOf(view),
                    Questions = questions, Question = question, Follows = filing.FollowsOf(scope), Names = names,
                    Operation = CaseOperation.Of(form), ReturnsToCheck = returnsToCheck && question is not null, Errors = mistakes,
                },
                mistakes.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

        async Task<List<FieldError>> ErrorsOfAsync(FilingQuestion question)
        {
            var errors = new List<FieldError>();
            foreach (var input in question.Inputs)
            {
                var fault = input.FaultOf(text => CaseText.FaultOf(text, engine));
                if (fault is null && input is { Kind: FormInputKind.Code, Value.Length: > 0 })
                {
                    (var known, fault) = await FindAsync(input.Value, engine, codes, looks, context.RequestAborted);
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

    private static FilingScope ScopeOf(SubjectView view, HttpContext context, CreditEngine engine, Func<string, string> answerTo) =>
        new(engine.Rulebook, engine.Today, Caller.Of(context).Source ?? "", view.Subject.Value, answerTo);

    private static async Task<SubjectView> RequireAsync(
        string id, CreditEngine engine, SubjectCodes codes, SubjectLooks looks, CancellationToken cancellation) =>
        (await FindAsync(id, engine, codes, looks, cancellation)).View
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);

    /// <summary>The organisation of a code, its look recorded; else the fault.</summary>
    private static async Task<(SubjectView? View, Text? Fault)> FindAsync(
        string code, CreditEngine engine, SubjectCodes codes, SubjectLooks looks, CancellationToken cancellation)
    {
        if (code.Length == 0)
            return (null, DepartmentFilingTexts.CodeMissing);
        if (code.Length > CodeCharsMax || !codes.TryRead(code, out var subject))
            return (null, CodeFault.Of(code)?.What ?? DepartmentFilingTexts.CodeWrong);
        await looks.RecordAsync(subject, Operation);
        return await engine.Subjects.FindAsync(subject, Consistency.Latest, cancellation) is { Position: > 0 } view
            ? (view, null) : (null, DepartmentFilingTexts.CodeUnknown);
    }
}
