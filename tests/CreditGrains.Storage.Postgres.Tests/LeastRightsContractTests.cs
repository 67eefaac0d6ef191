using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Contract.Cases;

namespace CreditGrains.Storage.Postgres.Tests;

// The contract suite, and the engine's stories of feeds, folds, checks and cases, under the server's role of deploy/postgres: every
// statement of the store has its right, and roles.sql names it.
public sealed class LeastRightsJournalTests() : JournalContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsSubjectStoreTests() : SubjectStoreContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsSubjectChangeTests() : SubjectChangeContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsAssessmentWriteTests() : AssessmentWriteContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsQuarantineTests() : QuarantineContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsAccessLogTests() : AccessLogContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsIdentifierExceptionTests() : IdentifierExceptionContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsControlTests() : ControlContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsJobTests() : JobContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsStatisticsTests() : StatisticsContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsCommandAnswerTests() : CommandAnswerContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsFeedbackTests() : FeedbackContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsProofTests() : ProofContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsReportTests() : ReportContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsDeadlineTests() : DeadlineContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsMeasureTaskTests() : MeasureTaskContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsWatchlistDigestTests() : WatchlistDigestContract(new PostgresHost(leastRights: true));

public sealed class LeastRightsMeasureStories() : MeasureStories(new PostgresHost(leastRights: true));
