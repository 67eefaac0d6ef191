using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Contract;
using CreditGrains.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Checks;

/// <summary>
/// I8: the form of an answer is frozen. What stands in the golden files was answered by a release; a test that fails here says that its
/// receipts would no longer be given again, and that the change needs a form of its own.
/// </summary>
[Invariant(8)]
public sealed class AnswerFormTests
{
    private const string Listed = "91110105MA00003490";
    private const string Unknown = "91110105MA000004XW";

    private static readonly Rulebook Rules = SampleRulebook.Instance with
    {
        Matters = new Dictionary<string, Matter>
        {
            ["funds"] = new()
            {
                Id = "funds",
                Title = LocalisedText.Of("zh", "资金"),
                Basis = "虚构条例第2条",
                Measures = ["restrict-public-funds", "green-channel"],
                Outcomes =
                [
                    new(CheckOutcome.Stop, new() { MeasureClass = [MeasureClass.Restraint], Mandatory = true }, null)
                    {
                        Basis = "虚构条例第3条",
                    },
                    new(CheckOutcome.FastTrack, new() { MeasureClass = [MeasureClass.Incentive] }, null),
                    new(CheckOutcome.Review, new() { Known = false }, null),
                    new(CheckOutcome.Proceed, null, null),
                ],
            },
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, "listed", Listed, "zh", null)]
    [InlineData(1, "unknown", Unknown, "zh", null)]
    [InlineData(1, "unknown", Unknown, "en", null)]
    [InlineData(2, "listed", Listed, "zh", "decide")]
    [InlineData(2, "unknown", Unknown, "en", null)]
    public async Task Answer_has_the_bytes_of_the_golden_file_of_its_form(
        int form, string what, string subject, string language, string? stage)
    {
        var time = new SteppedTime(new DateTimeOffset(2026, 3, 15, 2, 0, 0, TimeSpan.Zero));
        await using var engine = await CreditEngine.OpenAsync(
            new InMemoryStore(time, shardCount: 3), Rules, new EngineOptions { RenderedAnswersMax = 8 }, time, NullLoggerFactory.Instance,
            Cancellation);
        await FeedAsync(
            engine, "SCJG",
            Event("R1", "registration", """{"name":"虚构\"甲\"有限公司","status":"active","establishedOn":"2020-01-02"}"""),
            Event("P1", "penalty", """
                {"documentNumber":"文〔2026〕1号","penaltyTypes":["fine"],"fine":"2500.5","decidedOn":"2026-02-01",
                "authority":"11120110000176778B","basis":"第一条"}
                """));
        await FeedAsync(engine, "FY", Event("L1", "list-entry", """{"gravity":"serious","listedOn":"2026-01-05","until":"2027-01-05"}"""));
        await FeedAsync(engine, SourceId.Platform.Value, Event(
            "O1", "objection", """{"targetSource":"SCJG","targetId":"P1","from":"2026-03-01"}"""));
        var written = new ArrayBufferWriter<byte>();
        var asked = await engine.Checks.AskAsync(
            new CheckRequest(new SubjectId(subject), "approval", "funds", stage, "officer") { Language = language }, Consistency.Latest,
            written, Cancellation);
        if (form != CheckAnswerWriter.Form)
        {
            // New answers have the newest form; a receipt of a former release names its own.
            var entry = (await engine.Checks.FindReceiptAsync(asked!.Value.Number, Cancellation))!;
            var former = entry with { Receipt = entry.Receipt! with { Form = form } };
            written.ResetWrittenCount();
            Assert.NotNull((await engine.Checks.ReplayAsync(former, written, Cancellation)).Replayed);
        }

        var text = Encoding.UTF8.GetString(written.WrittenSpan);
        var token = text[(text.LastIndexOf("\"token\":\"", StringComparison.Ordinal) + 9)..^2];
        var golden = await ReadAsync($"check-form-{form}-{what}.{language}.json");
        Assert.Equal(golden, text.Replace(asked!.Value.Number, "NUMBER", StringComparison.Ordinal)
            .Replace(token, "TOKEN", StringComparison.Ordinal));
        var receipt = (await engine.Checks.FindReceiptAsync(asked.Value.Number, Cancellation))!.Receipt!;
        Assert.Equal((CheckAnswerWriter.Form, stage), (receipt.Form, receipt.Stage));
    }

    private static async Task<string> ReadAsync(string name)
    {
        using var reader = new StreamReader(typeof(AnswerFormTests).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException(name));
        return (await reader.ReadToEndAsync(Cancellation)).TrimEnd('\n');
    }

    private static string Event(string id, string kind, string data) =>
        $$"""{"id":"{{id}}","revision":1,"op":"put","subject":"{{Listed}}","kind":"{{kind}}","data":{{data.ReplaceLineEndings("")}}}""";

    private static async Task FeedAsync(CreditEngine engine, string source, params string[] lines)
    {
        var body = PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        var options = new FeedOptions { AllLines = true, MayBePlatform = source == SourceId.Platform.Value };
        var receipt = await engine.Feed.SubmitAsync(new SourceId(source), "clerk", body, options, Cancellation);
        Assert.All(receipt.Lines, line => Assert.True(line.Outcome == FeedOutcome.Accepted, line.Rejection?.Detail()));
    }
}
