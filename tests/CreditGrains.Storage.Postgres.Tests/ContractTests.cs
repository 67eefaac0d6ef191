using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Contract.Cases;

namespace CreditGrains.Storage.Postgres.Tests;

// The contract suite, run against PostgreSQL.
public sealed class PostgresJournalTests() : JournalContract(new PostgresHost());

public sealed class PostgresSubjectStoreTests() : SubjectStoreContract(new PostgresHost());

public sealed class PostgresSubjectChangeTests() : SubjectChangeContract(new PostgresHost());

public sealed class PostgresAssessmentWriteTests() : AssessmentWriteContract(new PostgresHost());

public sealed class PostgresQuarantineTests() : QuarantineContract(new PostgresHost());

public sealed class PostgresAccessLogTests() : AccessLogContract(new PostgresHost());

public sealed class PostgresIdentifierExceptionTests() : IdentifierExceptionContract(new PostgresHost());

public sealed class PostgresControlTests() : ControlContract(new PostgresHost());

public sealed class PostgresJobTests() : JobContract(new PostgresHost());

public sealed class PostgresStatisticsTests() : StatisticsContract(new PostgresHost());

public sealed class PostgresCommandAnswerTests() : CommandAnswerContract(new PostgresHost());

public sealed class PostgresMeasureTaskTests() : MeasureTaskContract(new PostgresHost());

public sealed class PostgresWatchlistDigestTests() : WatchlistDigestContract(new PostgresHost());

public sealed class PostgresFeedbackTests() : FeedbackContract(new PostgresHost());

public sealed class PostgresProofTests() : ProofContract(new PostgresHost());

public sealed class PostgresProofStories() : ProofStories(new PostgresHost());

public sealed class PostgresReportTests() : ReportContract(new PostgresHost());

public sealed class PostgresDeadlineTests() : DeadlineContract(new PostgresHost());

public sealed class PostgresCaseStories() : CaseStories(new PostgresHost());

public sealed class PostgresRepairStories() : RepairStories(new PostgresHost());

public sealed class PostgresCaseTruthStories() : CaseTruthStories(new PostgresHost());

public sealed class PostgresKindStories() : KindStories(new PostgresHost());

public sealed class PostgresKindFaultStories() : KindFaultStories(new PostgresHost());

public sealed class PostgresContractMirrorContract() : ContractMirrorContract(new PostgresHost());

public sealed class PostgresCaseStepTests() : CaseStepContract(new PostgresHost());

public sealed class PostgresMeasureStories() : MeasureStories(new PostgresHost());
