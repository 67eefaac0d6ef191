using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using CreditGrains.Portal.Embedding;

namespace CreditGrains.Silo.Configuration;

/// <summary>One setting of the server: a property of <see cref="ServerOptions"/> or of what it holds, with its bounds.</summary>
internal sealed class Setting
{
    private readonly PropertyInfo[] _path;

    /// <param name="name">As an operator writes it, with colons between.</param>
    /// <param name="unit">Of a number, or what a text is.</param>
    /// <param name="min">Least value of a number; null where the property says it, or it has none.</param>
    /// <param name="max">Greatest value of a number; likewise.</param>
    /// <param name="path">Properties from <see cref="ServerOptions"/> on; null for those of the name.</param>
    public Setting(string name, string unit, decimal? min = null, decimal? max = null, string? path = null)
    {
        (Name, Unit) = (name, unit);
        var type = typeof(ServerOptions);
        _path = [.. (path ?? name).Split(':').Select(part =>
        {
            var property = type.GetProperty(part) ?? throw new InvalidOperationException($"{type.Name} has no {part}.");
            type = property.PropertyType;
            return property;
        })];

        // The engine's own bounds, which hold in every host.
        var range = Property.GetCustomAttribute<RangeAttribute>();
        (Min, Max) = range is null ? (min, max) : (Number(range.Minimum), Number(range.Maximum));
    }

    public string Name { get; }

    public string Unit { get; }

    public decimal? Min { get; }

    public decimal? Max { get; }

    /// <summary>Never shown, and not taken from the command line, which other users of the machine can read.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether the default depends on the machine.</summary>
    public bool IsOfMachine { get; init; }

    /// <summary>The values that a text may have; null for any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>The value that holds where it has none.</summary>
    public string? Unset { get; init; }

    /// <summary>The property that it sets.</summary>
    public PropertyInfo Property => _path[^1];

    /// <summary>Allowed values, in words.</summary>
    public string Bound
    {
        get
        {
            if (Choices is not null)
                return string.Join(" or ", Choices);
            if (Property.PropertyType == typeof(bool))
                return "true or false";
            if (Min is null && Max is null)
                return Unit;
            var kind = IsWhole ? "a whole number" : "a number";
            return Max is null
                ? $"{kind}, {Text(Min)} or more"
                : $"{kind} from {Text(Min)} to {Text(Max)}";
        }
    }

    private bool IsWhole => Property.PropertyType == typeof(int) || Property.PropertyType == typeof(long);

    /// <summary>The value in text; null where there is none.</summary>
    public string? Read(ServerOptions options) => _path.Aggregate((object?)options, (at, property) => property.GetValue(at)) switch
    {
        null => null,
        bool value => value ? "true" : "false",
        DateTimeOffset value => value.ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture),
        TimeSpan value => ((decimal)value.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        IReadOnlyList<string> values => string.Join(';', values),
        IReadOnlyList<EmbedOrigin> values => string.Join(';', values),
        IReadOnlyList<IPNetwork> values => string.Join(',', values),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>Sets it on options that nobody else has yet.</summary>
    /// <returns>False: the text is no such value.</returns>
    public bool TrySet(ServerOptions options, string text)
    {
        if (Parse(text) is not { } value)
            return false;
        var owner = _path.SkipLast(1).Aggregate((object)options, (at, property) => property.GetValue(at)!);
        Property.SetValue(owner, value);
        return true;
    }

    private object? Parse(string text)
    {
        var type = Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;
        if (type == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : null;
        if (type == typeof(string))
            return text.Length > 0 && Choices?.Contains(text) != false && IsFit(text) ? text : null;
        if (type == typeof(Uri))
            return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;
        if (type == typeof(DateTimeOffset))
            return Instant(text);
        if (type == typeof(IReadOnlyList<string>))
            return text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (type == typeof(IReadOnlyList<EmbedOrigin>))
            return Origins(text);
        if (type == typeof(IReadOnlyList<IPNetwork>))
            return Networks(text);
        var style = IsWhole ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var number) || number < Min || number > Max)
            return null;
        return type == typeof(TimeSpan)
            ? TimeSpan.FromSeconds((double)number)
            : Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
    }

    private bool IsFit(string text) => Unit != Settings.IpAddress || IPAddress.TryParse(text, out _);

    /// <summary>Only with its offset: an instant of the machine's own time zone would be another one on another machine.</summary>
    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
        && (text[^1] == 'Z' || text[^6] is '+' or '-')
            ? instant : null;

    private static List<IPNetwork>? Networks(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IPNetwork.TryParse(part, out var network))
                return null;
            networks.Add(network);
        }

        return networks;
    }

    private static List<EmbedOrigin>? Origins(string text)
    {
        var origins = new List<EmbedOrigin>();
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!EmbedOrigin.TryParse(part, out var origin) || origins.Count == EmbedOrigin.OriginsMax)
                return null;
            origins.Add(origin);
        }

        return origins;
    }

    private static decimal Number(object bound) => bound is string span
        ? (decimal)TimeSpan.Parse(span, CultureInfo.InvariantCulture).TotalSeconds
        : Convert.ToDecimal(bound, CultureInfo.InvariantCulture);

    private static string Text(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
