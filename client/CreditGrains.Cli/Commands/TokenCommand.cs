using CreditGrains.Development;
using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit token</c>: a development bearer token, signed with the key in the server's data directory.</summary>
internal static class TokenCommand
{
    private const double HoursMax = 24 * 366;

    public static Command Make(Surroundings surroundings)
    {
        var roles = new Option<string[]>("--roles")
        {
            Description = $"Of {string.Join(", ", DevelopmentIssuer.Roles)}.",
            Required = true,
            HelpName = "ROLE[,ROLE...]",
            AllowMultipleArgumentsPerToken = true,
        };
        var source = new Option<string?>("--source") { Description = "For role source: which department.", HelpName = "ID" };
        var subject = new Option<string?>("--subject") { Description = "For role subject: which organisation.", HelpName = "ID" };
        var name = new Option<string?>("--name") { Description = "Who, for the access log.", HelpName = "NAME" };
        var hours = new Option<double>("--valid") { Description = "Hours.", HelpName = "HOURS", DefaultValueFactory = _ => 12 };
        var data = Options.Data();
        var command = new Command("token", "Print a development bearer token. A server that is reachable from elsewhere refuses it.")
        {
            roles, source, subject, name, hours, data,
        };
        command.SetAction(result =>
        {
            var wanted = result.GetRequiredValue(roles)
                .SelectMany(role => role.Split(',',
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().ToArray();
            if (wanted.Length == 0 || wanted.FirstOrDefault(role => !DevelopmentIssuer.Roles.Contains(role)) is not null)
                throw new CliException(ExitCode.Usage, "Roles are one or more of:", string.Join(", ", DevelopmentIssuer.Roles));
            if (wanted.Contains("source") && result.GetValue(source) is null)
                throw new CliException(ExitCode.Usage, "Role source needs --source ID.");
            if (wanted.Contains("subject") && result.GetValue(subject) is null)
                throw new CliException(ExitCode.Usage, "Role subject needs --subject ID.");
            if (result.GetValue(hours) is not (> 0 and <= HoursMax))
                throw new CliException(ExitCode.Usage, $"--valid is more than 0 and at most {HoursMax} hours.");
            var directory = surroundings.DataDirectory(result.GetValue(data));
            if (!Credentials.HasKey(directory))
                surroundings.Talk.WriteLine($"Made a development key in {directory}; the server must use the same data directory.");
            using var issuer = DevelopmentIssuer.Open(directory, surroundings.Time);
            surroundings.Out.WriteLine(issuer.Issue(
                wanted, result.GetValue(source), result.GetValue(subject), result.GetValue(name),
                    TimeSpan.FromHours(result.GetValue(hours))));
            return ExitCode.Done;
        });
        return command;
    }
}
