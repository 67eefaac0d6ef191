using Spectre.Console;

namespace CreditGrains.Cli.Terminal;

/// <summary>A progress bar on stderr for anything over a second; nothing where nobody watches.</summary>
internal static class ProgressLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Runs the work, which reports how much of <paramref name="total"/> is done.</summary>
    public static async Task<T> RunAsync<T>(Surroundings surroundings, string title, double total, Func<Action<double>, Task<T>> work)
    {
        var done = 0.0;
        var running = work(value => Volatile.Write(ref done, value));
        if (!surroundings.ShowsProgress || await Task.WhenAny(running, Task.Delay(Patience, surroundings.Time)) == running)
            return await running;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TerminalWriter.Inner(surroundings.Talk)) });
        await console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(TerminalWriter.Visible(title)), maxValue: Math.Max(1, total));
                while (!running.IsCompleted)
                {
                    bar.Value = Volatile.Read(ref done);
                    await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(100), surroundings.Time));
                }
            });
        return await running;
    }
}
