using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.SignIn;

/// <summary>A form that was sent without a session: where it goes, and everything that was typed.</summary>
/// <param name="Action">Path and query that it was sent to.</param>
/// <param name="Values">Fields in order, the token of the ended session left out.</param>
/// <param name="HadFiles">Files came with it, which must be chosen again: they are neither kept nor sent back.</param>
public sealed record SessionEndedModel(string Action, IReadOnlyList<KeyValuePair<string, string>> Values, bool HadFiles = false)
{
    internal static async Task<SessionEndedModel> OfAsync(HttpContext context)
    {
        var (form, hadFiles) = MultipartForm.Is(context.Request)
            ? await PortalForm.ReadUncheckedWithFilesAsync(context) : (await PortalForm.ReadUncheckedAsync(context), false);
        return new SessionEndedModel(context.Request.Path + context.Request.QueryString.Value, form.All, hadFiles);
    }
}
