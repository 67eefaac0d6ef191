using System.Globalization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary>
/// <c>credit check --file</c>: one check a line, a thousand at a time; a line that cannot be asked is named, the rest is done.
/// </summary>
internal sealed class CheckFile(CreditClient client, Surroundings surroundings, bool asJson)
{
    private const int BatchMax = 1000;
    private const int NamedMax = 20;
    private int _asked;
    private int _adverse;
    private int _serious;
    private int _failed;

    /// <summary>Asks about every line that is not empty; of several columns the first.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="question">Matter, purpose and stage of all of them.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public async Task<int> RunAsync(string path, CheckQuestion question, CancellationToken cancellation)
    {
        var batch = new List<(int Line, string Subject)>(BatchMax);
        var line = 0;
        if (!asJson)
            await surroundings.Out.WriteLineAsync("subject,name,outcome,grade,check");
        await foreach (var text in File.ReadLinesAsync(path, cancellation))
        {
            line++;
            var subject = text.Split(',', 2)[0].Trim().Trim('"');
            if (subject.Length == 0)
                continue;
            batch.Add((line, subject));
            if (batch.Count == BatchMax)
                await AskAsync(batch, question, cancellation);
        }

        await AskAsync(batch, question, cancellation);
        await surroundings.Talk.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"审查数量 {_asked} checked, 失信数量 {_adverse} with adverse records, 严重失信数量 {_serious} of them serious; {_failed} not answered"));
        return ExitCode.Done;
    }

    private async Task AskAsync(List<(int Line, string Subject)> batch, CheckQuestion question, CancellationToken cancellation)
    {
        if (batch.Count == 0)
            return;
        var answers = await client.CheckManyAsync(
            new CheckBatchQuestion([.. batch.Select(each => each.Subject)], question.Matter, question.Purpose, question.Stage), default,
            cancellation);
        for (var i = 0; i < batch.Count; i++)
        {
            if (asJson)
                await surroundings.Out.WriteLineAsync(answers.Items[i].GetRawText());
            if (answers.AnswerAt(i) is { } answer)
            {
                Count(answer);
                if (!asJson)
                {
                    await surroundings.Out.WriteLineAsync(string.Join(
                        ',', answer.Subject, Field(answer.Name), answer.Outcome, answer.Assessment?.Grade, answer.Check));
                }
            }
            else if (++_failed <= NamedMax)
            {
                await surroundings.Talk.WriteLineAsync($"line {batch[i].Line}: {answers.ProblemAt(i)}");
            }
        }

        batch.Clear();
    }

    private void Count(CheckAnswer answer)
    {
        _asked++;
        var records = answer.Lists.Concat(answer.Negatives).ToList();
        _adverse += records.Count > 0 ? 1 : 0;
        _serious += records.Any(record => record.Severity == "serious" || record.Level == "serious") ? 1 : 0;
    }

    /// <summary>As CSV has it (RFC 4180).</summary>
    private static string Field(string? text) => text is null ? ""
        : text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
