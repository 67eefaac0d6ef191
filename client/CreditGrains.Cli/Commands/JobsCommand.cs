using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit jobs</c>: recomputations, simulations and draws of all nodes: look on, pause, resume, cancel.</summary>
internal static class JobsCommand
{
    private static readonly string[] Operator = ["operator"];

    public static Command Make(Surroundings surroundings) => new("jobs", "Recomputations, simulations and draws of all nodes.")
    {
        List(surroundings), Show(surroundings), Turn(surroundings, "pause", "Hold a running job where it is."),
        Turn(surroundings, "resume", "Let a paused job go on."), Turn(surroundings, "cancel", "End a job, on whichever node it is."),
    };

    private static Command List(Surroundings surroundings)
    {
        var limit = new Option<int>("--limit") { Description = "Most rows, 1 to 200.", DefaultValueFactory = _ => 20, HelpName = "N" };
        var json = Options.Json();
        var command = new Command("list", "List the jobs, newest first.") { limit, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var page = await connection.Client.JobsAsync(result.GetValue(limit), null, cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, page);
                return ExitCode.Done;
            }

            foreach (var job in page.Items)
                await surroundings.Out.WriteLineAsync(LineOf(job));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var (kind, id) = Which();
        var json = Options.Json();
        var command = new Command("show", "Show a job: node, heartbeat and cursor of each partition.") { kind, id, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var job = await connection.Client.JobAsync(result.GetRequiredValue(kind), result.GetRequiredValue(id), cancellation);
            return await WriteAsync(job, result.GetValue(json), surroundings);
        });
        return command;
    }

    private static Command Turn(Surroundings surroundings, string verb, string description)
    {
        var (kind, id) = Which();
        var reason = new Option<string>("--reason") { Description = "Why; kept for good.", HelpName = "TEXT", Required = true };
        var json = Options.Json();
        var command = new Command(verb, description) { kind, id, reason, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var job = await connection.Client.TurnJobAsync(
                result.GetRequiredValue(kind), result.GetRequiredValue(id), verb, result.GetRequiredValue(reason), cancellation);
            return await WriteAsync(job, result.GetValue(json), surroundings);
        });
        return command;
    }

    private static async Task<int> WriteAsync(Job job, bool json, Surroundings surroundings)
    {
        if (json)
        {
            JsonOut.Write(surroundings.Out, job);
            return ExitCode.Done;
        }

        await surroundings.Out.WriteLineAsync(LineOf(job));
        if (job.Error is not null)
            await surroundings.Out.WriteLineAsync($"  {job.Error}");
        foreach (var part in job.Partitions ?? [])
        {
            await surroundings.Out.WriteLineAsync(
                $"  {part.Partition,4}  {part.State,-8}  {part.Done,9}  {part.Node ?? "-",-16}  {part.HeartbeatAt:HH:mm:ss}"
                + $"  {part.Cursor}");
        }

        return ExitCode.Done;
    }

    private static string LineOf(Job job) =>
        $"{job.Kind,-15}  {job.Id,-16}  {job.State,-11}  {job.Done} of {job.Subjects}  by {job.Actor}"
        + $"  {job.AskedAt:yyyy-MM-dd HH:mm:ss}  heard of {job.HeartbeatAt:HH:mm:ss}" + (job.Node is null ? "" : $" from {job.Node}");

    private static (Argument<string> Kind, Argument<string> Id) Which() => (
        new("KIND") { Description = "recomputation, simulation or inspection-draw." }, new("ID") { Description = "Its id." });
}
