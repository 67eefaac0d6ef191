using System.Globalization;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Checks;

/// <summary>Names and numbers as they stand in answers to checks. Form 1 is written with them, so that none may change (I8).</summary>
public static class CheckNames
{
    /// <summary><c>proceed</c>, <c>fast-track</c>, <c>review</c> or <c>stop</c>.</summary>
    public static string Of(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.FastTrack => "fast-track",
        CheckOutcome.Review => "review",
        CheckOutcome.Stop => "stop",
        _ => "proceed",
    };

    /// <summary><c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>.</summary>
    public static string Of(MeasureClass value) => value switch
    {
        MeasureClass.Incentive => "incentive",
        MeasureClass.Supervision => "supervision",
        MeasureClass.Notice => "notice",
        _ => "restraint",
    };

    /// <summary>Null for none.</summary>
    public static string? Of(Severity severity) => severity switch
    {
        Severity.Minor => "minor",
        Severity.General => "general",
        Severity.Serious => "serious",
        _ => null,
    };

    /// <summary>Milli-points as a decimal with three places.</summary>
    public static string Points(long milli)
    {
        var (whole, thousandths) = Math.DivRem(Math.Abs(milli), 1000);
        return string.Create(CultureInfo.InvariantCulture, $"{(milli < 0 ? "-" : "")}{whole}.{thousandths:D3}");
    }

    /// <summary>Millionths as a plain decimal without trailing zeros.</summary>
    public static string Amount(long micro) => (micro / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture);
}
