using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace CreditGrains.Benchmarks;

/// <summary>A reader of the portal who has signed in with the development provider and has named a purpose.</summary>
public sealed partial class PortalVisitor : IDisposable
{
    private readonly HttpClientHandler _handler = new() { CookieContainer = new CookieContainer() };
    private readonly HttpClient _http;

    private PortalVisitor(Uri address)
    {
        _http = new HttpClient(_handler) { BaseAddress = address };
        _http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh");
    }

    /// <summary>Signs in as the invented person of a role.</summary>
    public static async Task<PortalVisitor> SignInAsync(Uri address, string role)
    {
        var visitor = new PortalVisitor(address);
        await visitor.SubmitAsync(
            "/portal/session/sign-in?return=/portal", "/portal/session/development/authorize", ("person", $"dev-{role}"));
        await visitor.SubmitAsync("/portal/session/purpose?return=/portal", "/portal/session/purpose", ("purpose", "supervision"));
        return visitor;
    }

    /// <summary>A page, redirects followed.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public async Task<string> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadAsStringAsync()
            : throw new InvalidOperationException($"{path} answers {(int)answer.StatusCode}.");
    }

    /// <summary>The request for a page as this reader's browser sends it.</summary>
    public byte[] Request(string path)
    {
        var cookies = string.Join("; ", _handler.CookieContainer.GetCookies(new Uri(_http.BaseAddress!, path)));
        return Encoding.UTF8.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {_http.BaseAddress!.Authority}\r\nAccept-Language: zh\r\nCookie: {cookies}\r\n\r\n");
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task SubmitAsync(string path, string action, params (string Name, string Value)[] fields)
    {
        var page = await GetAsync(path);
        var form = FormPattern().Matches(page).Select(match => match.Value)
            .FirstOrDefault(text => WebUtility.HtmlDecode(text).Contains($"action=\"{action}\"", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{path} has no form that leads to {action}.");
        var hidden = HiddenPattern().Matches(form).Select(match => KeyValuePair.Create(
            WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value)));
        using var content = new FormUrlEncodedContent(
            [.. hidden, .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var answer = await _http.PostAsync(action, content);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"{action} answers {(int)answer.StatusCode}.");
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenPattern();
}
