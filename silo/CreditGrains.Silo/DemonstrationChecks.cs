using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.CheckLists;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Silo;

/// <summary>
/// Checks that the development provider's invented people ask: some fed back, some waiting for it, those of the first days overdue; and a
/// list of checks of each.
/// </summary>
internal sealed class DemonstrationChecks(CreditEngine engine, IReadOnlyList<SubjectId> subjects, CancellationToken cancellation)
{
    private const string Purpose = "approval";
    private const int EveryDays = 7;
    private const int MattersMax = 3;
    private const int SubjectsAsked = 2;
    private const int SubjectsListed = 20;

    private static readonly (string Actor, string Role)[] People =
        [("dev-checker", "checker"), ("dev-reviewer", "reviewer"), ("dev-operator", "operator")];

    /// <summary>The checks of a day of the history; most days have none.</summary>
    /// <param name="day">Counted from 0.</param>
    public async Task AskAsync(int day)
    {
        if (day % EveryDays != 2)
            return;
        var measured = await MeasuredAsync();
        await AskAsync([.. measured.Take(SubjectsAsked)], isFedBack: day > 2 * EveryDays);
    }

    /// <summary>Checks of one organisation by each of the people, and a list of checks of each.</summary>
    public async Task AskTodayAsync(SubjectId subject)
    {
        await AskAsync([subject], isFedBack: false);
        if (engine.Rulebook.Matters.Keys.FirstOrDefault() is not { } matter)
            return;
        foreach (var (actor, role) in People)
        {
            var lines = new CheckListLines();
            foreach (var listed in subjects.Take(SubjectsListed).Select(each => each.Value).Append("DEMO"))
                lines.Add(Encoding.UTF8.GetBytes(listed));
            var run = await engine.CheckLists.BeginAsync(
                new CheckListCommand(Purpose, matter, null, "zh", true, actor, null) { Roles = [role] }, lines, cancellation);
            await engine.CheckLists.Jobs.WaitAsync(run?.Id ?? "");
        }
    }

    private async Task AskAsync(IReadOnlyList<SubjectId> asked, bool isFedBack)
    {
        var checks = await Task.WhenAll(
            from subject in asked
            from matter in MattersAsked()
            from person in People
            select AskAsync(subject, matter.Id, person.Actor, person.Role));
        if (!isFedBack)
            return;
        foreach (var (actor, check) in checks.Where(each => each.Check is not null))
        {
            var measure = check!.Value.Answer.Measures()[0].Measure;
            if (await engine.Checks.FindReceiptAsync(check.Value.Number, cancellation) is not { } entry)
                continue;
            await engine.Feedback.GiveAsync(
                entry,
                new FeedbackCommand(
                    measure.Id, FeedbackActions.Of(measure.Class)[0], null, Demonstration.Invented, null, actor, null, null),
                cancellation);
        }
    }

    /// <returns>The check where it has shown a measure, of which something is to be fed back.</returns>
    private async Task<(string Actor, AskedCheck? Check)> AskAsync(SubjectId subject, string matter, string actor, string role)
    {
        var asked = await engine.Checks.AskAsync(
            new CheckRequest(subject, Purpose, matter, null, actor) { Roles = [role] }, Consistency.Any, null, cancellation);
        return (actor, asked is { Answer: { } answer } && answer.Measures().Count > 0 ? asked : null);
    }

    /// <summary>Those with the most measures.</summary>
    private IEnumerable<Matter> MattersAsked() =>
        engine.Rulebook.Matters.Values.OrderByDescending(matter => matter.Measures.Count).Take(MattersMax);

    /// <summary>Organisations with measures that concern the matter with the most, those first that must be fed back.</summary>
    private async Task<List<SubjectId>> MeasuredAsync()
    {
        var matter = MattersAsked().FirstOrDefault();
        var found = new List<(SubjectId Subject, int Measures, int Mandatory)>();
        foreach (var subject in subjects)
        {
            if (matter is null || await engine.Subjects.FindAsync(subject, Consistency.Any, cancellation) is not { } view)
                continue;
            var concerned = view.Assess().Measures.Select(measure => measure.Measure)
                .Where(measure => matter.Measures.Contains(measure.Id)).ToList();
            found.Add((subject, concerned.Count, concerned.Count(measure => measure.Mandatory)));
        }

        return [.. found.Where(each => each.Measures > 0).OrderByDescending(each => each.Mandatory).Select(each => each.Subject)];
    }
}
