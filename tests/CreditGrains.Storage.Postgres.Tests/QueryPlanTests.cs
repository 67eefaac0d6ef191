using System.Reflection;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// Every statement of the store names here the types of its parameters and the indexes that its plan must use; a new one without an entry
/// fails. Plans are those for any parameters, on tables large enough that a scan costs more than an index, with nothing forbidden.
/// </summary>
public sealed class QueryPlanTests() : StoreContract(new PostgresHost())
{
    private const int Rows = 6_000;

    // Parameter types, then what the plan must contain, each separated by a bar.
    private static readonly Dictionary<string, (string Types, string Plan)> Plans = new(StringComparer.Ordinal)
    {
        ["PostgresJournal.FindHeads"] = ("int4[], text[]", "using record_revision|using journal_1_pkey"),
        // Each call of the function finds its record by record_revision; the planner does not look inside.
        ["PostgresJournal.Destroy"] = ("int4[], text[]", "Function Scan on u"),
        ["PostgresJournal.FindNaturalKeys"] =
            ("int2[], int8[], int8[]", "using journal_1_subject_key_position_natural_key_idx|using record_revision"),
        ["PostgresJournal.SelectShard"] = ("int2, int8, int4", "journal_1_pkey"),
        ["PostgresJournal.SelectKeys"] = ("int2, int8, int4", "journal_1_pkey"),
        ["PostgresJournal.SelectMentions"] = ("int2[], int8[], int4", "journal_1_pkey"),
        ["PostgresJournal.SelectSubject"] = ("int2, int8, int8, int8, text, int4", "journal_1_subject_key_position_natural_key_idx"),
        ["PostgresJournal.SelectSubjects"] = ("int2, int8[], text[], int8[], int4", "journal_1_subject_key_position_natural_key_idx"),
        ["PostgresJournal.SelectRevisions"] = ("int4[], text[], int4[]", "using record_revision|using journal_1_pkey"),
        ["PostgresJournal.SelectRecord"] = ("int4, text", "using record_revision|using journal_1_pkey"),
        ["PostgresJournal.SelectReceivedAt"] = ("int2, int8", "using journal_1_pkey"),
        ["PostgresJournal.FindRevision"] = ("int4, text, int4", "using record_revision"),
        ["PostgresSubjectStore.Find"] = ("int2, text", "using subject_1_pkey|using sheet_pkey"),
        ["PostgresSubjectStore.FindMany"] = ("int2[], text[]", "using subject_1_pkey|using sheet_pkey"),
        ["PostgresSubjectStore.FindListed"] = ("int2[], text[]", "using subject_1_pkey|using sheet_pkey"),
        ["PostgresSubjectStore.SelectDue"] = ("int2, int4, int4", "using sheet_due"),
        ["PostgresSubjectStore.SelectLastChanges"] = ("int2[]", "using change_pkey"),
        ["PostgresSubjectStore.PruneChanges"] = ("int2, int8, int4", "using change_pkey"),
        ["PostgresSubjectStore.SelectChanges"] = ("int2[], int8[], int4", "using change_pkey"),
        ["PostgresSubjectStore.SelectChangesOf"] = ("int2[], int8[], int4, int4[]", "using change_pkey"),
        ["PostgresSubjectStore.SelectBlocks"] = ("int2[], text[]", "using sheet_pkey"),
        ["PostgresSubjectStore.SelectBlocksAfter"] = ("int2, text, int4", "using sheet_pkey"),
        ["PostgresSubjectStore.SelectBlocksThrough"] = ("int2, text, text", "sheet_pkey"),
        ["PostgresSubjectStore.UpdateBlocks"] = ("int2[], text[], bytea[], int4[], int8[]", "using sheet_pkey"),
        ["PostgresSubjectStore.UpdateReadBlocks"] = ("int2[], text[], bytea[], int4[], int8[], xid[]", "using sheet_pkey"),
        ["PostgresSubjectStore.UpdateSubjects"] =
            ("int2[], text[], int8[], int4[], text[], text[], text[], text[], bytea[]", "using subject_1_pkey"),
        ["PostgresSubjectStore.UpdateListing"] = ("text, text, text, int4[]", "using listing_pkey"),
        ["NameKeys.SelectUnfolded"] = ("int4", "using listing_unfolded"),
        ["NameKeys.FindUnfolded"] = ("", "using listing_unfolded"),
        ["NameKeys.UpdateRuns"] = ("text[], text[]", "using listing_pkey"),
        ["PostgresSubjectStore.SearchGrades"] = ("int4, text, int8, int4", "using sheet_pkey"),
        ["SymbolRows.CountSame"] = ("int4[], text[]", "using symbol_"),
        ["PostgresQuarantine.SelectSame"] = ("text, bytea[]", "quarantine_same"),
        ["PostgresQuarantine.Update"] = ("text, int8[], text[], text[], text[], int8[], int4[]", "quarantine_"),
        ["PostgresQuarantine.SelectOpen"] = ("text, int8, int4", "quarantine_open"),
        ["PostgresQuarantine.SelectOne"] = ("text, int8", "quarantine_"),
        ["PostgresQuarantine.SelectClosed"] = ("text, int8, int4, text", "quarantine_"),
        ["PostgresQuarantine.SelectAll"] = ("text, int8, int4", "quarantine_"),
        ["PostgresQuarantine.SelectOfRecords"] = ("text, text[]", "quarantine_record"),
        ["PostgresQuarantine.Close"] = ("text, int8[], text, text, int8", "quarantine_"),
        ["PostgresQuarantine.Count"] = ("text", "quarantine_"),
        ["PostgresAccessLog.SelectAfter"] = ("int8", "access_log_pkey"),
        ["PostgresAccessLog.SelectUnkeyed"] = ("int8, int8", "access_log_pkey"),
        ["PostgresAccessLog.SelectPages"] = ("int2, int8", "access_page_pkey"),
        ["PostgresAccessLog.SelectHolding"] = ("int8[]", "using access_log_pkey"),
        ["PostgresAccessLog.SelectBlocks"] = ("int8, int4", "access_log_pkey"),
        ["PostgresAccessLog.SelectHash"] = ("int8", "using access_log_pkey"),
        ["PostgresAccessLog.SelectChain"] = ("int8", "using access_log_pkey"),
        ["PostgresJobs.FindOne"] = ("text, text, int4", "using job_pkey"),
        ["PostgresJobs.SelectKind"] = ("text, text, int4", "using job_pkey"),
        ["PostgresJobs.SelectNewest"] = ("int8, text, text, int4", "job_newest"),
        ["PostgresJobs.SelectParts"] = ("text, text", "using job_pkey"),
        ["PostgresJobs.SelectResult"] = ("text, text, int4", "using job_result_pkey"),
        ["PostgresJobs.Update"] = ("text, text, int4, int8, text, text, int8, int8, text", "using job_pkey"),
        ["PostgresJobs.SelectSurplus"] = ("text, int8", "on job_ended"),
        ["PostgresJobs.DeleteJobs"] = ("text, text[]", "job_pkey"),
        ["PostgresJobs.DeleteParts"] = ("text, text", "using job_pkey"),
        ["PostgresJobs.DeleteResults"] = ("text, text[]", "job_result_pkey"),
        ["PostgresJobs.DeleteResultsFrom"] = ("text, text, int4", "job_result_pkey"),
        ["PostgresStatistics.Select"] = ("text, text, int4, int4, int4", "statistic_pkey"),
        ["PostgresStatistics.SelectSums"] = ("text, text, int4, int4, int4", "statistic_pkey"),
        ["PostgresStatistics.DeleteDay"] = ("text, text, int4", "statistic_pkey"),
        ["PostgresStatistics.DeleteOld"] = ("int4", "statistic_day"),
        ["PostgresCommandAnswers.FindOne"] = ("text", "using command_answer_pkey"),
        ["PostgresCommandAnswers.Delete"] = ("text", "using command_answer_pkey"),
        ["PostgresCommandAnswers.DeleteOld"] = ("int8", "command_answer_at"),
        ["PostgresDeadlines.SelectDue"] = ("int2, text, int4, int4, text, int4", "using deadline_due"),
        ["PostgresDeadlines.SelectState"] = ("int2, text, int4, int4, text, int4, int2", "using deadline_state"),
        ["PostgresDeadlines.Count"] = ("int2, text, int4, int4, int4", "using deadline_due"),
        ["PostgresDeadlines.Delete"] = ("text[]", "deadline_pkey"),
        ["PostgresMeasureTasks.TakeOver"] = ("int4, int8, text, text, text, bool, int4", "measure_task_subject"),
        ["PostgresMeasureTasks.Select"] = ("int4, int8", "measure_task_pkey"),
        ["PostgresMeasureTasks.SelectOpen"] = ("int4, int4, int8, int4", "using measure_task_open"),
        ["PostgresMeasureTasks.SelectOpenOf"] = ("int4, int4, int8, int4, text", "using measure_task_implementer"),
        ["PostgresMeasureTasks.End"] = ("int4, int8, int4, text, text, int8", "measure_task_pkey"),
        ["PostgresWatchlistDigests.Select"] = ("text, int4", "using watchlist_digest_pkey"),
        ["PostgresWatchlistDigests.SelectNewest"] = ("text, int4, int4", "using watchlist_digest_pkey"),
        ["PostgresWatchlistDigests.SelectDue"] = ("int8, int4", "using watchlist_digest_due"),
        ["PostgresWatchlistDigests.Update"] = ("text, int4, int4, int8, int8, text", "watchlist_digest_pkey"),
        ["PostgresWatchlistDigests.DeleteOld"] = ("int8, int4", "using watchlist_digest_made"),
        ["PostgresFeedback.Select"] = ("text", "feedback_pkey"),
        ["PostgresFeedback.Insert"] = ("text, text, int4, text, text, text, int4, text, text, int8", "feedback_pkey"),
        ["PostgresFeedback.SelectPendingOf"] = ("text", "feedback_pending_pkey"),
        ["PostgresFeedback.DeletePending"] = ("text, text", "feedback_pending_pkey"),
        ["PostgresFeedback.SelectPendingAll"] = ("int4, int4, text, text, int4", "using feedback_pending_due"),
        ["PostgresFeedback.SelectPendingOwn"] = ("int4, int4, text, text, int4, text", "using feedback_pending_owner"),
        ["PostgresFeedback.Trim"] = ("text, int4", "feedback_pkey"),
        ["PostgresFeedback.TrimPending"] = ("int4, int4", "feedback_pending_due"),
        ["PostgresProofs.UploadUsage"] = ("text, int8, text, text", "proof_upload_party"),
        ["PostgresProofs.InsertUpload"] =
            ("text, text, text, text, int4, int4, text, int8, bytea", "proof_upload_party_subject_digest_key"),
        ["PostgresProofs.SelectUploads"] = ("text, text, text[]", "proof_upload_party_subject_digest_key"),
        ["PostgresProofs.NamedUsage"] = ("text, int8", "proof_unsettled_party"),
        ["PostgresProofs.Name"] = ("text, int8, text, text, text[]", "proof_upload_party_subject_digest_key"),
        ["PostgresProofs.Select"] = ("text, text", "proof_pkey"),
        ["PostgresProofs.DeleteUploads"] = ("int8, int4", "proof_upload_at"),
        ["PostgresProofs.SelectUnsettled"] = ("int8, int4", "using proof_unsettled "),
        ["PostgresProofs.Settle"] = ("text, text, int8", "proof_pkey"),
        ["PostgresProofs.DeleteUnnamed"] = ("text, text, int8", "using proof_"),
        ["PostgresProofs.SelectCases"] = ("text, int4", "proof_content"),
        ["PostgresProofs.Destroy"] = ("text[]", "proof_content"),
        ["PostgresReports.FindOne"] = ("text", "using report_number"),
        ["PostgresReports.DeleteOld"] = ("int8, int4", "using report_at"),
        ["PostgresReports.DeleteSurplus"] = ("int8, int4", "report_pkey"),
        ["PostgresControl.FindOne"] = ("text, text", "using control_pkey"),
        ["PostgresControl.SelectKind"] = ("text, text, int4", "control_pkey"),
        ["PostgresControl.LockVersions"] = ("text[], text[]", "using control_pkey"),
        ["PostgresControl.SelectEvents"] = ("int8, int4", "using control_event_pkey"),
        ["PostgresControl.SelectEventsOf"] = ("int8, int4, text, text", "control_event_document"),
        ["PostgresControl.SelectEventsOfKind"] = ("int8, int4, text", "using control_event_"),
    };

