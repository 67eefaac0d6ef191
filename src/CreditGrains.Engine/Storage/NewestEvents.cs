namespace CreditGrains.Engine.Storage;

/// <summary>The last acts on one document.</summary>
internal static class NewestEvents
{
    private const int CountMax = 200;
    private const int PageMax = 1000;

    /// <summary>The newest first, at most 200.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<IReadOnlyList<ControlEvent>> ReadAsync(
        IControlStore control, string kind, string id, CancellationToken cancellation)
    {
        var newest = new List<ControlEvent>();
        for (var after = 0L; ;)
        {
            var page = await control.EventsAsync(kind, id, after, PageMax, cancellation).ConfigureAwait(false);
            newest.AddRange(page);
            newest.RemoveRange(0, Math.Max(0, newest.Count - CountMax));
            if (page.Count < PageMax)
                break;
            after = page[^1].Number;
        }

        newest.Reverse();
        return newest;
    }
}
