using System.Globalization;
using System.Security.Cryptography;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Creates the tables and brings older ones forward; a released migration is never changed, only followed by another.</summary>
internal static class SqliteSchema
{
    internal const string ReadMeta = "SELECT value FROM meta WHERE name = ?";
    internal const string WriteMeta = "INSERT INTO meta (name, value) VALUES (?, ?)";
    internal const string InsertShard = "INSERT INTO shard (shard) VALUES (?)";
    internal const string CountShards = "SELECT count(*) FROM shard";

    /// <summary>Migration n brings a database of version n - 1 to version n.</summary>
    internal static readonly string[] Migrations =
    [
        Version1, Version2, Version3, Version4, Version5, Version6, Version7, Version8, Version9, Version10, Version11, Version12,
        Version13, Version14, Version15, Version16, Version17, Version18, Version19,
    ];

    private const string Version1 = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        -- One row a shard. Heads are here, under the write lock, so that positions have no gaps (I12).
        CREATE TABLE shard (
            shard INTEGER PRIMARY KEY,
            head INTEGER NOT NULL DEFAULT 0,
            received_at INTEGER NOT NULL DEFAULT 0,
            watermark INTEGER NOT NULL DEFAULT 0,
            change_head INTEGER NOT NULL DEFAULT 0,
            subjects INTEGER NOT NULL DEFAULT 0,
            keyed INTEGER NOT NULL DEFAULT 0);

        CREATE TABLE symbol (id INTEGER PRIMARY KEY, text TEXT NOT NULL);

