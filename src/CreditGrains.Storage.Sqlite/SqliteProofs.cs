using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Files of proofs: uploads that wait for a step, and those of cases. What is deleted or destroyed is overwritten.</summary>
internal sealed class SqliteProofs(Writer writer, Readers readers) : IProofStore
{
    internal const string UploadUsage = """
        SELECT count(*), coalesce(sum(size), 0) FROM proof_upload
        WHERE party = ?1 AND at > ?2 AND NOT (subject = ?3 AND digest = ?4)
        """;

    internal const string InsertUpload = """
        INSERT INTO proof_upload (party, subject, digest, name, type, size, actor, at, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (party, subject, digest) DO UPDATE SET name = excluded.name, actor = excluded.actor, at = excluded.at
        """;

    internal const string SelectUpload = """
        SELECT party, subject, digest, name, type, size, actor, at FROM proof_upload WHERE party = ? AND subject = ? AND digest = ?
        """;

    internal const string NamedUsage = """
        SELECT count(*), coalesce(sum(size), 0) FROM proof INDEXED BY proof_unsettled_party
        WHERE party = ? AND is_settled = 0 AND named_at > ?
        """;

    internal const string Name = """
        INSERT INTO proof (case_id, digest, party, subject, name, type, size, actor, at, named_at, is_settled, content)
        SELECT ?1, digest, party, subject, name, type, size, actor, at, ?2, 0, content FROM proof_upload
        WHERE party = ?3 AND subject = ?4 AND digest = ?5
        ON CONFLICT (case_id, digest) DO UPDATE SET named_at = excluded.named_at WHERE is_settled = 0
        """;

    internal const string Select = """
        SELECT party, subject, digest, name, type, size, actor, at, case_id, named_at, content FROM proof WHERE case_id = ? AND digest = ?
        """;

    internal const string DeleteUploads =
        "DELETE FROM proof_upload WHERE id IN (SELECT id FROM proof_upload INDEXED BY proof_upload_at WHERE at < ? ORDER BY at LIMIT ?)";

    internal const string SelectUnsettled = """
        SELECT party, subject, digest, name, type, size, actor, at, case_id, named_at FROM proof INDEXED BY proof_unsettled
        WHERE is_settled = 0 AND named_at < ? ORDER BY named_at LIMIT ?
        """;

    internal const string Settle = "UPDATE proof SET is_settled = 1 WHERE case_id = ? AND digest = ? AND named_at = ?";

    internal const string DeleteUnnamed = "DELETE FROM proof WHERE case_id = ? AND digest = ? AND named_at = ? AND is_settled = 0";

    internal const string SelectCases = """
        SELECT DISTINCT case_id FROM proof INDEXED BY proof_content WHERE content IS NOT NULL AND case_id > ? ORDER BY case_id LIMIT ?
        """;

    internal const string Destroy = "UPDATE proof SET content = NULL WHERE case_id = ? AND content IS NOT NULL";

    public Task<bool> AddAsync(StoredProof upload, ReadOnlyMemory<byte> content, ProofBounds bounds, CancellationToken cancellation) =>
        writer.RunAsync(
            WriteLane.Other,
            connection =>
            {
                var (files, bytes) = Usage(
                    connection.Prepare(UploadUsage).Bind(upload.Party).Bind(bounds.Since).Bind(upload.Subject.Value).Bind(upload.Digest));
                if (!bounds.Allows(files + 1, bytes + upload.Size))
                    return false;
                connection.Prepare(InsertUpload).Bind(upload.Party).Bind(upload.Subject.Value).Bind(upload.Digest).Bind(upload.Name)
                    .Bind((int)upload.Type).Bind(upload.Size).Bind(upload.Actor).Bind(upload.UploadedAt).Bind(content.Span).Execute();
                return true;
            },
            cancellation);

