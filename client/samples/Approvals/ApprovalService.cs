using CreditGrains.Client;
using Microsoft.Extensions.Options;

namespace CreditGrains.Samples.Approvals;

/// <summary>
/// The office's own flow with a check at each of three stages: accepting (受理), deciding (审批), finishing (办结). A mandatory measure stops,
/// an optional one is the clerk's to decide, the green channel shortens; what was done is told to the credit platform. Where that cannot be
/// asked, the application stays where it is: nothing is granted unchecked.
/// </summary>
/// <param name="credit">The credit platform.</param>
/// <param name="applications">Applications of the office.</param>
/// <param name="options">How the office works.</param>
public sealed class ApprovalService(CreditClient credit, ApplicationList applications, IOptions<ApprovalOptions> options)
{
    private const string GreenChannel = "green-channel";
    private const string PapersToFollow = "tolerant-acceptance";

    /// <summary>The application; null when there is none of this number.</summary>
    public Application? Find(string number) => applications.Find(number);

    /// <summary>Accepts an application, or refuses it where law says so.</summary>
    /// <param name="organisation">The organisation's code.</param>
    /// <param name="papersFollow">Whether papers that are not essential are still missing.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when the office is full.</returns>
    /// <exception cref="CreditProblemException">The platform refuses the question; nothing was accepted.</exception>
    /// <exception cref="HttpRequestException">The platform cannot be reached; nothing was accepted.</exception>
    public async Task<Application?> AcceptAsync(string organisation, bool papersFollow, CancellationToken cancellation)
    {
        if (applications.Count >= options.Value.ApplicationsMax)
            return null;
        var application = new Application(applications.NextNumber(), organisation, papersFollow) { Days = options.Value.DaysUsual };
        await CheckAsync(application, "accept", cancellation);
        var answer = application.LastCheck;
        if (application.State != ApprovalState.Refused)
        {
            application.State = answer.Outcome == "review" ? ApprovalState.WithClerk : ApprovalState.Accepted;
            if (answer.Outcome == "fast-track" && Has(answer, GreenChannel))
            {
                application.Days = options.Value.DaysFast;
                application.Owe(new CheckFeedback(GreenChannel, "incentive-granted"));
            }

            if (papersFollow && Has(answer, PapersToFollow))
            {
                application.Owe(new CheckFeedback(PapersToFollow, "incentive-granted"));
            }
            else if (papersFollow)
            {
                application.State = ApprovalState.Refused;
                application.Reasons = [.. application.Reasons, "Papers are missing, and may not follow."];
            }
        }

        await TellAsync(application, cancellation);
        applications.Add(application);
        return application;
    }

    /// <summary>The clerk decides, after another check.</summary>
    /// <param name="application">An application that was accepted.</param>
    /// <param name="grant">Whether the clerk grants it.</param>
    /// <param name="apply">Optional measures that the clerk applies; what is shown and not applied is told too.</param>
    /// <param name="note">Why, for the platform.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False when it is not at this stage.</returns>
    public Task<bool> DecideAsync(
        Application application, bool grant, IReadOnlyCollection<string> apply, string? note, CancellationToken cancellation) =>
        StepAsync(application, "decide", [ApprovalState.Accepted, ApprovalState.WithClerk], answer =>
        {
            foreach (var measure in answer.Optional)
                application.Owe(new CheckFeedback(measure, apply.Contains(measure) ? "applied" : "not-applied", Note: note));
            application.State = grant && answer.Optional.All(measure => !apply.Contains(measure))
                ? ApprovalState.Granted : ApprovalState.Refused;
        }, cancellation);

    /// <summary>Hands the decision over, unless something has come since that forbids it.</summary>
    /// <returns>False when it is not at this stage.</returns>
    public Task<bool> FinishAsync(Application application, CancellationToken cancellation) => StepAsync(
        application, "finish", [ApprovalState.Granted], _ => application.State = ApprovalState.Finished, cancellation);

    /// <summary>Tells the platform what it has not been told yet; what cannot be told now stays owed.</summary>
    public async Task ReportAsync(Application application, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(application);
        await application.Step.WaitAsync(cancellation);
        try
        {
            await TellAsync(application, cancellation);
        }
        finally
        {
            application.Step.Release();
        }
    }

    private async Task TellAsync(Application application, CancellationToken cancellation)
    {
        while (application.NextOwed is { } owed)
        {
            try
            {
                await credit.GiveFeedbackAsync(owed.Check, owed.Feedback, cancellation);
            }
            catch (CreditProblemException told) when (told.Code == "feedback-given")
            {
                // An earlier call arrived, and its answer was lost.
            }
            catch (Exception fault) when (fault is CreditProblemException or HttpRequestException)
            {
                return;
            }

            application.Told();
        }
    }

    private async Task<bool> StepAsync(
        Application application, string stage, ApprovalState[] from, Action<CheckAnswer> act, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(application);
        await application.Step.WaitAsync(cancellation);
        try
        {
            if (!from.Contains(application.State))
                return false;
            await CheckAsync(application, stage, cancellation);
            if (application.State != ApprovalState.Refused)
                act(application.LastCheck);
            await TellAsync(application, cancellation);
            return true;
        }
        finally
        {
            application.Step.Release();
        }
    }

    /// <summary>Asks at a stage; a stop refuses the application, and each mandatory measure behind it counts as applied.</summary>
    private async Task CheckAsync(Application application, string stage, CancellationToken cancellation)
    {
        var question = new CheckQuestion(application.Organisation, options.Value.Matter, options.Value.Purpose, stage);
        var answer = await credit.CheckAsync(question, cancellation: cancellation);
        application.Take(answer);
        if (answer.Outcome != "stop")
            return;
        application.State = ApprovalState.Refused;
        foreach (var measure in answer.Mandatory)
            application.Owe(new CheckFeedback(measure, "applied"));
    }

    private static bool Has(CheckAnswer answer, string incentive) => answer.Incentives.Any(each => each.Measure == incentive);
}
