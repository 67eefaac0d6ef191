using System.Globalization;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Forms;

/// <summary>One input of a form that is made of a table: what it asks, what it takes, and what is said where it is empty.</summary>
/// <param name="Name">Name and id of the field.</param>
/// <param name="Kind">How it is filled in.</param>
/// <param name="Label">The question.</param>
public sealed record FormInput(string Name, FormInputKind Kind, Text Label)
{
    /// <summary>Below the question; null for nothing.</summary>
    public Text? Hint { get; init; }

    /// <summary>Of a choice, in their order.</summary>
    public IReadOnlyList<FormOption> Options { get; init; } = [];

    /// <summary>As it was filled in.</summary>
    public string Value { get; init; } = "";

    /// <summary>The mistake where nothing is given; null where it may be left out.</summary>
    public Text? Missing { get; init; }

    /// <summary>Words of an answer that was left out; null for those that all inputs share.</summary>
    public Text? LeftOut { get; init; }

    /// <summary>Most characters of a text.</summary>
    public int CharsMax { get; init; } = 4000;

    /// <summary>A further rule for what is given: the mistake; null where it is good.</summary>
    public Func<string, Text?>? Rule { get; init; }

    /// <summary>Place in a command that a refusal names, where it is not the field's name.</summary>
    public string? Pointer { get; init; }

    /// <summary>Id that a mistake leads to: of a choice its first radio button.</summary>
    public string ErrorField => Kind is FormInputKind.Choice or FormInputKind.Signature && Options.Count > 0 ? IdOf(0) : Name;

    /// <summary>The chosen or typed value in words.</summary>
    public Text Words => Options.FirstOrDefault(option => option.Value == Value)?.Label ?? new Text(Value, Value);

    /// <summary>Id of an option's radio button: its value where that may stand in one.</summary>
    public string IdOf(int option)
    {
        var value = Options[option].Value;
        return value.Length > 0 && value.All(static letter => char.IsAsciiLetterLower(letter) || letter == '-')
            ? $"{Name}-{value}" : string.Create(CultureInfo.InvariantCulture, $"{Name}-{option}");
    }

    /// <summary>The mistake in what was given, by its form alone; null for none.</summary>
    /// <param name="faultOf">The rule for texts that people write: null for a good one.</param>
    public Text? FaultOf(Func<string, Text?> faultOf)
    {
        ArgumentNullException.ThrowIfNull(faultOf);
        if (Value.Length == 0)
            return Missing;
        return Kind switch
        {
            FormInputKind.Choice or FormInputKind.Signature =>
                Options.Any(option => option.Value == Value) ? Rule?.Invoke(Value) : Missing ?? FormTexts.Choose,
            FormInputKind.Date => DayOf(Value) is not null ? Rule?.Invoke(Value) : FormTexts.DateWrong,
            _ => Value.Length > CharsMax ? FormTexts.TooLong.With(CharsMax) : faultOf(Value) ?? Rule?.Invoke(Value),
        };
    }

    /// <summary>The day that a text names; null for none.</summary>
    public static DateOnly? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
