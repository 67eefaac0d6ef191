using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Api.Changes;

/// <summary>Reads from where changes are wanted (a cursor, an instant, or <c>now</c>), and of which types.</summary>
internal static class ChangePlace
{
    private const string Now = "now";

    /// <summary>Types of CloudEvents; none where nothing is said.</summary>
    /// <exception cref="RequestRefusedException">One of them is none.</exception>
    public static IReadOnlyList<string> Types(IReadOnlyList<string>? given, string pointer)
    {
        if (given?.Any(type => type != ChangeTypes.Every && !CloudEvent.Types.Contains(type, StringComparer.Ordinal)) == true)
        {
            throw new RequestRefusedException(
                ErrorCatalogue.InvalidParameter, pointer, $"{ChangeTypes.Every}, {string.Join(", ", CloudEvent.Types)}");
        }

        return given ?? [];
    }

    /// <summary>Null where nothing is said.</summary>
    /// <exception cref="RequestRefusedException">The text is none of these.</exception>
    public static async Task<ChangeCursor?> ReadAsync(string? text, string pointer, ChangeFeed changes, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (text == Now)
            return await changes.NowAsync(cancellation);
        if (Parameters.Instant(text) is { } instant)
            return await changes.AtAsync(instant, cancellation);
        if (!ChangeCursor.TryParse(text, out var cursor))
            throw new RequestRefusedException(ErrorCatalogue.MalformedCursor, pointer, "a cursor, an instant with offset, or now");

        // One of another store, or ahead of this one, is refused at once and not when something is read.
        await changes.ReadAsync(cursor, 1, cancellation);
        return cursor;
    }
}
