using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cases;

/// <summary>
/// Verification of records by the platform (数据核验, 河南省社会信用条例 第十七条): a mark of source <c>platform</c> with which publicity
/// begins where the kind asks for it. The mark's id follows from the record, so that a record is verified once, however often it is
/// asked for.
/// </summary>
public sealed class VerificationService
{
    /// <summary>Most records of one call.</summary>
    public const int RecordsMax = 200;

    private readonly IStore _store;
    private readonly IFeed _feed;
    private readonly RulesInForce _rules;

    internal VerificationService(IStore store, IFeed feed, RulesInForce rules)
    {
        _store = store;
        _feed = feed;
        _rules = rules;
    }

    /// <summary>Verifies records of one source, each for itself.</summary>
    /// <param name="source">The source.</param>
    /// <param name="ids">Ids of records, each once; at most <see cref="RecordsMax"/>.</param>
    /// <param name="actor">Caller, from the credentials.</param>
    /// <param name="cancellation">Gives up; what has been verified stays.</param>
    /// <returns>The outcomes in the order asked, and the token behind them.</returns>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<(FeedReceipt? Receipt, IReadOnlyList<VerifiedRecord> Records)> VerifyAsync(
        SourceId source, IReadOnlyList<string> ids, string actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, RecordsMax);
        var records = ids.Select(id => new RecordId(source, id)).ToList();
        var heads = (await _store.Journal.FindHeadsAsync([.. records, .. records.Select(MarkOf)], cancellation).ConfigureAwait(false))
            .ToDictionary(head => head.Record);
        var outcomes = records.ToDictionary(record => record, record => OutcomeOf(record, heads));
        var verified = records.Where(record => outcomes[record] is { Code: null, Already: false }).ToList();
        if (verified.Count == 0)
            return (null, [.. records.Select(record => outcomes[record])]);
        var today = _rules.Now().Today;
        var lines = string.Join('\n', verified.Select(record => LineOf(record, heads[record].Subject, today)));
        var receipt = await _feed.SubmitAsync(
            SourceId.Platform, actor, PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(lines))),
            new FeedOptions { AllLines = true, MayBePlatform = true }, cancellation).ConfigureAwait(false);
        foreach (var line in receipt.Lines.Where(line => line.Rejection is not null))
        {
            // Another call verified the same record at the same time, on another day.
            var record = verified[(int)line.Line - 1];
            outcomes[record] = new VerifiedRecord(
                record, line.Rejection!.Code == ErrorCatalogue.RevisionConflict.Code ? null : line.Rejection.Code, Already: true);
        }

        return (receipt, [.. records.Select(record => outcomes[record])]);
    }

    private static VerifiedRecord OutcomeOf(RecordId record, Dictionary<RecordId, RecordHead> heads)
    {
        if (!heads.TryGetValue(record, out var head) || record.Source == SourceId.Platform)
            return new VerifiedRecord(record, ErrorCatalogue.UnknownRecord.Code, Already: false);
        if (head.Op == EventOp.Withdraw)
            return new VerifiedRecord(record, ErrorCatalogue.RecordWithdrawn.Code, Already: false);
        return new VerifiedRecord(record, null, heads.ContainsKey(MarkOf(record)));
    }

    /// <summary>A digest, since an id of any length must fit with its source.</summary>
    private static RecordId MarkOf(RecordId record) => new(
        SourceId.Platform,
        "HY-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{record.Source.Value}\n{record.Id}")))[..32]);

    private static string LineOf(RecordId record, SubjectId subject, DateOnly today) => JsonSerializer.Serialize(new
    {
        id = MarkOf(record).Id,
        revision = 1,
        op = "put",
        subject = subject.Value,
        kind = CaseKinds.Verification,
        data = new { targetSource = record.Source.Value, targetId = record.Id, verifiedOn = today.ToString("O", null) },
    });
}

/// <summary>Outcome of the verification of one record.</summary>
/// <param name="Record">The record.</param>
/// <param name="Code">Why it was not verified; null where it is.</param>
/// <param name="Already">Whether another call verified it before.</param>
public sealed record VerifiedRecord(RecordId Record, string? Code, bool Already);
