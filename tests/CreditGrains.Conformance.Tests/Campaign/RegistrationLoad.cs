using System.Diagnostics;
using System.Globalization;
using System.Text;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Conformance.Tests.Campaign;

/// <summary>
/// Feeds without end: registrations of the same invented organisations in ever higher revisions, so that what is stored of each stays as
/// large as it was while the journal grows. Each instance is one source, with organisations of its own.
/// </summary>
internal sealed class RegistrationLoad
{
    private const int BatchLines = 200;
    private readonly string _source;
    private readonly List<string> _codes;
    private int _next;
    private byte[]? _unsent;

    /// <param name="source">The source that reports.</param>
    /// <param name="subjects">Organisations.</param>
    /// <param name="seed">Which they are.</param>
    public RegistrationLoad(string source, int subjects, ulong seed)
    {
        var feed = new SyntheticFeed(
            new SyntheticOptions { Subjects = subjects, Seed = seed, EndDate = new DateOnly(2026, 1, 31) });
        _source = source;
        _codes = [.. feed.SubjectCodes(subjects)];
    }

    /// <summary>One of its organisations.</summary>
    public string Code(int number) => _codes[number % _codes.Count];

    /// <summary>Sends the next batch, or again the last one if it was not taken.</summary>
    /// <returns>The answer, and how many lines the batch had.</returns>
    public async Task<(Answer Answer, int Lines)> SendAsync(Caller caller)
    {
        _unsent ??= NextBatch();
        var answer = await caller.FeedAsync(_source, _unsent);
        if (answer.Status == 200)
            _unsent = null;
        return (answer, BatchLines);
    }

    private byte[] NextBatch()
    {
        var text = new StringBuilder();
        for (var i = 0; i < BatchLines; i++)
        {
            var number = _next++;
            text.Append(CultureInfo.InvariantCulture, $$"""
                {"id":"B-{{Code(number)}}","revision":{{(number / _codes.Count) + 1}},"op":"put","subject":"{{Code(number)}}",
                """);
            text.Append(CultureInfo.InvariantCulture, $$$"""
                "kind":"registration","data":{"name":"虚构负载{{{number}}}号有限公司","status":"active","establishedOn":"2010-01-01"}}
                """).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Makes a check of one of its organisations.</summary>
    /// <returns>Milliseconds until the answer.</returns>
    public async Task<double> CheckAsync(Caller caller, int number)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await caller.PostAsync("/v1/checks", Question(number));
        Assert.True(answer.Status == 200, $"{answer.Status} {answer.Text}");
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <inheritdoc cref="CheckAsync"/>
    public double Check(Caller caller, int number)
    {
        var began = Stopwatch.GetTimestamp();
        Assert.Equal(200, caller.Post("/v1/checks", Question(number)));
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private string Question(int number) =>
        $$"""{"subject":"{{Code(number)}}","purpose":"approval","matter":"public-funds","stage":"accept"}""";
}
