using System.Buffers;
using System.Globalization;
using System.Text;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Checks;

namespace CreditGrains.Engine.CheckLists;

/// <summary>
/// Writes the rows of a list's file, CSV by RFC 4180 in UTF-8, a row a line that was sent. A text that a spreadsheet would take for a
/// formula is made a text. Of a line that could not be asked the row has its number and the error, never what stood in it.
/// </summary>
internal sealed class CheckListFile(string language)
{
    // A cell is cut here: a piece of a thousand rows stays within its bound.
    private const int CellCharsMax = 200;

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    private static readonly (string Zh, string En)[] Columns =
    [
        ("行号", "line"), ("统一社会信用代码", "subject"), ("主体名称", "name"), ("核查结果", "outcome"), ("结果代码", "code"),
        ("失信记录", "adverse"), ("严重失信记录", "serious"), ("措施", "measures"), ("监管参考等级", "grade"),
        ("全国公共信用综合评价等级", "nationalGrade"), ("核查日期", "asOf"), ("核查编号", "check"), ("错误", "error"),
    ];

    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    /// <summary>Bytes that wait to be taken.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>Bytes that were written since they were taken last.</summary>
    public byte[] Take()
    {
        var taken = _bytes.WrittenSpan.ToArray();
        _bytes.ResetWrittenCount();
        return taken;
    }

    /// <summary>The first row, behind the mark of UTF-8 where it is wanted.</summary>
    public void Begin(bool hasByteOrderMark)
    {
        if (hasByteOrderMark)
            _bytes.Write(Encoding.UTF8.Preamble);
        for (var i = 0; i < Columns.Length; i++)
            Cell(language == "en" ? Columns[i].En : Columns[i].Zh, i == Columns.Length - 1);
    }

    public void Answer(long line, AskedCheck asked, bool isAdverse, bool isSerious, string? nationalGrade)
    {
        var answer = asked.Answer;
        Number(line);
        Cell(answer.View.Subject.Value);
        Cell(answer.View.Description?.Name);
        Cell(Outcome(answer.Outcome));
        Cell(CheckNames.Of(answer.Outcome));
        Cell(YesOrNo(isAdverse));
        Cell(YesOrNo(isSerious));
        Cell(Measures(answer));
        Cell(answer.View.Grade);
        Cell(nationalGrade);
        Cell(answer.View.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Cell(asked.Number);
        Cell(null, isLast: true);
    }

    public void Failed(long line, Rejection rejection)
    {
        Number(line);
        for (var i = 1; i < Columns.Length - 1; i++)
            Cell(null);
        Cell($"{rejection.Code}: {rejection.Error.Sentence.In(language)}", isLast: true);
    }

    /// <summary>Measures that the outcome rests on, by their titles.</summary>
    private string? Measures(CheckAnswer answer)
    {
        if (answer.Reasons.Count == 0)
            return null;
        var titles = answer.Reasons.Where(reason => reason.Measure is not null)
            .Select(reason => answer.View.Evaluator.Rulebook.Measures[reason.Measure!].Title.In(language));
        return string.Join(language == "en" ? "; " : "；", titles);
    }

    private string YesOrNo(bool value) => (value, language) switch
    {
        (true, "en") => "yes",
        (false, "en") => "no",
        (true, _) => "有",
        _ => "无",
    };

    private string Outcome(CheckOutcome outcome) => (outcome, language) switch
    {
        (CheckOutcome.Proceed, "en") => "Proceed",
        (CheckOutcome.FastTrack, "en") => "Fast track",
        (CheckOutcome.Review, "en") => "Review",
        (CheckOutcome.Stop, "en") => "Stop",
        (CheckOutcome.FastTrack, _) => "快速办理",
        (CheckOutcome.Review, _) => "转人工复核",
        (CheckOutcome.Stop, _) => "停止办理",
        _ => "可以办理",
    };

    private void Number(long value)
    {
        value.TryFormat(_bytes.GetSpan(24), out var length, default, CultureInfo.InvariantCulture);
        _bytes.Advance(length);
        Raw(","u8);
    }

    private void Cell(string? text, bool isLast = false)
    {
        if (text is { Length: > 0 })
            Text(text.Length > CellCharsMax ? text[..CellCharsMax] : text);
        Raw(isLast ? "\r\n"u8 : ","u8);
    }

    private void Text(string text)
    {
        var isFormula = Formula.Contains(text[0]);
        if (!isFormula && !text.AsSpan().ContainsAny(Quoted))
        {
            Encoding.UTF8.GetBytes(text, _bytes);
            return;
        }

        Raw(isFormula ? "\"'"u8 : "\""u8);
        Encoding.UTF8.GetBytes(text.Replace("\"", "\"\"", StringComparison.Ordinal), _bytes);
        Raw("\""u8);
    }

    private void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);
}
