using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>Progress of one subscription as a control document, beside the subscription's own.</summary>
internal sealed class StoredProgress(IControlStore control, string subscription) : IProgressRepository
{
    private const string Kind = "subscription-progress";
    private readonly string _place = SubscriptionService.PlaceOf(subscription);
    private long? _version;

    public async Task<SubscriptionProgress?> ReadAsync(CancellationToken cancellation)
    {
        var document = await control.FindAsync(Kind, _place, cancellation).ConfigureAwait(false);
        _version = document?.Version;

        // The place may have been another subscription's.
        return document is not null && SubscriptionProgress.FromJson(document.Content) is var known && known.Subscription == subscription
            ? known : null;
    }

    public async Task KeepAsync(SubscriptionProgress progress)
    {
        await control.WriteAsync([new ControlWrite(Kind, _place, _version, progress.ToJson(), null)], CancellationToken.None)
            .ConfigureAwait(false);
        _version = (_version ?? 0) + 1;
    }
}
