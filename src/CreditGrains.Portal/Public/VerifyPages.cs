using System.Globalization;
using System.Text.RegularExpressions;
using CreditGrains.Engine;
using CreditGrains.Engine.Tokens;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>Looks at a receipt: what can be told from it today, and plainly what cannot.</summary>
internal static partial class VerifyPages
{
    private const int CharsMax = 2000;

    public static void Map(IEndpointRouteBuilder routes) => routes.GetPage(PortalPaths.Verify, VerifyAsync).AllowAnonymous();

    private static async Task<IResult> VerifyAsync(string? number, string? token, HttpContext context, CreditEngine engine)
    {
        var (asked, given) = (number?.Trim().ToUpperInvariant() ?? "", token?.Trim() ?? "");
        if (number is null)
            return Pages.Page<VerifyPage>(new VerifyModel("", "", [], null));
        if (asked.StartsWith("CR-", StringComparison.Ordinal))
            return Pages.SeeOther(PortalPaths.VerifyReport + QueryString.Create("number", asked));
        var errors = new List<FieldError>();
        var parts = asked.Length > CharsMax ? Match.Empty : NumberPattern().Match(asked);
        if (!parts.Success || !DateOnly.TryParseExact(
            parts.Groups[1].ValueSpan, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) || on > engine.Today)
        {
            errors.Add(new FieldError("number", VerifyTexts.NumberWrong));
            on = default;
        }

        Token? read = null;
        if (given.Length > CharsMax || (given.Length > 0 && !Token.TryParse(given, out read)))
            errors.Add(new FieldError("token", VerifyTexts.TokenWrong));
        if (errors.Count > 0)
        {
            return Pages.Page<VerifyPage>(
                new VerifyModel(number, given, errors, null), StatusCodes.Status422UnprocessableEntity);
        }

        bool? own = read is null ? null : await IsOwnAsync(read, engine, context.RequestAborted);
        return Pages.Page<VerifyPage>(new VerifyModel(asked, given, [], new VerifyResult(asked, on, own)));
    }

    private static async Task<bool> IsOwnAsync(Token token, CreditEngine engine, CancellationToken cancellation)
    {
        if (token.Incarnation != engine.Store.Incarnation)
            return false;
        var shards = await engine.Store.Subjects.ShardsAsync(cancellation);
        return shards.All(shard => token.PositionOf(shard.Shard) <= shard.Head);
    }

    /// <summary>A check's number: the date, and 16 characters of base 32 without I, L, O and U.</summary>
    [GeneratedRegex("^CK-([0-9]{8})-[0-9A-HJKMNP-TV-Z]{16}$")]
    private static partial Regex NumberPattern();
}
