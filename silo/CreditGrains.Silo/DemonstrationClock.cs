namespace CreditGrains.Silo;

/// <summary>
/// The days that a demonstration takes for its history: a new store of a server with the development issuer begins them back, as
/// <c>--now</c> would have begun it then, and has caught up before anybody is served. Everything goes by this clock, so journal,
/// deadlines and figures agree; nothing is written as of a day that the store's clock does not show.
/// </summary>
internal static class DemonstrationClock
{
    /// <summary>Days before today on which the history begins; ten working days are over after them, holidays included.</summary>
    public const int Days = 28;

    /// <summary>The options with a clock that is behind, where the demonstration is to have a history.</summary>
    public static ServerOptions Set(ServerOptions options)
    {
        // Where an issuer lets people in, or others write to the store, instants must be what they were.
        if (!options.Demo || options.Issuer is not null || options.Connection is not null
            || File.Exists(Path.Combine(options.DataDirectory, ServerHost.StoreFile)))
            return options;
        var clock = new ShiftedTime(options.Time, TimeSpan.FromDays(-Days));
        return options with { Time = clock, HistoryClock = clock };
    }
}