    // Searches are planned for what they look for: the parameters are part of the entry.
    private static readonly Dictionary<string, (string Types, string Values, string Plan)> Searches = new(StringComparer.Ordinal)
    {
        ["PostgresSubjectStore.SearchListing"] = ("text, text, int4", "'91990000TEST000100', NULL, 50", "using listing_pkey"),
        ["PostgresSubjectStore.SearchCodes"] = ("text, text, int4, text", "'', NULL, 50, '91990000TEST0001'", "using listing_pkey"),
        ["PostgresSubjectStore.SearchNames"] = ("text, text, int4, int4[]", "'', NULL, 50, '{17}'", "on listing_runs"),
        ["PostgresSubjectStore.SearchUnfolded"] = ("text, text, int4", "'', NULL, 50", "using listing_unfolded"),
    };

    /// <summary>
    /// Read whole on purpose: one row, one row a shard or a process, a short list, symbols at the start; and events by id alone, which
    /// nobody asks often.
    /// </summary>
    private static readonly HashSet<string> Scans = new(StringComparer.Ordinal)
    {
        "PostgresStore.SelectServer", "PostgresSchema.SelectVersion", "PostgresSchema.SelectMeta", "PostgresSchema.CountShards",
        "PostgresSchema.SelectWithoutRights",
        "PostgresSchema.SelectUnanalyzed",
        "PostgresSchema.FindVersionTable", "PostgresSchema.FindMembership", "PostgresSchema.Lock",
        "PostgresJournal.SelectHead", "PostgresJournal.LockHeads",
        "PostgresJournal.WriteHeads", "PostgresSubjectStore.SelectShards", "PostgresSubjectStore.SumSubjects",
        "PostgresSubjectStore.SelectChangeHeads",
        "PostgresSubjectStore.LockFolds", "PostgresSubjectStore.UpdateFolds", "ShardLeases.LockLeases", "ShardLeases.TakeLeases",
        "ShardLeases.LockShards", "ShardLeases.LockFolds", "ShardLeases.RaiseShards", "ShardLeases.RaiseFolds", "ShardLeases.RenewLeases",
        "ShardLeases.ReleaseLeases", "ShardLeases.SelectSession", "ShardLeases.EndBlockers",
        "ShardLeases.ReleaseShards", "ShardLeases.SelectHolder", "SharedSymbols.SelectFrom",
        "SharedSymbols.Lock", "SymbolRows.Load", "PostgresIdentifierExceptions.SelectAll",
        "PostgresQuarantine.WriteHead", "PostgresAccessLog.ReadHead", "PostgresAccessLog.AppendBlock",
        "PostgresControl.LockHead", "PostgresControl.WriteHead", "PostgresControl.SelectEventsOfId",
        "PostgresMark.Lock", "PostgresMark.SelectMayAsk", "PostgresMark.SelectCluster", "PostgresMark.SelectPlace",
        "PostgresMark.SelectLast", "PostgresMark.SelectOpening", "PostgresMark.SelectMeta", "PostgresMark.DeleteOld",
        "PostgresMark.SelectFormer", "PostgresMark.UpdateIncarnation", "PostgresMark.Disown", "PostgresBackup.SelectHeads",
        "PostgresBackup.SelectSnapshot", "PostgresBackup.SelectSize",
        "StoreNodes.Lock", "StoreNodes.DeleteGone", "StoreNodes.SelectNodes", "StoreNodes.SelectClock", "StoreNodes.RenewNode",
        "StoreNodes.DeleteNode", "StoreNodes.SelectTopology",
        "PostgresDatabase.PrepareRead", "PostgresDatabase.PrepareWrite", "PostgresDatabase.PrepareSearch",
        "PostgresDatabase.SelectBackend", "PostgresDatabase.SelectOwnName", "PostgresSubjectStore.SelectTransaction",
        "PostgresCommandAnswers.DeleteSurplus",
    };

