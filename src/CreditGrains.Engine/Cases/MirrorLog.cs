using CreditGrains.Domain.Procedures;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Cases;

/// <summary>Log of contracts whose record the other party's file does not take.</summary>
internal static partial class MirrorLog
{
    [LoggerMessage(2501, LogLevel.Warning, "Record of contract {Case} refused by the other party's file: {Code} ({Found}); retrying")]
    public static partial void MirrorRefused(ILogger log, CaseNumber @case, string code, string? found);
}
