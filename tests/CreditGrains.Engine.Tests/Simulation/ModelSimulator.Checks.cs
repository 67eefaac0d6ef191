using System.Buffers;
using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Checks, and their answers given again whatever has happened since (I8).</summary>
internal sealed partial class ModelSimulator
{
    private const int ChecksMax = 40;
    private const string UnknownSubject = "91110105MA00005673";
    private readonly Dictionary<string, byte[]> _answers = [];

    /// <summary>Number of answers given again.</summary>
    public int Replayed { get; private set; }

    /// <summary>Number of those that a crash took from the access log before they were written, which is I9's to bound.</summary>
    public int Lost { get; private set; }

    /// <summary>Matters that look at everything there is, in an order of outcomes that is drawn.</summary>
    private Dictionary<string, Matter> DrawnMatters()
    {
        OutcomeRule[] rules =
        [
            new(CheckOutcome.Stop, new OutcomeCondition { MeasureClass = [MeasureClass.Restraint], Mandatory = true }, null),
            new(CheckOutcome.FastTrack, new OutcomeCondition { MeasureClass = [MeasureClass.Incentive] }, null),
            new(CheckOutcome.Review, new OutcomeCondition { GradeIn = ["C", "D"] }, null),
            new(CheckOutcome.Review, new OutcomeCondition { StatusIn = ["revoked"] }, null),
            new(CheckOutcome.Review, new OutcomeCondition { Known = false }, null),
            new(CheckOutcome.FastTrack, new OutcomeCondition { Registered = false }, null),
        ];
        var matters = new Dictionary<string, Matter>();
        foreach (var id in new[] { "funds", "licence" })
        {
            matters[id] = new Matter
            {
                Id = id,
                Title = LocalisedText.Of("zh", id),
                Measures = [.. _rulebook.Measures.Keys.Order(StringComparer.Ordinal)],
                Outcomes = [.. rules.OrderBy(_ => _random.Next()), new OutcomeRule(CheckOutcome.Proceed, null, null)],
            };
        }

        return matters;
    }

    private async Task CheckManyAsync()
    {
        for (var left = _random.Next(1, 5); left > 0 && _answers.Count < ChecksMax; left--)
            await CheckAsync();
    }

    private async Task CheckAsync()
    {
        var matters = _rulebook.Matters.Keys.Order(StringComparer.Ordinal).ToArray();
        var subject = _random.Next(8) == 0 ? UnknownSubject : Subjects[_random.Next(Subjects.Length)];
        var request = new CheckRequest(
            new SubjectId(subject), "drawn", matters[_random.Next(matters.Length)], _random.Next(2) == 0 ? null : Pick("accept", "decide"),
            "officer")
        {
            Language = Pick("zh", "en"), Department = _random.Next(2) == 0 ? null : Pick(Sources),
        };
        var consistency = _random.Next(2) == 0 ? Consistency.Any : Consistency.Latest;
        var written = new ArrayBufferWriter<byte>();
        var asked = await RetryAsync(() =>
        {
            written.ResetWrittenCount();
            return _engine.Checks.AskAsync(request, consistency, written, CancellationToken.None);
        });
        if (asked is not { } check)
            throw new InvalidOperationException($"no matter {request.Matter}");
        _answers.Add(check.Number, written.WrittenSpan.ToArray());

        // Losses by a kill are the business of I9: here every second entry is written before anything else happens.
        if (_random.Next(2) == 0)
            await ReplayAsync(check.Number);
    }

    private async Task ReplayAllAsync()
    {
        _faultsLeft = 0;
        foreach (var number in _answers.Keys)
            await ReplayAsync(number, mayBeLost: true);
    }

    private async Task ReplayAsync(string number, bool mayBeLost = false)
    {
        var entry = await RetryAsync(async () => await _engine.Checks.FindReceiptAsync(number, CancellationToken.None));
        if (entry is null)
        {
            Lost += mayBeLost ? 1 : throw new InvalidOperationException($"{number} is not on the access log");
            return;
        }

        var written = new ArrayBufferWriter<byte>();
        var replayed = await RetryAsync(async () =>
        {
            written.ResetWrittenCount();
            return await _engine.Checks.ReplayAsync(entry, written, CancellationToken.None);
        });
        var (before, after) = (Encoding.UTF8.GetString(_answers[number]), Encoding.UTF8.GetString(written.WrittenSpan));
        if (!replayed.IsIdentical || before != after)
            throw new InvalidOperationException($"{number} ({entry.Receipt}) is given again otherwise:\n{before}\n{after}");
        Replayed++;
    }
}