        -- The id is shard and position (JournalId); source, kind and actor are symbols; instants are UTC ticks, dates day numbers.
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY,
            subject TEXT NOT NULL,
            source INTEGER NOT NULL,
            record_id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            op INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            date INTEGER,
            digest BLOB NOT NULL,
            natural_key INTEGER NOT NULL,
            actor INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            payload BLOB NOT NULL);
        CREATE UNIQUE INDEX journal_revision ON journal (source, record_id, revision);

        -- Entries by subject and by natural key, up to the shard's keyed mark and perhaps beyond it (JournalKeys).
        CREATE TABLE journal_key (key INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (key, entry)) WITHOUT ROWID;

        -- The state comes last: reading the other columns does not touch its pages.
        CREATE TABLE subject (
            id INTEGER PRIMARY KEY,
            shard INTEGER NOT NULL,
            subject TEXT NOT NULL,
            position INTEGER NOT NULL,
            state_position INTEGER NOT NULL,
            name TEXT,
            region TEXT,
            industry TEXT,
            status TEXT,
            score INTEGER,
            grade TEXT,
            policy INTEGER NOT NULL,
            as_of INTEGER NOT NULL,
            next_change INTEGER,
            state BLOB);
        -- Each index more costs a page written for nearly every row of a batch: these two serve all reads.
        CREATE INDEX subject_listing ON subject (shard, subject, grade, region);
        CREATE INDEX subject_due ON subject (shard, policy, next_change);

        -- Which names hold which pairs of characters, written as words (NameGrams); the names themselves are in subject.
        CREATE VIRTUAL TABLE subject_name USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii');

        -- Up to this id the names are in the index (NameIndex).
        CREATE TABLE name_head (only INTEGER PRIMARY KEY CHECK (only = 1), indexed INTEGER NOT NULL);
        INSERT INTO name_head (only, indexed) VALUES (1, 0);

        CREATE TABLE change (
            shard INTEGER NOT NULL,
            number INTEGER NOT NULL,
            subject TEXT NOT NULL,
            type INTEGER NOT NULL,
            data TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (shard, number)) WITHOUT ROWID;

        CREATE TABLE quarantine (
            source TEXT NOT NULL,
            number INTEGER NOT NULL,
            record_id TEXT,
            code TEXT NOT NULL,
            detail TEXT NOT NULL,
            pointer TEXT NOT NULL,
            at INTEGER NOT NULL,
            sameness BLOB NOT NULL,
            closed_how TEXT,
            closed_by TEXT,
            closed_at INTEGER,
            line BLOB,
            PRIMARY KEY (source, number)) WITHOUT ROWID;
        CREATE UNIQUE INDEX quarantine_same ON quarantine (source, sameness) WHERE closed_at IS NULL;
        CREATE INDEX quarantine_open ON quarantine (source, number) WHERE closed_at IS NULL;

        -- One row for each append: entries first to last as bytes (AccessBlock).
        CREATE TABLE access_log (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, entries BLOB NOT NULL, hash BLOB NOT NULL);

        -- Entries by subject, up to access_head.keyed (SqliteAccessLog).
        CREATE TABLE access_key (key INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;

        -- The end of the chain, kept apart: rows cut off the end of the log are missed too.
        CREATE TABLE access_head (
            only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL, hash BLOB NOT NULL, keyed INTEGER NOT NULL);
        INSERT INTO access_head (only, number, hash, keyed) VALUES (1, 0, zeroblob(32), 0);

        CREATE TABLE identifier_exception (
            code TEXT PRIMARY KEY, evidence TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        """;

    private const string Version2 = """
        -- A symbol; null in rows of version 1, whose states are folded anew when they are next used. It lies behind the state: only who
        -- reads the state reads it.
        ALTER TABLE subject ADD COLUMN facts INTEGER;
        DROP INDEX subject_due;
        CREATE INDEX subject_due ON subject (shard, next_change);

        CREATE TABLE control_document (
            kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, content TEXT NOT NULL);
        CREATE UNIQUE INDEX control_document_id ON control_document (kind, id);

        CREATE TABLE control_event (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            at INTEGER NOT NULL,
            action TEXT NOT NULL,
            actor TEXT NOT NULL,
            data TEXT NOT NULL);
        CREATE INDEX control_event_of ON control_event (kind, id, number);
        """;

    private const string Version3 = """
        -- Which entries are about whom (AccessPages), up to access_head.keyed; the id is page and first entry of the run (SqliteAccessLog).
        CREATE TABLE access_page (id INTEGER PRIMARY KEY, keys BLOB NOT NULL);
        DROP TABLE access_key;
        UPDATE access_head SET keyed = 0;
        """;

    private const string Version4 = """
        -- Each opening and closing of the store, and which file its mark was (SqliteMark).
        CREATE TABLE opening (number INTEGER PRIMARY KEY, nonce TEXT NOT NULL, file TEXT NOT NULL, at INTEGER NOT NULL);

        -- Incarnations that ended because the files were put back, the oldest first.
        CREATE TABLE former_incarnation (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL);
        """;

    private const int MarksSince = 4;

    /// <summary>The schema version of a database.</summary>
    public static int VersionOf(Connection connection) => (int)Pragma(connection, "PRAGMA user_version");

    /// <summary>The incarnation of a database.</summary>
    public static uint IncarnationOf(Connection connection) => (uint)Meta(connection, "incarnation");

    /// <summary>Whether the database is of a version that keeps its marks.</summary>
    public static bool HasMarks(Connection connection) => VersionOf(connection) >= MarksSince;

    // Folding a name is not SQL: the index is filled anew beside the work, in slices (NameIndex), and searches walk until then.
    private const string Version5 = """
        -- Pairs of the folded names (NameFolding).
        DROP TABLE subject_name;
        CREATE VIRTUAL TABLE subject_name USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii');
        UPDATE name_head SET indexed = 0;
        """;

    private const string Version6 = """
        -- Which lines a record that is taken in puts right; null for lines of earlier versions.
        ALTER TABLE quarantine ADD COLUMN revision INTEGER;
        CREATE INDEX quarantine_record ON quarantine (source, record_id) WHERE closed_at IS NULL;
        CREATE INDEX quarantine_closed ON quarantine (source, closed_how, number) WHERE closed_at IS NOT NULL;
        """;

    private const string Version7 = """
        -- A job, or a partition of one by its number from 0; part -1 is the job itself. Instants are UTC ticks.
        CREATE TABLE job (
            kind TEXT NOT NULL,
            id TEXT NOT NULL,
            part INTEGER NOT NULL,
            version INTEGER NOT NULL,
            state TEXT NOT NULL,
            node TEXT,
            created_at INTEGER NOT NULL,
            at INTEGER NOT NULL,
            ended_at INTEGER,
            content TEXT NOT NULL,
            PRIMARY KEY (kind, id, part));
        CREATE INDEX job_newest ON job (created_at, kind, id) WHERE part = -1;
        CREATE INDEX job_ended ON job (kind, ended_at, id) WHERE part = -1 AND ended_at IS NOT NULL;

        CREATE TABLE job_result (
            kind TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (kind, id, number));

        -- What commands with an Idempotency-Key were answered. The body comes last: weighing the rows does not touch it.
        CREATE TABLE command_answer (
            key TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            request TEXT NOT NULL,
            at INTEGER NOT NULL,
            version INTEGER NOT NULL,
            first_at INTEGER,
            uncertain INTEGER NOT NULL,
            status INTEGER NOT NULL,
            content_type TEXT,
            location TEXT,
            etag TEXT,
            bytes INTEGER NOT NULL,
            body BLOB NOT NULL);
        CREATE INDEX command_answer_at ON command_answer (at, owner, key, bytes);

        -- They were kept in 256 documents.
        INSERT INTO command_answer (
            key, owner, request, at, version, first_at, uncertain, status, content_type, location, etag, bytes, body)
        SELECT item ->> 'key', coalesce(item ->> 'owner', ''), item ->> 'request', ticks(item ->> 'at'), 1,
            ticks(item ->> 'firstAt'), coalesce(item ->> 'isUncertain', 0), coalesce(item ->> 'status', 0), item ->> 'contentType',
            item ->> 'location', item ->> 'eTag', 512 + coalesce(length(from_base64(item ->> 'body')), 0),
            coalesce(from_base64(item ->> 'body'), x'')
        FROM (
            SELECT items.value AS item FROM control_document, json_each(content, '$.items') AS items WHERE kind = 'command-answers')
        WHERE true ON CONFLICT DO NOTHING;
        DELETE FROM control_document WHERE kind = 'command-answers';
        """;

    private const string Version8 = """
        -- Simulations and draws were documents, and so were the pieces of what they found.
        INSERT INTO job (kind, id, part, version, state, node, created_at, at, ended_at, content)
        SELECT 'simulation', content ->> 'id', -1, 1, content ->> 'state', content ->> 'node', ticks(content ->> 'askedAt'), at,
            CASE WHEN content ->> 'state' IN ('queued', 'running') THEN NULL ELSE coalesce(ticks(content ->> 'endedAt'), at) END, content
        FROM control_document WHERE kind = 'simulation';
        INSERT INTO job_result (kind, id, number, content)
        SELECT job.kind, job.id, CAST(substr(piece.id, 4) AS INTEGER), from_base64(piece.content ->> 'gzip')
        FROM control_document AS piece JOIN job ON job.kind = 'simulation' AND job.id = piece.content ->> 'run'
            AND job.content ->> 'attempt' = piece.content ->> 'attempt'
        WHERE piece.kind = 'simulation-part' AND CAST(substr(piece.id, 4) AS INTEGER) < job.content ->> 'parts';

        INSERT INTO job (kind, id, part, version, state, node, created_at, at, ended_at, content)
        SELECT kind, id, -1, 1, state, content ->> 'node', ticks(content ->> 'startedAt'), at, CASE WHEN state <> 'running' THEN at END,
            json_set(content, '$.state', state, '$.askedAt', content ->> 'startedAt')
        FROM (
            SELECT kind, id, at, content,
                CASE content ->> 'state' WHEN 'drawing' THEN 'running' WHEN 'drawn' THEN 'finished' ELSE content ->> 'state' END AS state
            FROM control_document WHERE kind = 'inspection-draw');
        INSERT INTO job_result (kind, id, number, content)
        SELECT 'inspection-plan', substr(id, 1, length(id) - 7), CAST(substr(id, -6) AS INTEGER), CAST(content AS BLOB)
        FROM control_document WHERE kind = 'inspection-plan-part';

        DELETE FROM control_document
        WHERE kind IN ('simulation', 'simulation-part', 'inspection-draw', 'inspection-plan-part');
        """;

    private const string Version9 = """
        -- Recomputation runs were documents. The newest, unless it is finished, has a partition a shard; what it has come to so far is
        -- counted in the first.
        INSERT INTO job (kind, id, part, version, state, created_at, at, ended_at, content)
        SELECT kind, id, -1, 1, content ->> 'state', ticks(content ->> 'startedAt'), at,
            CASE WHEN content ->> 'state' NOT IN ('running', 'paused') THEN coalesce(ticks(content ->> 'finishedAt'), at) END, content
        FROM control_document WHERE kind = 'recomputation';
        INSERT INTO job (kind, id, part, version, state, created_at, at, ended_at, content)
        SELECT run.kind, run.id, shard.key, 1, CASE WHEN shard.value ->> 'done' THEN 'finished' ELSE 'running' END, run.at, run.at,
            CASE WHEN shard.value ->> 'done' THEN run.at END,
            json_patch(
                json_object('after', shard.value ->> 'after', 'isDone', json(iif(shard.value ->> 'done', 'true', 'false'))),
                CASE shard.key WHEN 0 THEN json_object(
                    'elapsedMs', run.content -> 'elapsedMs', 'passed', run.content -> 'done', 'written', run.content -> 'written',
                    'gradesChanged', run.content -> 'gradesChanged', 'refolded', run.content -> 'refolded',
                    'poison', run.content -> 'poison', 'matrix', run.content -> 'matrix') ELSE '{}' END)
        FROM control_document AS run
        JOIN control_document AS newest ON newest.kind = 'recomputation-newest' AND newest.content ->> 'id' = run.id,
            json_each(run.content, '$.shards') AS shard
        WHERE run.kind = 'recomputation' AND run.content ->> 'state' <> 'finished';
        DELETE FROM control_document WHERE kind IN ('recomputation', 'recomputation-part');
        """;

    private const string Version10 = """
        -- Which credit reports were issued, in the order of their coming; never their content. Instants are UTC ticks.
        CREATE TABLE report (
            id INTEGER PRIMARY KEY,
            number TEXT NOT NULL,
            at INTEGER NOT NULL,
            subject TEXT NOT NULL,
            digest BLOB NOT NULL,
            key_id TEXT NOT NULL,
            signature BLOB NOT NULL);
        CREATE UNIQUE INDEX report_number ON report (number);
        CREATE INDEX report_at ON report (at);
        """;

    private const string Version11 = """
        -- Open cases with the earliest deadline of each, as everybody sees it and as each of its sources does. A projection of the journal.
        CREATE TABLE deadline (
            case_id TEXT NOT NULL,
            source TEXT NOT NULL,
            kind INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due INTEGER NOT NULL,
            clock TEXT NOT NULL,
            subject TEXT NOT NULL,
            revision INTEGER NOT NULL,
            PRIMARY KEY (case_id, source)) WITHOUT ROWID;
        CREATE INDEX deadline_due ON deadline (kind, source, due, case_id);
        CREATE INDEX deadline_state ON deadline (kind, source, state, due, case_id);
        """;

    private const string Version12 = """
        -- Figures of days, counted beforehand.
        CREATE TABLE statistic (
            figure TEXT NOT NULL, part TEXT NOT NULL, day INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (figure, part, day, name, key)) WITHOUT ROWID;
        CREATE INDEX statistic_day ON statistic (day);
        """;

    private const string Version13 = """
        -- What was done with the measures that checks have shown, one row a revision.
        CREATE TABLE feedback (
            check_number TEXT NOT NULL, measure TEXT NOT NULL, revision INTEGER NOT NULL, action TEXT NOT NULL, amount TEXT, note TEXT,
            acted_on INTEGER NOT NULL, actor TEXT NOT NULL, department TEXT, at INTEGER NOT NULL,
            PRIMARY KEY (check_number, measure, revision)) WITHOUT ROWID;

        -- Mandatory measures of checks of which nothing was fed back yet.
        CREATE TABLE feedback_pending (
            check_number TEXT NOT NULL, measure TEXT NOT NULL, owner TEXT NOT NULL, subject TEXT NOT NULL, matter TEXT NOT NULL,
            stage TEXT, asked_on INTEGER NOT NULL, due INTEGER NOT NULL,
            PRIMARY KEY (check_number, measure)) WITHOUT ROWID;
        CREATE INDEX feedback_pending_due ON feedback_pending (due, check_number, measure);
        CREATE INDEX feedback_pending_owner ON feedback_pending (owner, due, check_number, measure);
        """;

    private const string Version14 = """
        -- Measures that their implementers are to apply or to lift, named by the change that made them. A projection of the outbox.
        CREATE TABLE measure_task (
            shard INTEGER NOT NULL, number INTEGER NOT NULL, subject TEXT NOT NULL, measure TEXT NOT NULL, implementer TEXT NOT NULL,
            is_lift INTEGER NOT NULL, since INTEGER NOT NULL, done_on INTEGER, note TEXT, actor TEXT, done_at INTEGER,
            PRIMARY KEY (shard, number)) WITHOUT ROWID;
        CREATE UNIQUE INDEX measure_task_subject ON measure_task (subject, measure) WHERE done_at IS NULL;
        CREATE INDEX measure_task_open ON measure_task (since, shard, number) WHERE done_at IS NULL;
        CREATE INDEX measure_task_implementer ON measure_task (implementer, since, shard, number) WHERE done_at IS NULL;
        """;

    private const string Version15 = """
        -- Daily digests of watchlists. A projection of the outbox; next_at is null where nothing is (or is still) to be delivered.
        CREATE TABLE watchlist_digest (
            watchlist TEXT NOT NULL, day INTEGER NOT NULL, made_at INTEGER NOT NULL, counts TEXT NOT NULL, content TEXT NOT NULL,
            subscription TEXT, attempts INTEGER NOT NULL, next_at INTEGER, delivered_at INTEGER, error TEXT);
        CREATE UNIQUE INDEX watchlist_digest_key ON watchlist_digest (watchlist, day);
        CREATE INDEX watchlist_digest_made ON watchlist_digest (made_at);
        CREATE INDEX watchlist_digest_due ON watchlist_digest (next_at) WHERE next_at IS NOT NULL;
        """;

    private const string Version16 = """
        -- The platform's own line of a case. Where a source is to move first, it comes with the next step.
        INSERT INTO deadline (case_id, source, kind, state, due, clock, subject, revision)
        SELECT case_id, 'platform', kind, state, due, clock, subject, revision FROM deadline
        WHERE source = '' AND clock IN ('objection-own', 'objection-source', 'repair-accept');
        """;

    private const string Version17 = """
        -- Runs of four characters beside the pairs. The index is filled anew beside the work, as after version 5.
        DROP TABLE subject_name;
        CREATE VIRTUAL TABLE subject_name USING fts5 (grams, content='', columnsize=0, detail=none, tokenize='ascii');
        UPDATE name_head SET indexed = 0;

        -- Up to this id the names were in the index when its segments were last merged.
        ALTER TABLE name_head ADD COLUMN merged INTEGER NOT NULL DEFAULT 0;
        """;

    private const string Version18 = """
        -- Files of proofs that wait for a step to name them, a row a party, organisation and content. The file comes last: reading the
        -- other columns does not touch its pages.
        CREATE TABLE proof_upload (
            id INTEGER PRIMARY KEY, party TEXT NOT NULL, subject TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL,
            type INTEGER NOT NULL, size INTEGER NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, content BLOB NOT NULL);
        CREATE UNIQUE INDEX proof_upload_key ON proof_upload (party, subject, digest);
        CREATE INDEX proof_upload_party ON proof_upload (party, at, size);
        CREATE INDEX proof_upload_at ON proof_upload (at);

        -- Files of cases. Content is null once it was destroyed; is_settled, once the journal was found to name the file.
        CREATE TABLE proof (
            id INTEGER PRIMARY KEY, case_id TEXT NOT NULL, digest TEXT NOT NULL, party TEXT NOT NULL, subject TEXT NOT NULL,
            name TEXT NOT NULL, type INTEGER NOT NULL, size INTEGER NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
            named_at INTEGER NOT NULL, is_settled INTEGER NOT NULL, content BLOB);
        CREATE UNIQUE INDEX proof_key ON proof (case_id, digest);
        CREATE INDEX proof_unsettled ON proof (named_at) WHERE is_settled = 0;
        CREATE INDEX proof_unsettled_party ON proof (party, named_at, size) WHERE is_settled = 0;
        CREATE INDEX proof_content ON proof (case_id) WHERE content IS NOT NULL;
        """;

    private const string Version19 = """
        -- All that a line shows stands in the index: the rows of a page lie anywhere in the table, and with a million cases each is a page
        -- of its own (due-list: 2.4 times what a page costs at ten thousand).
        DROP INDEX deadline_due;
        DROP INDEX deadline_state;
        CREATE INDEX deadline_due ON deadline (kind, source, due, case_id, state, clock, subject, revision);
        CREATE INDEX deadline_state ON deadline (kind, source, state, due, case_id, clock, subject, revision);
        """;

    /// <summary>Creates or upgrades the schema and returns the shard count and the incarnation.</summary>
    /// <exception cref="StoreException">Written by a newer program, not a store, or not writable.</exception>
    public static (int ShardCount, uint Incarnation) Prepare(Connection connection, int shardCount)
    {
        var version = VersionOf(connection);
        if (version > Migrations.Length)
        {
            throw new StoreException(
                $"The database has schema version {version}, this program knows {Migrations.Length}: install the newer program.",
                StoreFault.NewerSchema);
        }

        if (version == 0 && Pragma(connection, "SELECT count(*) FROM sqlite_schema") > 0)
            throw new StoreException("The database file belongs to another program: choose another path.", StoreFault.Corrupt);
        for (; version < Migrations.Length; version++)
            Migrate(connection, version + 1, shardCount);

        var stored = (int)Meta(connection, "shard_count");
        if (Pragma(connection, CountShards) != stored)
            throw new StoreException("The shards of the database are not those it was created with: restore a backup.", StoreFault.Corrupt);
        return (stored, IncarnationOf(connection));
    }

    private static void Migrate(Connection connection, int version, int shardCount)
    {
        connection.AddMigrationFunctions();
        connection.Begin();
        try
        {
            connection.Run(Migrations[version - 1]);
            if (version == 1)
                Found(connection, shardCount);
            connection.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {version}"));
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            throw;
        }
    }

    private static void Found(Connection connection, int shardCount)
    {
        for (var shard = 0; shard < shardCount; shard++)
            connection.Prepare(InsertShard).Bind(shard).Execute();
        connection.Prepare(WriteMeta).Bind("shard_count").Bind(shardCount).Execute();
        var incarnation = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        connection.Prepare(WriteMeta).Bind("incarnation").Bind((long)incarnation).Execute();
    }

    private static long Meta(Connection connection, string name)
    {
        var row = connection.Prepare(ReadMeta).Bind(name);
        if (!row.Read())
            throw new StoreException($"The database lacks its {name}: restore a backup.", StoreFault.Corrupt);
        var value = row.Long(0);
        row.Reset();
        return value;
    }

    private static long Pragma(Connection connection, string sql)
    {
        var row = connection.Prepare(sql);
        row.Read();
        var value = row.Long(0);
        row.Reset();
        return value;
    }
}
