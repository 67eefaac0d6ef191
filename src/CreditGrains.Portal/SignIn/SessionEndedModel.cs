using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.SignIn;

/// <summary>A form that was sent without a session: where it goes, and everything that was typed.</summary>
/// <param name="Action">Path and query that it was sent to.</param>
/// <param name="Values">Fields in order, the token of the ended session left out.</param>
public sealed record SessionEndedModel(string Action, IReadOnlyList<KeyValuePair<string, string>> Values)
{
    internal static async Task<SessionEndedModel> OfAsync(HttpContext context)
    {
        var form = await PortalForm.ReadUncheckedAsync(context);
        return new SessionEndedModel(context.Request.Path + context.Request.QueryString.Value, form.All);
    }
}
