using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>A credit report that was issued. Its content is not kept: what ceased to be public since must not come back.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">Time of the enquiry.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Digest">SHA-256 over the canonical bytes.</param>
/// <param name="KeyId">The key that signed them.</param>
/// <param name="Signature">The signature, in DER.</param>
public sealed record StoredReport(
    string Number, DateTimeOffset At, SubjectId Subject, byte[] Digest, string KeyId, byte[] Signature);
