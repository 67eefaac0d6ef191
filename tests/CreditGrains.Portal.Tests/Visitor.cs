using System.Net;
using System.Text;
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

    /// <summary>Takes over a session as a thief of its cookie would.</summary>
    public void CopySession(Visitor other)
    {
        foreach (var cookie in other.Cookies.Where(cookie => cookie.Name.StartsWith("credit-session", StringComparison.Ordinal)))
            _handler.CookieContainer.Add(_http.BaseAddress!, new Cookie(cookie.Name, cookie.Value, cookie.Path));
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
        return await PostAsync(action, [.. HiddenOf(form), .. fields]);
    }

    /// <summary>
    /// Sends the form with files of a page as browsers do: fields in their order, the files, and last the button that was pressed.
    /// </summary>
    public Task<PageAnswer> SendFilesAsync(
        PageAnswer page, IReadOnlyList<(string Name, byte[] Content)> files, params (string Name, string Value)[] fields) =>
        SendFilesAsync(page, [.. files.Select(file => (file.Name, (HttpContent)new ByteArrayContent(file.Content)))], fields);

    /// <inheritdoc cref="SendFilesAsync(PageAnswer, IReadOnlyList{ValueTuple{string, byte[]}}, ValueTuple{string, string}[])"/>
    public async Task<PageAnswer> SendFilesAsync(
        PageAnswer page, IReadOnlyList<(string Name, HttpContent Content)> files, params (string Name, string Value)[] fields)
    {
        var form = FormPattern().Matches(page.Text).Select(match => match.Value)
            .FirstOrDefault(text => text.Contains("enctype=\"multipart/form-data\"", StringComparison.Ordinal));
        Assert.True(form is not null, $"no form with files: {page.Words}");
        using var content = new MultipartFormDataContent { HeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        foreach (var (name, value) in HiddenOf(form).Concat(fields.Where(field => !IsButton(field.Name))))
            content.Add(new StringContent(value), name);
        foreach (var (name, file) in files)
        {
            // As browsers write it: the name as it is, in UTF-8.
            file.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"file\"; filename=\"{name}\"");
            content.Add(file);
        }

        foreach (var (name, value) in fields.Where(field => IsButton(field.Name)))
            content.Add(new StringContent(value), name);
        var action = WebUtility.HtmlDecode(ActionPattern().Match(form).Groups[1].Value);
        return await FollowAsync(await OneAsync(HttpMethod.Post, action, content));

        static bool IsButton(string name) => name is "add" or "drop" or "go";
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

    private static IEnumerable<(string Name, string Value)> HiddenOf(string form) => HiddenPattern().Matches(form).Select(match =>
        (WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value)));

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

    [GeneratedRegex("action=\"([^\"]*)\"")]
    private static partial Regex ActionPattern();

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenPattern();
}
