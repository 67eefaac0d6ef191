using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Subscriptions;

/// <summary>Values that a subscription may have: the same for the interface and the portal.</summary>
internal static class SubscriptionFields
{
    /// <summary>Standard Webhooks writes a key so.</summary>
    public const string SecretBegin = "whsec_";

    private const int SubjectsOfSubscriptionMax = 500;
    private const int WordsMax = 50;
    private const int WordCharsMax = 64;

    /// <summary>Types or grades: at most 50, of 1 to 64 characters.</summary>
    /// <exception cref="RequestRefusedException">Too many, or one of them is none.</exception>
    public static List<string> Words(IReadOnlyList<string>? given, string pointer, IReadOnlyList<string>? known)
    {
        if (given is null)
            return [];
        if (given.Count > WordsMax)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, pointer, $"at most {WordsMax}");
        for (var i = 0; i < given.Count; i++)
        {
            if (known is not null && !known.Contains(given[i], StringComparer.Ordinal))
                throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, $"{pointer}/{i}", $"one of {string.Join(", ", known)}");
            if (string.IsNullOrWhiteSpace(given[i]) || given[i].Length > WordCharsMax || given[i].Any(char.IsControl))
                throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, $"{pointer}/{i}", $"1 to {WordCharsMax} characters");
        }

        return [.. given.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Codes of organisations, normalised; of a subscription at most 500.</summary>
    /// <exception cref="RequestRefusedException">Too many, or one of them is none.</exception>
    public static List<string> Subjects(IReadOnlyList<string> given, SubjectCodes codes, int countMax = SubjectsOfSubscriptionMax)
    {
        if (given.Count > countMax)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/subjects", $"at most {countMax}");
        var subjects = new List<string>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            if (!codes.TryRead(given[i] ?? "", out var subject))
                throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, $"/subjects/{i}", "the code of an organisation");
            subjects.Add(subject.Value);
        }

        return [.. subjects.Distinct(StringComparer.Ordinal)];
    }
}
