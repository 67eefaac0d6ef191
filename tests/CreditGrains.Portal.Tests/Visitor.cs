using System.Net;
using System.Text.RegularExpressions;

namespace CreditGrains.Portal.Tests;

/// <summary>A reader with a browser that runs no script: cookies, redirects, forms.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly HttpClientHandler _handler = new() { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
    private readonly HttpClient _http;

    public Visitor(string address, string language)
    {
        _http = new HttpClient(_handler) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
    }

    public CookieCollection Cookies => _handler.CookieContainer.GetAllCookies();

    /// <summary>Forgets the session, as a browser does when it has run out.</summary>
    public void LoseSession()
    {
        foreach (Cookie cookie in Cookies)
        {
            if (cookie.Name.StartsWith("credit-session", StringComparison.Ordinal))
                cookie.Expired = true;
        }
    }

    /// <summary>One answer, redirects not followed.</summary>
    public async Task<PageAnswer> OneAsync(HttpMethod method, string path, HttpContent? content = null, string? referer = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (referer is not null)
            request.Headers.Referrer = new Uri(referer);
        using var response = await _http.SendAsync(request, PortalFixture.Stop);
        return await PageAnswer.OfAsync(response);
    }

    /// <summary>The page at last, redirects followed.</summary>
    public async Task<PageAnswer> GetAsync(string path) => await FollowAsync(await OneAsync(HttpMethod.Get, path));

    /// <summary>The page of a list on which a text stands, for tests that share the list with others; null where none has it.</summary>
    public async Task<PageAnswer?> FindAsync(string path, string text)
    {
        for (string? next = path; next is not null;)
        {
            var page = await GetAsync(next);
            Assert.True(page.Status == 200, $"{next}: {page.Words}");
            if (page.Text.Contains(text, StringComparison.Ordinal))
                return page;
            next = page.Next;
        }

        return null;
    }

    /// <summary>Sends a form as it is, without looking at the page it stands on.</summary>
    public async Task<PageAnswer> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = Form(fields);
        return await FollowAsync(await OneAsync(HttpMethod.Post, path, form));
    }

    /// <summary>Fills in the form of a page that leads to an address, hidden fields and token kept, and sends it.</summary>
    public async Task<PageAnswer> SubmitAsync(PageAnswer page, string action, params (string Name, string Value)[] fields)
    {
        var form = FormPattern().Matches(page.Text).Select(match => match.Value)
            .FirstOrDefault(text => WebUtility.HtmlDecode(text).Contains($"action=\"{action}\"", StringComparison.Ordinal));
        Assert.True(form is not null, $"no form leads to {action}: {page.Text}");
        var hidden = HiddenPattern().Matches(form).Select(match =>
            (WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value)));
        return await PostAsync(action, [.. hidden, .. fields]);
    }

    /// <summary>Answers the question of a page on which a case is filed.</summary>
    public Task<PageAnswer> NextAsync(PageAnswer page, params (string Name, string Value)[] fields) =>
        SubmitAsync(page, FilingPattern().Match(page.Text).Groups[1].Value, fields);

    /// <summary>Takes a step of a case by its page.</summary>
    public async Task TakeStepAsync(string number, string step, params (string Name, string Value)[] fields)
    {
        var address = $"/portal/cases/{number}/{step}";
        var form = await GetAsync(address);
        Assert.True(form.Status == 200, form.Words);
        var done = await SubmitAsync(form, address, fields);
        Assert.True(done.Status == 200, done.Words);
        Assert.Contains("govuk-notification-banner", done.Text, StringComparison.Ordinal);
    }

    /// <summary>Signs in as an invented person, by the pages.</summary>
    public async Task<PageAnswer> SignInAsync(string account, string comeBackTo = "/portal")
    {
        var people = await GetAsync($"/portal/session/sign-in?return={Uri.EscapeDataString(comeBackTo)}");
        Assert.Equal(200, people.Status);
        var page = await SubmitAsync(people, "/portal/session/development/authorize", ("person", account));
        Assert.True(page.Status < 400, page.Text);
        Assert.Contains(Cookies, cookie => cookie.Name.StartsWith("credit-session", StringComparison.Ordinal));
        return page;
    }

    public async Task<PageAnswer> GivePurposeAsync(string purpose)
    {
        var question = await GetAsync("/portal/session/purpose?return=/portal");
        return await SubmitAsync(question, "/portal/session/purpose", ("purpose", purpose));
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private static FormUrlEncodedContent Form((string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private async Task<PageAnswer> FollowAsync(PageAnswer answer)
    {
        for (var i = 0; answer.Status is 302 or 303; i++)
        {
            Assert.True(i < 10, $"redirected for ever: {answer.Location}");
            answer = await OneAsync(HttpMethod.Get, answer.Location!);
        }

        return answer;
    }

    [GeneratedRegex("action=\"(/portal/(?:cases/new|organisations/[^\"/]+/"
        + "(?:objection|repair|bankruptcy|commitment|declaration))[^\"]*)\"")]
    private static partial Regex FilingPattern();

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenPattern();
}