    [Fact]
    public async Task Query_plan_uses_its_index()
    {
        await using var connection = await FilledAsync();
        var wrong = new List<string>();
        var statements = StatementsOfTheStore();
        foreach (var (name, sql) in statements)
        {
            if (Scans.Contains(name) || sql.StartsWith("INSERT", StringComparison.Ordinal))
                continue;
            if (!Plans.TryGetValue(name, out var expected) && !Searches.ContainsKey(name))
            {
                wrong.Add($"{name}: name its index here");
                continue;
            }

            var search = Searches.GetValueOrDefault(name);
            var (types, needed) = search.Types is null ? expected : (search.Types, search.Plan);
            var plan = await PlanAsync(connection, sql, types, search.Values);
            if (needed.Split('|').Any(part => !plan.Contains(part, StringComparison.Ordinal)) || ScansTable(plan))
                wrong.Add($"{name} must have {needed}:\n{plan}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        Assert.Empty(Plans.Keys.Concat(Searches.Keys).Concat(Scans).Except(statements.Select(statement => statement.Name)));
    }

    [Fact]
    public async Task Query_plan_of_states_to_copy_walks_the_key()
    {
        await using var connection = await FilledAsync();
        var copy = PostgresSubjectStore.CopyStates.Replace("{0}", "1", StringComparison.Ordinal)
            .Replace("{1}", "'S1'", StringComparison.Ordinal).Replace("{2}", "'S11'", StringComparison.Ordinal);
        var query = copy[(copy.IndexOf('(', StringComparison.Ordinal) + 1)..copy.LastIndexOf(") TO", StringComparison.Ordinal)];
        var plan = await PlanAsync(connection, query, "", null);
        Assert.Contains("subject_1_pkey", plan, StringComparison.Ordinal);
        Assert.False(ScansTable(plan), plan);
    }

    [Fact]
    public async Task Query_plan_of_an_unindexed_condition_is_noticed()
    {
        await using var connection = await FilledAsync();
        Assert.True(ScansTable(await PlanAsync(connection, "SELECT subject FROM credit.subject WHERE facts > 1", "", null)));
    }

    // A function's rows are no table.
    private static bool ScansTable(string plan) => plan.Contains("Seq Scan", StringComparison.Ordinal);

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string sql, string types, string? values)
    {
        var count = types.Length == 0 ? 0 : types.Split(',').Length;
        await RunAsync(connection, $"SET plan_cache_mode = {(values is null ? "force_generic_plan" : "force_custom_plan")}");
        await RunAsync(connection, $"PREPARE q {(count == 0 ? "" : $"({types})")} AS {sql}");
        var given = values ?? string.Join(", ", types.Split(", ").Select(
            type => type.EndsWith(']') ? "'{}'" : type == "bool" ? "true"
                : type.StartsWith("int", StringComparison.Ordinal) ? "1" : "'S1'"));
        var steps = new List<string>();
        await using (var explain = new NpgsqlCommand($"EXPLAIN EXECUTE q {(count == 0 ? "" : $"({given})")}", connection))
        {
            await using var rows = await explain.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                steps.Add(rows.GetString(0));
        }

        await RunAsync(connection, "DEALLOCATE q");
        return string.Join('\n', steps);
    }

    /// <summary>Rows made by the server: only their number and spread matter.</summary>
    private async Task<NpgsqlConnection> FilledAsync()
    {
        var connection = await ((PostgresStore)Store).Database.OpenAsync(Cancellation);
        string[] fill =
        [
            $"""
            INSERT INTO credit.journal SELECT i % 8, i, 'S' || i, hashint8(i), 1, 'r' || i, 1, 0, 1, 1, '\x00', hashint8(i), 1, i, '\x00'
            FROM generate_series(1, {Rows}) AS i
            """,
            $"INSERT INTO credit.record SELECT 1, 'r' || i, 1, i % 8, i FROM generate_series(1, {Rows}) AS i",
            $"""
            INSERT INTO credit.subject SELECT i % 8, 'S' || i, 1, 1, 'n', 'r', 'i', 's', decode(repeat('00', 600), 'hex')
            FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.sheet SELECT i % 8, 'S' || i, i, 1, decode(repeat('00', 1000), 'hex') FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.listing SELECT '91990000TEST' || lpad(i::text, 6, '0'), i % 8, (i % 100)::text, 'n', ARRAY[i, i + 1]
            FROM generate_series(1, {Rows}) AS i
            """,
            $"INSERT INTO credit.change SELECT i % 8, i, 'S', 1, '', 1 FROM generate_series(1, {Rows}) AS i",
            $"""
            INSERT INTO credit.report (number, at, subject, digest, key_id, signature)
            SELECT 'CR-' || i, i, 'S', '', 'k', '' FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.feedback SELECT 'CK-' || i / 2, 'm' || i % 2, 1, 'applied', null, null, 1, 'a', null, i
            FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.measure_task
            SELECT i % 8, i, 'S' || i, 'm', 'o' || i % 50, i % 2 = 0, i % 500, null, null, null, CASE WHEN i % 3 = 0 THEN 1 END
            FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.watchlist_digest
            SELECT 'w' || i % 50, i / 50, i, '', '', 's', 0, CASE WHEN i % 3 = 0 THEN i END, null, null
            FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.feedback_pending SELECT 'CK-' || i, 'm', 'o' || i % 50, 'S' || i, 'm', null, 1, i % 500
            FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.proof_upload (party, subject, digest, name, type, size, actor, at, content)
            SELECT 'p' || i % 500, 'S' || i % 50, 'd' || i, 'n', 1, 1, 'a', i, '' FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.proof
            SELECT 'c' || i / 2, 'd' || i % 2, 'p' || i % 500, 'S' || i % 50, 'n', 1, 1, 'a', i, i, i % 20 > 0,
                CASE WHEN i % 3 = 0 THEN ''::bytea END
            FROM generate_series(1, {Rows}) AS i
            """,
            $"INSERT INTO credit.symbol SELECT i + 1000, 'symbol' || i FROM generate_series(1, {Rows}) AS i",
            $"""
            INSERT INTO credit.quarantine (source, number, code, detail, pointer, at, sameness, closed_at)
            SELECT 's' || i % 50, i, 'c', 'd', '', 1, decode(md5(i::text), 'hex'), CASE WHEN i % 2 = 0 THEN 1 END
            FROM generate_series(1, {Rows}) AS i
            """,
            $"INSERT INTO credit.access_log SELECT i, i, '\\x00', '\\x00' FROM generate_series(1, {Rows}) AS i",
            $"INSERT INTO credit.access_page SELECT i % 512, i, '\\x00' FROM generate_series(1, {Rows}) AS i",
            $"INSERT INTO credit.control SELECT 'k' || i % 10, 'i' || i, 1, '', 1 FROM generate_series(1, {Rows}) AS i",
            $"""
            INSERT INTO credit.control_event SELECT i, 'k' || i % 10, 'i' || i, 1, 1, 'a', 'b', 'c' FROM generate_series(1, {Rows}) AS i
            """,
            $"""
            INSERT INTO credit.job SELECT 'k' || i % 10, 'i' || i / 10, i % 50 - 1, 1, 's', 'n', i, i, CASE WHEN i % 2 = 0 THEN i END, ''
            FROM generate_series(1, {Rows}) AS i
            """,
            $"INSERT INTO credit.job_result SELECT 'k' || i % 10, 'i' || i, 0, '\\x00' FROM generate_series(1, {Rows}) AS i",
            $"""
            INSERT INTO credit.command_answer (key, owner, request, at, version, uncertain, status, bytes, body)
            SELECT 'k' || i, 'o', 'r', i, 1, false, 200, 1, '\x00' FROM generate_series(1, {Rows}) AS i
            """,
            $"INSERT INTO credit.statistic SELECT 'f' || i % 5, 'p' || i % 60, i % 7, 'n' || i, '', 1 FROM generate_series(1, {Rows}) AS i",
            $"""
            INSERT INTO credit.deadline (case_id, source, kind, state, due, clock, subject, revision)
            SELECT 'c' || i, 's' || i % 50, 1, i % 5, i / 100, 'k', 'S', 1 FROM generate_series(1, {Rows}) AS i
            """,
            "ANALYZE",
        ];
        foreach (var sql in fill)
            await RunAsync(connection, sql);
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static List<(string Name, string Sql)> StatementsOfTheStore() =>
    [
        .. from type in typeof(PostgresStore).Assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.FieldType == typeof(string)
           let sql = (string)field.GetRawConstantValue()!
           where new[] { "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH " }
               .Any(verb => sql.StartsWith(verb, StringComparison.Ordinal))
           select ($"{type.Name}.{field.Name}", sql),
    ];
}
