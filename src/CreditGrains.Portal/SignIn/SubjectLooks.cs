using CreditGrains.Api.Authorization;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Portal.Hosting;

namespace CreditGrains.Portal.SignIn;

/// <summary>
/// Records each look of a signed-in person at data of a subject, with the purpose of the session, before anything is shown (I9).
/// </summary>
internal sealed class SubjectLooks(CreditEngine engine, PortalRequest request)
{
    /// <param name="subject">The organisation.</param>
    /// <param name="operation">Operation, for instance <c>portal/file</c>.</param>
    /// <param name="reference">Number of a check or case, where there is one.</param>
    public ValueTask RecordAsync(SubjectId subject, string operation, string? reference = null)
    {
        var caller = request.Caller ?? throw new InvalidOperationException("The page is open to the public: nothing on it is logged.");
        var purpose = PortalSession.PurposeOf(caller)
            ?? throw new InvalidOperationException("The page does not ask for a purpose: map it with ForWithPurpose.");
        return engine.Access.RecordAsync(caller.Actor, purpose, operation, subject, reference, request.Context.RequestAborted);
    }
}
