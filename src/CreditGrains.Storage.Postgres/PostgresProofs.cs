using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Files of proofs: uploads that wait for a step, and those of cases.</summary>
internal sealed class PostgresProofs(PostgresDatabase database, ShardLeases leases) : IProofStore
{
    internal const string UploadUsage = """
        SELECT count(*), coalesce(sum(size), 0) FROM credit.proof_upload
        WHERE party = $1 AND at > $2 AND NOT (subject = $3 AND digest = $4)
        """;

    internal const string InsertUpload = """
        INSERT INTO credit.proof_upload (party, subject, digest, name, type, size, actor, at, content)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (party, subject, digest) DO UPDATE SET name = excluded.name, actor = excluded.actor, at = excluded.at
        """;

    internal const string SelectUploads = "SELECT " + UploadColumns + """
         FROM credit.proof_upload WHERE party = $1 AND subject = $2 AND digest = ANY($3)
        """;

    internal const string NamedUsage = """
        SELECT count(*), coalesce(sum(size), 0) FROM credit.proof WHERE party = $1 AND NOT is_settled AND named_at > $2
        """;

    internal const string Name = """
        INSERT INTO credit.proof AS known
            (case_id, digest, party, subject, name, type, size, actor, at, named_at, is_settled, content)
        SELECT $1, digest, party, subject, name, type, size, actor, at, $2, false, content FROM credit.proof_upload
        WHERE party = $3 AND subject = $4 AND digest = ANY($5)
        ON CONFLICT (case_id, digest) DO UPDATE SET named_at = excluded.named_at WHERE NOT known.is_settled
        """;

    internal const string Select =
        "SELECT " + UploadColumns + ", case_id, named_at, content FROM credit.proof WHERE case_id = $1 AND digest = $2";

    internal const string DeleteUploads = """
        DELETE FROM credit.proof_upload WHERE id = ANY(ARRAY(
            SELECT id FROM credit.proof_upload WHERE at < $1 ORDER BY at LIMIT $2))
        """;

    internal const string SelectUnsettled = "SELECT " + UploadColumns + """
        , case_id, named_at FROM credit.proof WHERE NOT is_settled AND named_at < $1 ORDER BY named_at LIMIT $2
        """;

    internal const string Settle =
        "UPDATE credit.proof SET is_settled = true WHERE case_id = $1 AND digest = $2 AND named_at = $3";

    internal const string DeleteUnnamed =
        "DELETE FROM credit.proof WHERE case_id = $1 AND digest = $2 AND named_at = $3 AND NOT is_settled";

    internal const string SelectCases = """
        SELECT DISTINCT case_id FROM credit.proof WHERE content IS NOT NULL AND case_id > $1 ORDER BY case_id LIMIT $2
        """;

    internal const string Destroy = "UPDATE credit.proof SET content = NULL WHERE case_id = ANY($1) AND content IS NOT NULL";

    private const string UploadColumns = "party, subject, digest, name, type, size, actor, at";

