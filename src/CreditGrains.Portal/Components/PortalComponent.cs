using System.Globalization;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Components;

namespace CreditGrains.Portal.Components;

/// <summary>The request, and texts in its language, for every component of the portal.</summary>
public abstract class PortalComponent : ComponentBase
{
    /// <summary>Language, caller and address of the request.</summary>
    [Inject]
    public PortalRequest Request { get; set; } = null!;

    /// <summary>A text in the language of the request.</summary>
    protected string In(Text text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.In(Request.Language);
    }

    /// <summary>A text with its places filled in.</summary>
    protected string In(Text text, params object?[] values)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.In(Request.Language, values);
    }

    /// <summary>A text of the rulebook; empty for none.</summary>
    protected string In(LocalisedText? text) => text?.In(Request.Language) ?? "";

    /// <summary>An instant in the rulebook's time zone, to the second; empty for none.</summary>
    protected string At(DateTimeOffset? instant) => instant is { } at
        ? TimeZoneInfo.ConvertTime(at, Request.Engine.Rulebook.TimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "";

    /// <summary>A text that is the same in both languages, such as a name.</summary>
    protected static Text Plain(string text) => new(text, text);

    /// <summary>A legal date, <c>YYYY-MM-DD</c> in both languages.</summary>
    protected static string On(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
