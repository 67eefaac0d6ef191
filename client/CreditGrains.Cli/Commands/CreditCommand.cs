using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net;
using System.Security.Authentication;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;
using CreditGrains.FeedFiles;
using CreditGrains.Engine.Backups;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Cli.Commands;

/// <summary>The command line <c>credit</c>: results on stdout, talk on stderr, exit codes of <see cref="ExitCode"/>.</summary>
public static class CreditCommand
{
    private const string ExitCodes =
        """
        Exit codes:
          0 done    1 failed    2 usage    3 invalid file or rulebook    4 server unreachable    5 not allowed
          6 rows without an outcome

        Environment:
          CREDIT_URL    the server (default http://127.0.0.1:8080)
          CREDIT_TOKEN  bearer token; never given as an option, for options are seen by others
          CREDIT_DATA   the server's data directory (default .data)
          CREDIT_CONNECTION  connection string of a PostgreSQL store, for up --store postgres, migrate, backup, restore and doctor
        """;

    private static readonly (string Name, string Does)[] OfLauncher =
    [
        ("up", "Serve in the foreground; prints 'ready URL'. [--urls URL] [--data DIR] [--rulebook DIR] [--store postgres] ..."),
        ("cluster", "Silos and a gateway on this machine, to try out a cluster: up [N] | status | down"),
        ("test", "Run every test this machine can run. [FILTER]"),
        ("bench", "Run a benchmark, see README."),
        ("build", "Build everything."),
    ];

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Surroundings surroundings, CancellationToken cancellation)
    {
        // Everything that any command prints goes this way.
        surroundings = surroundings with { Out = new TerminalWriter(surroundings.Out), Talk = new TerminalWriter(surroundings.Talk) };
        try
        {
            var result = Make(surroundings).Parse(args);
            if (result.Errors.Count > 0 && result.Action is not HelpWithExamples)
            {
                foreach (var error in result.Errors)
                    await surroundings.Talk.WriteLineAsync($"credit: {error.Message}");
                await surroundings.Talk.WriteLineAsync($"See: {Path(result.CommandResult.Command)} --help");
                return ExitCode.Usage;
            }

            return await result.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = new TerminalWriter(surroundings.Out, keepsLines: true),
                    Error = new TerminalWriter(surroundings.Talk, keepsLines: true),
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellation);
        }
        catch (Exception exception) when (Explain(exception, surroundings) is { } told)
        {
            await surroundings.Talk.WriteLineAsync($"credit: {told.Message}");
            if (told.Advice.Length > 0)
                await surroundings.Talk.WriteLineAsync(told.Advice);
            return told.ExitCode;
        }
    }

    private static RootCommand Make(Surroundings surroundings)
    {
        var root = new RootCommand("Public credit information on organisations: feed, check, explain.")
        {
            FeedCommand.Make(surroundings),
            CheckCommand.Make(surroundings),
            AuditCommand.Make(surroundings),
            ExplainCommand.Make(surroundings),
            ReportCommand.Make(surroundings),
            SearchCommand.Make(surroundings),
            QuarantineCommand.Make(surroundings),
            PolicyCommand.Make(surroundings),
            RecomputeCommand.Make(surroundings),
            JobsCommand.Make(surroundings),
            PeopleCommand.Make(surroundings),
            RetentionCommand.Make(surroundings),
            KeysCommand.Make(surroundings),
            PagesCommand.Make(surroundings),
            WatchCommand.Make(surroundings),
            SubscriptionCommand.Make(surroundings),
            WatchlistCommand.Make(surroundings),
            CaseCommand.Make(surroundings),
            InspectionCommand.Make(surroundings),
            MeasuresCommand.Make(surroundings),
            BulletinCommand.Make(surroundings),
            RulebookCommand.Make(surroundings),
            GenerateCommand.Make(surroundings),
            TokenCommand.Make(surroundings),
            MigrateCommand.Make(surroundings),
            BackupCommand.Make(surroundings),
            RestoreCommand.Make(surroundings),
            DoctorCommand.Make(surroundings),
        };
        foreach (var (name, does) in OfLauncher)
        {
            var command = new Command(name, does) { TreatUnmatchedTokensAsErrors = false };
            command.SetAction(OnlyLauncher);
            root.Add(command);
        }

        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help } helpOption)
                helpOption.Action = new HelpWithExamples(help);
        }

        root.SetAction(result => new HelpWithExamples(new HelpAction()).Invoke(result));
        return root;
    }

    private static int OnlyLauncher(ParseResult result)
    {
        var name = result.CommandResult.Command.Name;
        throw new CliException(ExitCode.Usage, $"'{name}' is run by the launcher.", $"Run ./credit {name} in the repository.");
    }

    /// <summary>Failures that a person can do something about; anything else is a bug and shows its trace.</summary>
    private static CliException? Explain(Exception exception, Surroundings surroundings) => exception switch
    {
        CliException failure => failure,
        FeedFileException unreadable => new CliException(
            unreadable.Fault is FeedFileFault.UnknownEncoding or FeedFileFault.SeveralMappingsFit or FeedFileFault.UnknownEnding
                ? ExitCode.Usage : ExitCode.Invalid,
            unreadable.Message, unreadable.Advice),
        CreditProblemException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } problem => new CliException(
            ExitCode.NotAllowed, Sentence(problem),
            problem.Advice.Length > 0 ? problem.Advice
                : "Set CREDIT_TOKEN to a token with the role. For development: credit token --roles ..."),
        CreditProblemException
        {
            Status: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.GatewayTimeout
        } problem => new CliException(ExitCode.Unreachable, Sentence(problem), problem.Advice),
        CreditProblemException problem => new CliException(ExitCode.Failed, Sentence(problem), problem.Advice),
        HttpRequestException { InnerException: AuthenticationException untrusted } => new CliException(
            ExitCode.Unreachable, $"The certificate of {surroundings.Server} is not trusted here: {untrusted.Message}",
            CertificateAdvice),
        HttpRequestException broken => new CliException(
            ExitCode.Unreachable, $"No answer from {surroundings.Server}: {broken.Message}",
            "Is the server up? Start it with ./credit up, or set CREDIT_URL. credit doctor looks at everything."),
        OperationCanceledException { InnerException: TimeoutException } => new CliException(
            ExitCode.Unreachable, $"{surroundings.Server} did not answer in time.", "credit doctor looks at everything."),
        OperationCanceledException => new CliException(ExitCode.Failed, "Interrupted."),
        BackupException refused => new CliException(ExitCode.Failed, refused.Message),
        StoreException refused => new CliException(
            refused.Fault == StoreFault.Unavailable ? ExitCode.Unreachable : ExitCode.Failed, refused.Message),
        IOException or UnauthorizedAccessException => new CliException(ExitCode.Failed, exception.Message),
        _ => null,
    };

    /// <summary>OpenSSL's variable, which .NET reads too.</summary>
    internal const string CertificateAdvice =
        "Name the authority of that certificate: export SSL_CERT_FILE=authority.pem. Its names must have the host of CREDIT_URL.";

    private static string Sentence(CreditProblemException problem) =>
        $"{problem.Code}: {problem.Message}{string.Concat(problem.Errors.Select(error => Place(error, problem.Message)))}"
        + (problem.TraceId is null || (int)problem.Status < 500 ? "" : $" (trace {problem.TraceId})");

    /// <summary>Where it is wrong, and of what is wrong there only what the problem has not said already.</summary>
    private static string Place(CreditProblemError error, string said)
    {
        var place = error.Pointer.Length > 0 ? $" ({error.Pointer})" : "";
        return error.Detail.StartsWith(said, StringComparison.Ordinal) ? place + error.Detail[said.Length..]
            : error.Pointer.Length > 0 ? $" {error.Pointer}: {error.Detail}" : $" {error.Detail}";
    }

    private static string Path(Command command) =>
        command is RootCommand ? "credit" : $"{Path(command.Parents.OfType<Command>().First())} {command.Name}";

    /// <summary>Examples come first, for they are what people look for.</summary>
    private sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var output = parseResult.InvocationConfiguration.Output;
            var path = Path(parseResult.CommandResult.Command);
            if (Examples.Of(path) is { } examples)
            {
                output.WriteLine("Examples:");
                foreach (var example in examples)
                    output.WriteLine("  " + example);
                output.WriteLine();
            }

            var code = usual.Invoke(parseResult);
            output.WriteLine(ExitCodes);
            return code;
        }
    }
}
