using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Api.Subjects;

/// <summary>One read of one subject: who reads what for which purpose is recorded before anything is answered (I9).</summary>
internal sealed class SubjectReading(CreditEngine engine, SubjectCodes codes, TimeProvider time)
{
    /// <summary>Today, by the rulebook's time zone.</summary>
    public DateOnly Today => engine.Today;

    /// <summary>Reads the path's code and records the access.</summary>
    public async ValueTask<SubjectId> BeginAsync(string id, string operation, HttpContext context)
    {
        var subject = codes.Read(id, StatusCodes.Status400BadRequest);
        var caller = Caller.Of(context);
        await engine.Access.RecordAsync(
            caller.Actor, AccessPurpose.Of(context, caller), operation, subject, reference: null, context.RequestAborted);
        return subject;
    }

    /// <summary>The subject as the caller wants it.</summary>
    /// <exception cref="RequestRefusedException">Nothing is known of it.</exception>
    public async ValueTask<SubjectView> FindAsync(SubjectId subject, DateOnly? asOf, string? knownAt, HttpContext context)
    {
        var consistency = Parameters.Consistency(context);
        var point = Parameters.KnownAt(knownAt);
        var view = asOf is null && point is null
            ? await engine.Subjects.FindAsync(subject, consistency, context.RequestAborted)
            : await engine.Subjects.FindAsOfAsync(subject, asOf ?? Today, point, consistency, context.RequestAborted);
        return view is { Position: > 0 } ? view : throw new RequestRefusedException(ErrorCatalogue.UnknownSubject);
    }

    public string TokenOf(SubjectView view) => TokenAt(view.Shard, view.Position);

    public string TokenAt(int shard, long position) => Token.Text(engine.Store.Incarnation, time.GetUtcNow(), shard, position);
}
