using System.Reflection;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>Every query of the store names its index here; a new query without an entry fails.</summary>
public sealed class QueryPlanTests
{
    private const string Key = "PRIMARY KEY";
    private const string Rowid = "INTEGER PRIMARY KEY";

    // Text that the plan must contain; a plan that scans must be the whole of its entry.
    private static readonly Dictionary<string, string> Plans = new(StringComparer.Ordinal)
    {
        ["SqliteJournal.FindHead"] = "SEARCH journal USING INDEX journal_revision (source=? AND record_id=?)",
        ["SqliteJournal.Destroy"] = "SEARCH journal USING INDEX journal_revision (source=? AND record_id=?)",
        ["SqliteJournal.FindNaturalKey"] = "SEARCH journal_key USING PRIMARY KEY (key=?)",
        ["SqliteJournal.FindNaturalKeyHead"] = "SEARCH journal USING INTEGER PRIMARY KEY (rowid=?)",
        ["SqliteJournal.ReadShardHead"] = Rowid,
        ["SqliteJournal.WriteShardHead"] = Rowid,
        ["SqliteJournal.SelectKeys"] = "SEARCH journal USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        ["SqliteJournal.SelectMentions"] = "SEARCH journal USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        ["SqliteJournal.SelectShard"] = "SEARCH journal USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        ["SqliteJournal.SelectSubject"] = "SEARCH journal_key USING PRIMARY KEY (key=? AND entry>? AND entry<?)",
        ["SqliteJournal.SelectEntry"] = "SEARCH journal USING INTEGER PRIMARY KEY (rowid=?)",
        ["SqliteJournal.SelectRevision"] =
            "SEARCH journal USING INDEX journal_revision (source=? AND record_id=? AND revision=?)",
        ["SqliteJournal.SelectRecord"] = "SEARCH journal USING INDEX journal_revision (source=? AND record_id=?)",
        ["SqliteJournal.SelectReceivedAt"] = "SEARCH journal USING INTEGER PRIMARY KEY (rowid=?)",
        ["JournalKeys.SelectUnkeyed"] = "SEARCH journal USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        ["JournalKeys.WriteMark"] = Rowid,
        ["SqliteSubjectStore.Find"] = "SEARCH subject USING INDEX subject_listing (shard=? AND subject=?)",
        ["SqliteSubjectStore.FindListed"] = "SEARCH subject USING INDEX subject_listing (shard=? AND subject=?)",
        ["SqliteSubjectStore.Page"] = "SEARCH subject USING INDEX subject_listing (shard=? AND subject>?)",
        ["SqliteSubjectStore.Due"] = "SEARCH subject USING INDEX subject_due (shard=? AND next_change<?)",
        ["SqliteSubjectStore.States"] = "SEARCH subject USING INDEX subject_listing (shard=? AND subject>?)",
        ["SqliteSubjectStore.UpdateAssessed"] = Rowid,
        ["SqliteSubjectStore.SearchListing"] = "SEARCH subject USING INDEX subject_listing (shard=? AND subject>? AND subject<?)",
        ["SqliteSubjectStore.MatchNames"] = "SCAN subject_name VIRTUAL TABLE INDEX 0:M1",
        ["SqliteSubjectStore.SearchIndexed"] = "SEARCH subject USING INTEGER PRIMARY KEY (rowid=?)",
        ["SqliteSubjectStore.SearchUnindexed"] = "SEARCH subject USING INTEGER PRIMARY KEY (rowid>?)",
        ["NameIndex.SelectUnindexed"] = "SEARCH subject USING INTEGER PRIMARY KEY (rowid>?)",
        ["NameIndex.ReadNewest"] = "SEARCH subject",
        ["NameIndex.ReadIndexed"] = Rowid,
        ["NameIndex.WriteIndexed"] = Rowid,
        ["NameIndex.ReadMerged"] = Rowid,
        ["NameIndex.WriteMerged"] = Rowid,
        ["SqliteSubjectStore.PruneChanges"] = "SEARCH change USING PRIMARY KEY (shard=? AND number=?)",
        ["SqliteSubjectStore.SelectChanges"] = "SEARCH change USING PRIMARY KEY (shard=? AND number>?)",
        ["SqliteSubjectStore.SelectChangesOf"] = "SEARCH change USING PRIMARY KEY (shard=? AND number>?)",
        ["SqliteSubjectStore.UpdateRow"] = Rowid,
        ["SqliteSubjectStore.UpdateListed"] = Rowid,
        ["SqliteSubjectStore.UpdateShard"] = Rowid,
        ["SqliteSubjectStore.ReadChangeHead"] = Rowid,
        ["SqliteQuarantine.NextNumber"] = "SEARCH quarantine USING PRIMARY KEY (source=?)",
        ["SqliteQuarantine.SelectOpen"] = "SEARCH quarantine USING INDEX quarantine_open (source=? AND number>?)",
        ["SqliteQuarantine.SelectClosed"] = "SEARCH quarantine USING INDEX quarantine_closed (source=? AND closed_how=? AND number>?)",
        ["SqliteQuarantine.SelectAll"] = "SEARCH quarantine USING PRIMARY KEY (source=? AND number>?)",
        ["SqliteQuarantine.SelectOfRecord"] = "SEARCH quarantine USING INDEX quarantine_record (source=? AND record_id=?)",
        ["SqliteQuarantine.SelectOne"] = "(source=? AND number=?)",
        ["SqliteQuarantine.Close"] = "(source=? AND number=?)",
        ["SqliteQuarantine.Count"] = "INDEX quarantine_open (source=?)",
        ["SqliteAccessLog.ReadHead"] = Rowid,
        ["SqliteAccessLog.WriteHead"] = Rowid,
        ["SqliteAccessLog.SelectAfter"] = "SEARCH access_log USING INTEGER PRIMARY KEY (rowid>?)",
        ["SqliteAccessLog.SelectFrom"] = "SEARCH access_log USING INTEGER PRIMARY KEY (rowid>?)",
        ["SqliteAccessLog.SelectHash"] = "SEARCH access_log USING INTEGER PRIMARY KEY (rowid<?)",
        ["SqliteAccessLog.SelectHolding"] = "SEARCH access_log USING INTEGER PRIMARY KEY (rowid<?)",
        ["SqliteAccessLog.SelectPages"] = "SEARCH access_page USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        ["SqliteAccessLog.WriteKeyed"] = Rowid,
        ["SqliteSchema.ReadMeta"] = Key,
        ["SqliteMark.SelectLast"] = "SEARCH opening",
        ["SqliteMark.SelectOpening"] = Rowid,
        ["SqliteMark.DeleteFrom"] = "SEARCH opening USING INTEGER PRIMARY KEY (rowid>?)",
        ["SqliteMark.DeleteOld"] = "SEARCH opening USING INTEGER PRIMARY KEY (rowid<?)",
        ["SqliteMark.UpdateMeta"] = Key,
        ["SqliteJobStore.Find"] = "SEARCH job USING INDEX sqlite_autoindex_job_1 (kind=? AND id=? AND part=?)",
        ["SqliteJobStore.SelectKind"] = "SEARCH job USING INDEX sqlite_autoindex_job_1 (kind=? AND id>?)",
        ["SqliteJobStore.SelectNewest"] = "SEARCH job USING INDEX job_newest ((created_at,kind,id)<(?,?,?))",
        ["SqliteJobStore.SelectParts"] = "SEARCH job USING INDEX sqlite_autoindex_job_1 (kind=? AND id=? AND part>?)",
        ["SqliteJobStore.SelectResult"] = "USING INDEX sqlite_autoindex_job_result_1 (kind=? AND id=? AND number=?)",
        ["SqliteJobStore.Update"] = "SEARCH job USING INDEX sqlite_autoindex_job_1 (kind=? AND id=? AND part=?)",
        ["SqliteJobStore.SelectSurplus"] = "SEARCH job USING COVERING INDEX job_ended (kind=? AND ended_at>?)",
        ["SqliteJobStore.DeleteJob"] = "(kind=? AND id=?)",
        ["SqliteJobStore.DeleteParts"] = "(kind=? AND id=? AND part>?)",
        ["SqliteJobStore.DeleteResults"] = "(kind=? AND id=?)",
        ["SqliteJobStore.DeleteResultsFrom"] = "(kind=? AND id=? AND number>?)",
        ["SqliteCommandAnswers.Find"] = "(key=?)",
        ["SqliteCommandAnswers.Delete"] = "(key=?)",
        ["SqliteStatistics.Select"] = "(figure=? AND part=? AND day>? AND day<?)",
        ["SqliteStatistics.SelectSums"] = "(figure=? AND part=? AND day>? AND day<?)",
        ["SqliteStatistics.DeleteDay"] = "(day=? AND figure=? AND part=?)",
        ["SqliteStatistics.DeleteOld"] = "statistic_day (day<?)",
        ["SqliteCommandAnswers.DeleteOld"] = "command_answer_at (at<?)",
        ["SqliteDeadlines.SelectDue"] = "SEARCH deadline USING COVERING INDEX deadline_due (kind=? AND source=?",
        ["SqliteDeadlines.SelectState"] = "SEARCH deadline USING COVERING INDEX deadline_state (kind=? AND source=? AND state=?",
        ["SqliteDeadlines.Count"] = "SEARCH deadline USING COVERING INDEX deadline_due (kind=? AND source=? AND due>? AND due<?)",
        ["SqliteDeadlines.Delete"] = "SEARCH deadline USING PRIMARY KEY (case_id=?)",
        ["SqliteMeasureTasks.DeleteOpposite"] = "SEARCH measure_task USING INDEX measure_task_subject (subject=? AND measure=?)",
        ["SqliteMeasureTasks.Select"] = "SEARCH measure_task USING PRIMARY KEY (shard=? AND number=?)",
        ["SqliteMeasureTasks.SelectOpen"] = "SEARCH measure_task USING INDEX measure_task_open (",
        ["SqliteMeasureTasks.SelectOpenOf"] = "SEARCH measure_task USING INDEX measure_task_implementer (implementer=?",
        ["SqliteMeasureTasks.End"] = "SEARCH measure_task USING PRIMARY KEY (shard=? AND number=?)",
        ["SqliteWatchlistDigests.Select"] = "SEARCH watchlist_digest USING INDEX watchlist_digest_key (watchlist=? AND day=?)",
        ["SqliteWatchlistDigests.SelectNewest"] = "SEARCH watchlist_digest USING INDEX watchlist_digest_key (watchlist=? AND day<?)",
        ["SqliteWatchlistDigests.SelectDue"] = "SEARCH watchlist_digest USING INDEX watchlist_digest_due (next_at<?)",
        ["SqliteWatchlistDigests.Update"] = "SEARCH watchlist_digest USING INDEX watchlist_digest_key (watchlist=? AND day=?)",
        ["SqliteWatchlistDigests.DeleteOld"] = "INDEX watchlist_digest_made (made_at<?)",
        ["SqliteFeedback.Select"] = "SEARCH feedback USING PRIMARY KEY (check_number=?)",
        ["SqliteFeedback.Newest"] = "SEARCH feedback USING PRIMARY KEY (check_number=? AND measure=?)",
        ["SqliteFeedback.SelectPendingOne"] = "SEARCH feedback_pending USING PRIMARY KEY (check_number=? AND measure=?)",
        ["SqliteFeedback.SelectPendingOf"] = "SEARCH feedback_pending USING PRIMARY KEY (check_number=?)",
        ["SqliteFeedback.DeletePending"] = "SEARCH feedback_pending USING PRIMARY KEY (check_number=? AND measure=?)",
        ["SqliteFeedback.SelectPendingAll"] = "SEARCH feedback_pending USING INDEX feedback_pending_due (",
        ["SqliteFeedback.SelectPendingOwn"] = "SEARCH feedback_pending USING INDEX feedback_pending_owner (owner=?",
        ["SqliteFeedback.Trim"] = "SEARCH feedback USING PRIMARY KEY (check_number<?)",
        ["SqliteFeedback.TrimPending"] = "INDEX feedback_pending_due (due<?)",
        ["SqliteProofs.UploadUsage"] = "SEARCH proof_upload USING INDEX proof_upload_party (party=? AND at>?)",
        ["SqliteProofs.SelectUpload"] = "SEARCH proof_upload USING INDEX proof_upload_key (party=? AND subject=? AND digest=?)",
        ["SqliteProofs.NamedUsage"] = "INDEX proof_unsettled_party (party=? AND named_at>?)",
        ["SqliteProofs.Name"] = "SEARCH proof_upload USING INDEX proof_upload_key (party=? AND subject=? AND digest=?)",
        ["SqliteProofs.Select"] = "SEARCH proof USING INDEX proof_key (case_id=? AND digest=?)",
        ["SqliteProofs.DeleteUploads"] = "INDEX proof_upload_at (at<?)",
        ["SqliteProofs.SelectUnsettled"] = "SEARCH proof USING INDEX proof_unsettled (named_at<?)",
        ["SqliteProofs.Settle"] = "SEARCH proof USING INDEX proof_key (case_id=? AND digest=?)",
        ["SqliteProofs.DeleteUnnamed"] = "SEARCH proof USING INDEX proof_key (case_id=? AND digest=?)",
        ["SqliteProofs.SelectCases"] = "SEARCH proof USING INDEX proof_content (case_id>?)",
        ["SqliteProofs.Destroy"] = "INDEX proof_content (case_id=?)",
        ["SqliteReports.Find"] = "SEARCH report USING INDEX report_number (number=?)",
        ["SqliteReports.DeleteOld"] = "SEARCH report USING COVERING INDEX report_at (at<?)",
        ["SqliteReports.DeleteSurplus"] = "SEARCH report USING INTEGER PRIMARY KEY (rowid<?)",
        ["SqliteControlStore.Find"] = "SEARCH control_document USING INDEX control_document_id (kind=? AND id=?)",
        ["SqliteControlStore.FindVersion"] = "USING INDEX control_document_id (kind=? AND id=?)",
        ["SqliteControlStore.List"] = "SEARCH control_document USING INDEX control_document_id (kind=? AND id>?)",
        ["SqliteControlStore.Update"] = Rowid,
        ["SqliteControlStore.NextNumber"] = "SEARCH control_event",
        ["SqliteControlStore.SelectEvents"] = "SEARCH control_event USING INTEGER PRIMARY KEY (rowid>?)",
        ["SqliteControlStore.SelectEventsOf"] = "USING INDEX control_event_of (kind=? AND id=? AND number>?)",
    };

