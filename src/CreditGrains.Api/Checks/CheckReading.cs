using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Checks;

/// <summary>
/// Finds a check of the past for those who may see it: its caller, callers of the same department, the organisation it was about, auditors
/// and operators. To all others it is as if there were none. The reading goes onto the organisation's access log (I9).
/// </summary>
internal sealed class CheckReading(CreditEngine engine, SubjectCodes codes)
{
    /// <exception cref="RequestRefusedException">There is no such check that the caller may see.</exception>
    public async ValueTask<AccessEntry> FindAsync(string number, string operation, HttpContext context)
    {
        var caller = Caller.Of(context);
        var entry = await engine.Checks.FindReceiptAsync(number, context.RequestAborted);
        if (entry is null || !(caller.IsAny(Roles.Operator | Roles.Auditor) || IsOwn(caller, entry) || IsAbout(caller, entry)))
            throw new RequestRefusedException(ErrorCatalogue.UnknownCheck);
        await engine.Access.RecordAsync(
            caller.Actor, AccessPurpose.Of(context, caller), operation, entry.Subject, number, context.RequestAborted);
        return entry;
    }

    /// <summary>As <see cref="FindAsync"/>, for what only those may do who have asked the check.</summary>
    /// <exception cref="RequestRefusedException">There is no such check, or somebody else has asked it.</exception>
    public async ValueTask<AccessEntry> FindOwnAsync(string number, string operation, HttpContext context)
    {
        var caller = Caller.Of(context);
        var entry = await engine.Checks.FindReceiptAsync(number, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownCheck);
        if (!IsOwn(caller, entry))
            throw new RequestRefusedException(ErrorCatalogue.ForeignCheck);
        await engine.Access.RecordAsync(
            caller.Actor, AccessPurpose.Of(context, caller), operation, entry.Subject, number, context.RequestAborted);
        return entry;
    }

    /// <summary>Whether the caller, or its department, has asked the check.</summary>
    internal static bool IsOwn(Caller caller, AccessEntry entry) => caller.IsAny(AccessRules.Check.Any)
        && ((caller.Actor.Length > 0 && caller.Actor == entry.Actor)
            || (caller.Source is { Length: > 0 } department && department == entry.Receipt?.Department));

    private bool IsAbout(Caller caller, AccessEntry entry) => caller.IsAny(Roles.Subject) && caller.Subject is { Length: > 0 } own
        && codes.TryRead(own, out var subject) && subject == entry.Subject;
}
