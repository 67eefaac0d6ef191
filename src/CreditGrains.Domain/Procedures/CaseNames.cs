using System.Text;

namespace CreditGrains.Domain.Procedures;

/// <summary>The names of states, steps, roles and outcomes in records and on the wire: <c>InReview</c> is <c>in-review</c>.</summary>
public static class CaseNames
{
    /// <summary>Grounds of an objection (异议事由), a closed set.</summary>
    public static IReadOnlyList<string> Grounds { get; } =
        ["error", "omission", "duplicate", "not-to-be-published", "past-publicity", "identity-mismatch"];

    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.ByValue.GetValueOrDefault(value) ?? throw new ArgumentOutOfRangeException(nameof(value));

    /// <summary>Null for a name that there is not.</summary>
    public static T? Find<T>(string? name)
        where T : struct, Enum => name is not null && Names<T>.ByName.TryGetValue(name, out var value) ? value : null;

    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Names<T>.InOrder;

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>().ToDictionary(value => value, value => Kebab($"{value}"));

        public static readonly Dictionary<string, T> ByName = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key);

        public static readonly string[] InOrder = [.. Enum.GetValues<T>().Select(value => ByValue[value])];

        private static string Kebab(string name)
        {
            var text = new StringBuilder();
            foreach (var letter in name)
            {
                if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
                    text.Append('-');
                text.Append(char.ToLowerInvariant(letter));
            }

            return text.ToString();
        }
    }
}