    /// <summary>Reads whole tables on purpose: 64 rows, a short list, symbols at the start, the chain.</summary>
    private static readonly HashSet<string> Scans = new(StringComparer.Ordinal)
    {
        "SqliteSubjectStore.SelectShards", "SqliteSubjectStore.SelectChangeHeads",
        "JournalKeys.SelectMarks", "SqliteSubjectStore.SumSubjects",
        "SqliteMark.SelectFormer", "SqliteBackup.SelectHeads",
        "SqliteSchema.CountShards", "SymbolRows.Load", "SqliteAccessLog.SelectAll", "SqliteIdentifierExceptions.SelectAll",
        "SqliteCommandAnswers.DeleteSurplus", "NameIndex.ReadChanges",
    };

    [Fact]
    public async Task Query_plan_uses_its_index()
    {
        await using var host = new SqliteHost();
        await using var store = (SqliteStore)await host.CreateAsync(TimeProvider.System, ShardMap.DefaultShardCount);
        var wrong = new List<string>();
        var queries = QueriesOfTheStore();
        foreach (var (name, sql) in queries)
        {
            var plan = await store.PlanAsync(sql);
            var inserts = sql.StartsWith("INSERT", StringComparison.Ordinal);
            var good = Scans.Contains(name) || (inserts && !plan.Contains("SCAN", StringComparison.Ordinal))
                || (Plans.TryGetValue(name, out var expected) && plan.Contains(expected, StringComparison.Ordinal) && !ScansTable(plan));
            if (!good)
                wrong.Add($"{name}:\n{plan}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
        Assert.Empty(Plans.Keys.Concat(Scans).Except(queries.Select(query => query.Name)));
    }

    [Fact]
    public async Task Query_plan_of_an_unindexed_condition_is_noticed()
    {
        await using var host = new SqliteHost();
        await using var store = (SqliteStore)await host.CreateAsync(TimeProvider.System, 1);
        Assert.True(ScansTable(await store.PlanAsync("SELECT subject FROM subject WHERE score > 1")));
    }

    // A match in the index of names, and subqueries already bounded, are printed as scans too.
    private static bool ScansTable(string plan) => plan.Split('\n').Any(
        step => step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.Contains("VIRTUAL TABLE INDEX", StringComparison.Ordinal)
            && !step.Contains("subquery", StringComparison.Ordinal) && !step.Contains("CONSTANT", StringComparison.Ordinal));

    private static List<(string Name, string Sql)> QueriesOfTheStore() =>
    [
        .. from type in typeof(SqliteStore).Assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.FieldType == typeof(string)
           let sql = (string)field.GetRawConstantValue()!
           where new[] { "SELECT ", "INSERT ", "UPDATE ", "DELETE " }.Any(verb => sql.StartsWith(verb, StringComparison.Ordinal))
           select ($"{type.Name}.{field.Name}", sql),
    ];
}
