using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Contract.Cases;

namespace CreditGrains.Storage.Sqlite.Tests;

// The contract suite, run against SQLite and against the in-memory store that simulators use in its place.
public sealed class SqliteJournalTests() : JournalContract(new SqliteHost());

// Indexes filled nearly at once, where the others leave that for later.
public sealed class SqliteIndexedSubjectStoreTests() : SubjectStoreContract(new SqliteHost(1));

public sealed class SqliteIndexedSubjectChangeTests() : SubjectChangeContract(new SqliteHost(1));

public sealed class SqliteIndexedAssessmentWriteTests() : AssessmentWriteContract(new SqliteHost(1));

public sealed class SqliteIndexedJournalTests() : JournalContract(new SqliteHost(1));

public sealed class SqliteSubjectStoreTests() : SubjectStoreContract(new SqliteHost());

public sealed class SqliteSubjectChangeTests() : SubjectChangeContract(new SqliteHost());

public sealed class SqliteAssessmentWriteTests() : AssessmentWriteContract(new SqliteHost());

public sealed class SqliteQuarantineTests() : QuarantineContract(new SqliteHost());

public sealed class SqliteAccessLogTests() : AccessLogContract(new SqliteHost());

public sealed class SqliteIdentifierExceptionTests() : IdentifierExceptionContract(new SqliteHost());

public sealed class SqliteControlTests() : ControlContract(new SqliteHost());

public sealed class SqliteJobTests() : JobContract(new SqliteHost());

public sealed class SqliteStatisticsTests() : StatisticsContract(new SqliteHost());

public sealed class InMemoryStatisticsTests() : StatisticsContract(new InMemoryHost());

public sealed class SqliteCommandAnswerTests() : CommandAnswerContract(new SqliteHost());

public sealed class SqliteReportTests() : ReportContract(new SqliteHost());

public sealed class SqliteMeasureTaskTests() : MeasureTaskContract(new SqliteHost());

public sealed class InMemoryMeasureTaskTests() : MeasureTaskContract(new InMemoryHost());

public sealed class SqliteWatchlistDigestTests() : WatchlistDigestContract(new SqliteHost());

public sealed class InMemoryWatchlistDigestTests() : WatchlistDigestContract(new InMemoryHost());

public sealed class SqliteFeedbackTests() : FeedbackContract(new SqliteHost());

public sealed class InMemoryFeedbackTests() : FeedbackContract(new InMemoryHost());

public sealed class SqliteProofTests() : ProofContract(new SqliteHost());

public sealed class InMemoryProofTests() : ProofContract(new InMemoryHost());

public sealed class SqliteProofStories() : ProofStories(new SqliteHost());

public sealed class InMemoryProofStories() : ProofStories(new InMemoryHost());

public sealed class InMemoryJobTests() : JobContract(new InMemoryHost());

public sealed class InMemoryCommandAnswerTests() : CommandAnswerContract(new InMemoryHost());

public sealed class InMemoryReportTests() : ReportContract(new InMemoryHost());

public sealed class InMemoryControlTests() : ControlContract(new InMemoryHost());

public sealed class InMemoryJournalTests() : JournalContract(new InMemoryHost());

public sealed class InMemorySubjectStoreTests() : SubjectStoreContract(new InMemoryHost());

public sealed class InMemorySubjectChangeTests() : SubjectChangeContract(new InMemoryHost());

public sealed class InMemoryAssessmentWriteTests() : AssessmentWriteContract(new InMemoryHost());

public sealed class InMemoryQuarantineTests() : QuarantineContract(new InMemoryHost());

public sealed class InMemoryAccessLogTests() : AccessLogContract(new InMemoryHost());

public sealed class InMemoryIdentifierExceptionTests() : IdentifierExceptionContract(new InMemoryHost());

public sealed class SqliteDeadlineTests() : DeadlineContract(new SqliteHost());

public sealed class InMemoryDeadlineTests() : DeadlineContract(new InMemoryHost());

public sealed class SqliteCaseStories() : CaseStories(new SqliteHost());

public sealed class SqliteRepairStories() : RepairStories(new SqliteHost());

public sealed class SqliteCaseTruthStories() : CaseTruthStories(new SqliteHost());

public sealed class SqliteKindStories() : KindStories(new SqliteHost());

public sealed class SqliteKindFaultStories() : KindFaultStories(new SqliteHost());

public sealed class SqliteContractMirrorContract() : ContractMirrorContract(new SqliteHost());

public sealed class SqliteCaseStepTests() : CaseStepContract(new SqliteHost());

public sealed class InMemoryCaseStories() : CaseStories(new InMemoryHost());

public sealed class InMemoryRepairStories() : RepairStories(new InMemoryHost());

public sealed class InMemoryKindStories() : KindStories(new InMemoryHost());

public sealed class InMemoryKindFaultStories() : KindFaultStories(new InMemoryHost());

public sealed class InMemoryContractMirrorContract() : ContractMirrorContract(new InMemoryHost());

public sealed class InMemoryCaseStepTests() : CaseStepContract(new InMemoryHost());

public sealed class SqliteMeasureStories() : MeasureStories(new SqliteHost());

public sealed class InMemoryMeasureStories() : MeasureStories(new InMemoryHost());