    public Task<bool> AddAsync(StoredProof upload, ReadOnlyMemory<byte> content, ProofBounds bounds, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(Lock(upload.Party)).ConfigureAwait(false);
                var (files, bytes) = (await transaction.ReadAsync(
                    P.Command(
                        UploadUsage, P.Text(upload.Party), P.Long(bounds.Since.UtcTicks), P.Text(upload.Subject.Value),
                        P.Text(upload.Digest)),
                    Usage).ConfigureAwait(false)).Single();
                if (!bounds.Allows(files + 1, bytes + upload.Size))
                    return false;
                await transaction.ExecuteAsync(P.Command(
                    InsertUpload, P.Text(upload.Party), P.Text(upload.Subject.Value), P.Text(upload.Digest), P.Text(upload.Name),
                    P.Int((int)upload.Type), P.Int(upload.Size), P.Text(upload.Actor), P.Long(upload.UploadedAt.UtcTicks),
                    P.Bytes(content.ToArray()))).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    public async Task<IReadOnlyList<StoredProof>> FindAsync(
        string party, SubjectId subject, IReadOnlyList<string> digests, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => Uploads(party, subject, digests), UploadOf, cancellation).ConfigureAwait(false);

    public Task<ProofNaming> NameAsync(
        CaseNumber number, string party, SubjectId subject, IReadOnlyList<string> digests, DateTimeOffset at, ProofBounds bounds,
        CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(Lock(party)).ConfigureAwait(false);
                var uploads = await transaction.ReadAsync(Uploads(party, subject, digests), UploadOf).ConfigureAwait(false);
                if (uploads.Count < digests.Count)
                    return ProofNaming.Missing;
                var (files, bytes) = (await transaction.ReadAsync(
                    P.Command(NamedUsage, P.Text(party), P.Long(bounds.Since.UtcTicks)), Usage).ConfigureAwait(false)).Single();
                if (!bounds.Allows(files + uploads.Count, bytes + uploads.Sum(upload => (long)upload.Size)))
                    return ProofNaming.BeyondBounds;
                await transaction.ExecuteAsync(P.Command(
                    Name, P.Text(number.ToString()), P.Long(at.UtcTicks), P.Text(party), P.Text(subject.Value), P.Texts(digests)))
                    .ConfigureAwait(false);
                return ProofNaming.Done;
            },
            cancellation);
    }

    public async Task<(StoredProof? Proof, byte[]? Content)> ReadAsync(
        CaseNumber number, string digest, CancellationToken cancellation) =>
        (await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(Select, P.Text(number.ToString()), P.Text(digest)),
            row => (Of(row), row.BytesOrNull(10)), cancellation).ConfigureAwait(false)).SingleOrDefault();

    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        ChangeAsync(() => P.Command(DeleteUploads, P.Long(before.UtcTicks), P.Int(limit)), cancellation);

    public async Task<IReadOnlyList<StoredProof>> UnsettledAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(SelectUnsettled, P.Long(before.UtcTicks), P.Int(limit)), Of, cancellation)
            .ConfigureAwait(false);

    public Task SettleAsync(StoredProof proof, bool isNamed, CancellationToken cancellation) => ChangeAsync(
        () => P.Command(
            isNamed ? Settle : DeleteUnnamed, P.Text(proof.Case!.Value.ToString()), P.Text(proof.Digest),
            P.Long(proof.NamedAt!.Value.UtcTicks)),
        cancellation);

    public async Task<IReadOnlyList<CaseNumber>> CasesAsync(CaseNumber? after, int limit, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(SelectCases, P.Text(after?.ToString() ?? ""), P.Int(limit)),
            row => CaseNumber.Parse(row.Text(0))!.Value, cancellation).ConfigureAwait(false);

    public async Task<int> DestroyAsync(IReadOnlyCollection<CaseNumber> cases, CancellationToken cancellation) => cases.Count == 0
        ? 0
        : await ChangeAsync(() => P.Command(Destroy, P.Texts(cases.Select(number => number.ToString()))), cancellation)
            .ConfigureAwait(false);

    private Task<int> ChangeAsync(Func<NpgsqlBatchCommand> command, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var change = command();
                await transaction.ExecuteAsync(change).ConfigureAwait(false);
                return (int)change.RecordsAffected;
            },
            cancellation);
    }

    /// <summary>One party's files one after the other, so that its bounds hold on all nodes together.</summary>
    private static NpgsqlBatchCommand Lock(string party) =>
        P.Command("SELECT pg_advisory_xact_lock(4848022, hashtext($1))", P.Text(party));

    private static NpgsqlBatchCommand Uploads(string party, SubjectId subject, IReadOnlyList<string> digests) =>
        P.Command(SelectUploads, P.Text(party), P.Text(subject.Value), P.Texts(digests));

    private static (long Files, long Bytes) Usage(NpgsqlDataReader row) => (row.GetInt64(0), row.GetInt64(1));

    private static StoredProof Of(NpgsqlDataReader row) =>
        UploadOf(row) with { Case = CaseNumber.Parse(row.Text(8)), NamedAt = row.Instant(9) };

    private static StoredProof UploadOf(NpgsqlDataReader row) => new()
    {
        Party = row.Text(0),
        Subject = new SubjectId(row.Text(1)),
        Digest = row.Text(2),
        Name = row.Text(3),
        Type = (ProofType)row.GetInt32(4),
        Size = row.GetInt32(5),
        Actor = row.Text(6),
        UploadedAt = row.Instant(7),
    };
}
