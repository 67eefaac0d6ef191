using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CreditGrains.Cluster.Contracts;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Engine.Storage;
using Orleans;

namespace CreditGrains.Client.Orleans;

/// <summary>
/// Checks and subjects for .NET callers inside the network, by grain calls: the same questions and answers as <see cref="CreditClient"/>.
/// Safe for any number of threads. Whoever can reach the silos is trusted to name who asks, in which roles and for which department; what
/// is asked is logged there.
/// </summary>
/// <remarks>
/// Every call throws <see cref="CreditProblemException"/> when the cluster refuses or has no answer in time, and
/// <see cref="OperationCanceledException"/> when cancelled. Checks are not repeated by themselves, because each is a numbered act.
/// </remarks>
/// <param name="grains">A client of the cluster.</param>
/// <param name="options">On whose behalf it asks. A client is light: make one for each set of roles.</param>
public sealed partial class CreditClusterClient(IGrainFactory grains, CreditClusterClientOptions options)
{
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string[] _roles = [.. options.Roles];

    /// <summary>A client without roles and department: matters that the rulebook keeps for some are refused.</summary>
    /// <param name="grains">A client of the cluster.</param>
    /// <param name="language">Of details and titles: <c>zh</c> or <c>en</c>.</param>
    public CreditClusterClient(IGrainFactory grains, string language = "zh")
        : this(grains, new CreditClusterClientOptions { Language = language })
    {
    }

    /// <summary>Asks one check.</summary>
    /// <param name="question">The question.</param>
    /// <param name="actor">Caller, for the access log.</param>
    /// <param name="consistency">How fresh.</param>
    /// <param name="cancellation">Ends the wait, not the check.</param>
    public async Task<CheckAnswer> CheckAsync(
        CheckQuestion question, string actor, Consistency consistency = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        var request = new AnswerRequest
        {
            Matter = question.Matter, Actor = actor, Purpose = question.Purpose, Consistency = consistency.ToString(),
            Language = options.Language, Stage = question.Stage, Roles = _roles, Department = options.Department,
        };
        var reply = await AskAsync(question.Subject, request, cancellation).ConfigureAwait(false);
        return Read(reply, CreditJson.Default.CheckAnswer)!;
    }

    /// <summary>One organisation; null when nothing of it is known.</summary>
    /// <param name="subject">Its code.</param>
    /// <param name="actor">Caller, for the access log.</param>
    /// <param name="purpose">For what.</param>
    /// <param name="consistency">How fresh.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<SubjectSummary?> FindSubjectAsync(
        string subject, string actor, string purpose, Consistency consistency = default, CancellationToken cancellation = default)
    {
        var request = new AnswerRequest
        {
            Actor = actor, Purpose = purpose, Consistency = consistency.ToString(), Language = options.Language,
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Read(await AskAsync(subject, request, cancellation).ConfigureAwait(false), CreditJson.Default.SubjectSummary);
            }
            catch (CreditProblemException busy) when (busy.Status == HttpStatusCode.ServiceUnavailable && attempt < Attempts)
            {
                await Task.Delay(Pause * attempt, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<AnswerReply> AskAsync(string subject, AnswerRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var asking = grains.GetGrain<ISubjectGrain>(Key(subject)).AnswerAsync(request).AsTask();
        try
        {
            return await (cancellation.CanBeCanceled ? asking.WaitAsync(cancellation) : asking).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException or global::Orleans.Runtime.OrleansException)
        {
            throw Problem(HttpStatusCode.ServiceUnavailable, ErrorCatalogue.StoreUnavailable.Code, fault.Message);
        }
    }

    private static T? Read<T>(AnswerReply reply, JsonTypeInfo<T> type)
        where T : class
    {
        if (reply.Fault is { } fault)
            throw Problem(fault);
        return reply.Json.Length == 0 ? null : JsonSerializer.Deserialize(reply.Json, type);
    }

    private static CreditProblemException Problem(FaultMessage fault)
    {
        if (ErrorCatalogue.All.GetValueOrDefault(fault.Kind) is { } known)
            return Problem((HttpStatusCode)known.HttpStatus, known.Code, fault.Message);
        var code = fault.Kind == nameof(StoreFault.Busy) ? ErrorCatalogue.Overloaded : ErrorCatalogue.StoreUnavailable;
        return Problem(HttpStatusCode.ServiceUnavailable, code.Code, fault.Message);
    }

    private static CreditProblemException Problem(HttpStatusCode status, string code, string message) =>
        new(status, new ProblemDetails(message, null, code, null, null));

    /// <summary>The code as the server writes it; what is none is passed on as it is.</summary>
    private static string Key(string subject)
    {
        if (subject.Length > Uscc.InputLengthMax)
            return subject;
        Span<char> normal = stackalloc char[Uscc.InputLengthMax];
        normal = normal[..Uscc.Normalise(subject, normal)];
        return normal.Length != Uscc.Length || normal.SequenceEqual(subject) ? subject : normal.ToString();
    }
}