    public Task<IReadOnlyList<StoredProof>> FindAsync(
        string party, SubjectId subject, IReadOnlyList<string> digests, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<StoredProof>>(
            connection => Uploads(connection, party, subject, digests), cancellation);

    public Task<ProofNaming> NameAsync(
        CaseNumber number, string party, SubjectId subject, IReadOnlyList<string> digests, DateTimeOffset at, ProofBounds bounds,
        CancellationToken cancellation) => writer.RunAsync(
            WriteLane.Other,
            connection =>
            {
                var uploads = Uploads(connection, party, subject, digests);
                if (uploads.Count < digests.Count)
                    return ProofNaming.Missing;
                var (files, bytes) = Usage(connection.Prepare(NamedUsage).Bind(party).Bind(bounds.Since));
                if (!bounds.Allows(files + uploads.Count, bytes + uploads.Sum(upload => (long)upload.Size)))
                    return ProofNaming.BeyondBounds;
                foreach (var digest in digests)
                {
                    connection.Prepare(Name).Bind(number.ToString()).Bind(at).Bind(party).Bind(subject.Value).Bind(digest).Execute();
                }

                return ProofNaming.Done;
            },
            cancellation);

    public Task<(StoredProof? Proof, byte[]? Content)> ReadAsync(CaseNumber number, string digest, CancellationToken cancellation) =>
        readers.PointAsync<(StoredProof?, byte[]?)>(
            connection =>
            {
                var row = connection.Prepare(Select).Bind(number.ToString()).Bind(digest);
                if (!row.Read())
                    return default;
                var found = (Of(row), row.BlobOrNull(10));
                row.Reset();
                return found;
            },
            cancellation);

    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other, connection => Overwriting(connection, () => connection.Prepare(DeleteUploads).Bind(before).Bind(limit).Execute()),
        cancellation);

    public Task<IReadOnlyList<StoredProof>> UnsettledAsync(DateTimeOffset before, int limit, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<StoredProof>>(
            connection =>
            {
                var row = connection.Prepare(SelectUnsettled).Bind(before).Bind(limit);
                var found = new List<StoredProof>();
                while (row.Read())
                    found.Add(Of(row));
                return found;
            },
            cancellation);

    public Task SettleAsync(StoredProof proof, bool isNamed, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection => Overwriting(connection, () => connection.Prepare(isNamed ? Settle : DeleteUnnamed)
            .Bind(proof.Case!.Value.ToString()).Bind(proof.Digest).Bind(proof.NamedAt!.Value).Execute()),
        cancellation);

    public Task<IReadOnlyList<CaseNumber>> CasesAsync(CaseNumber? after, int limit, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<CaseNumber>>(
            connection =>
            {
                var row = connection.Prepare(SelectCases).Bind(after?.ToString() ?? "").Bind(limit);
                var found = new List<CaseNumber>();
                while (row.Read())
                    found.Add(CaseNumber.Parse(row.Text(0))!.Value);
                return found;
            },
            cancellation);

    public async Task<int> DestroyAsync(IReadOnlyCollection<CaseNumber> cases, CancellationToken cancellation)
    {
        if (cases.Count == 0)
            return 0;
        var count = await writer.RunAsync(
            WriteLane.Other,
            connection => Overwriting(
                connection, () => cases.Sum(number => connection.Prepare(Destroy).Bind(number.ToString()).Execute())),
            cancellation).ConfigureAwait(false);
        await writer.ClearLogAsync().ConfigureAwait(false);
        return count;
    }

    private static int Overwriting(Connection connection, Func<int> work)
    {
        connection.Run(SqliteJournal.Overwrite);
        try
        {
            return work();
        }
        finally
        {
            connection.Run(SqliteJournal.LeaveAsItIs);
        }
    }

    private static List<StoredProof> Uploads(Connection connection, string party, SubjectId subject, IReadOnlyList<string> digests)
    {
        var found = new List<StoredProof>(digests.Count);
        foreach (var digest in digests.Distinct())
        {
            var row = connection.Prepare(SelectUpload).Bind(party).Bind(subject.Value).Bind(digest);
            while (row.Read())
                found.Add(UploadOf(row));
        }

        return found;
    }

    private static (long Files, long Bytes) Usage(Statement row)
    {
        row.Read();
        var usage = (row.Long(0), row.Long(1));
        row.Reset();
        return usage;
    }

    private static StoredProof Of(Statement row) =>
        UploadOf(row) with { Case = CaseNumber.Parse(row.Text(8)), NamedAt = row.Instant(9) };

    private static StoredProof UploadOf(Statement row) => new()
    {
        Party = row.Text(0),
        Subject = new SubjectId(row.Text(1)),
        Digest = row.Text(2),
        Name = row.Text(3),
        Type = (ProofType)row.Int(4),
        Size = row.Int(5),
        Actor = row.Text(6),
        UploadedAt = row.Instant(7),
    };
}
