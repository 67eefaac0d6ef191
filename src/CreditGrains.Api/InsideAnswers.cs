using CreditGrains.Api.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Api;

/// <summary>
/// The bytes of answers for callers who do not come by HTTP; the same that HTTP gives. Whoever uses it authorises.
/// </summary>
public sealed class InsideAnswers(CreditEngine engine, TimeProvider time)
{
    /// <summary>The subject, as <c>GET /v1/subjects/{id}</c> writes it.</summary>
    public byte[] Subject(SubjectView view, string language) => SubjectWriter.Write(view, engine, time, language);
}
