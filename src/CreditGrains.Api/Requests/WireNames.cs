using System.Globalization;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Api.Requests;

/// <summary>Words and numbers as they stand in answers.</summary>
internal static class WireNames
{
    public static string Of(CheckOutcome outcome) => CheckNames.Of(outcome);

    public static string Of(MeasureClass value) => CheckNames.Of(value);

    public static string Of(FeedOutcome outcome) => outcome switch
    {
        FeedOutcome.Accepted => "accepted",
        FeedOutcome.Duplicate => "duplicate",
        FeedOutcome.Stale => "stale",
        _ => "rejected",
    };

    /// <summary>Null for none.</summary>
    public static string? Of(Severity severity) => CheckNames.Of(severity);

    public static string Of(EventOp op) => op == EventOp.Withdraw ? "withdraw" : "put";

    public static string Of(Publicity publicity) => publicity switch
    {
        Publicity.Always => "always",
        Publicity.Tiered => "tiered",
        _ => "none",
    };

    public static string Of(FieldType type) => type switch
    {
        FieldType.Code => "code",
        FieldType.Codes => "codes",
        FieldType.Decimal => "decimal",
        FieldType.Integer => "integer",
        FieldType.Date => "date",
        FieldType.Boolean => "boolean",
        FieldType.Uscc => "uscc",
        _ => "text",
    };

    /// <summary>Milli-points as a decimal with three places.</summary>
    public static string Points(long milli) => CheckNames.Points(milli);

    /// <summary>Milli-points of any size as a decimal with three places.</summary>
    public static string Points(Int128 milli) => MilliPoints.Text(milli);

    /// <summary>Hundredths of a percent without trailing zeros.</summary>
    public static string Percent(int hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Millionths as a plain decimal without trailing zeros.</summary>
    public static string Amount(long micro) => CheckNames.Amount(micro);

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
