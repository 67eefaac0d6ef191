using System.Reflection;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Errors;

/// <summary>Every error code of the product, in one place; <c>docs/errors.md</c> is generated from it.</summary>
public static partial class ErrorCatalogue
{
    private static readonly Lazy<IReadOnlyDictionary<string, ErrorDescription>> ByCode = new(() =>
        typeof(ErrorCatalogue).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorDescription))
            .Select(field => (ErrorDescription)field.GetValue(null)!)
            .ToDictionary(error => error.Code));

    public static IReadOnlyDictionary<string, ErrorDescription> All => ByCode.Value;

    private static ErrorDescription Define(string code, int status, string en, string zh, string adviceEn, string adviceZh) =>
        new(code, status, Text(en, zh), Text(adviceEn, adviceZh));

    private static LocalisedText Text(string en, string zh) => LocalisedText.Both(zh, en);
}
