using System.Globalization;
using System.Text;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Tests;

/// <summary>R7: whatever is sent, never a 5xx, and a code for each refusal. The seed is printed; FUZZ_SEED replays it.</summary>
public sealed class HostileInputTests(CreditFixture credit)
{
    private static readonly string[] Pieces =
    [
        "\ud800", "\u0000", "\"", "{", "[", "}", "]", ":", ",", "null", "1e999999", "-0", "99999999999999999999999999", "0000-00-00",
        "9999-12-31", "0001-01-01", "\\u0000", "\\ud800", "\\", "é", "统一", "'; DROP TABLE journal; --", "../../etc", "%00",
        "\r\n", "\u202e",
        "{{", "$ne", "true", "\ufeff", "😀", "1\u00a02", "=", "&", "#", "?",
    ];

    [Fact]
    public async Task Feed_bodies_never_break_the_server()
    {
        var random = Begin();
        var token = credit.Token("source", "FZ1");
        for (var round = 0; round < 150; round++)
        {
            var subject = Invented.Code();
            var lines = $"{Invented.Registration(subject)}\n{Invented.Penalty(subject, $"Z-{round}")}";
            var body = Encoding.UTF8.GetBytes(lines).ToList();
            for (var edits = random.Next(1, 12); edits > 0; edits--)
                Edit(body, random);
            if (random.Next(10) == 0)
                body = [.. Encoding.ASCII.GetBytes(new string(random.Next(2) == 0 ? '[' : '{', random.Next(1, 20_000)))];
            var type = random.Next(2) == 0 ? "application/json" : "application/x-ndjson";
            var encoding = random.Next(20) == 0 ? "gzip" : null;
            var answer = await credit.PostAsync("/v1/sources/FZ1/events", token, [.. body], type, encoding: encoding);
            Hold(answer, Convert.ToBase64String([.. body]));
        }
    }

    [Fact]
    public async Task Query_strings_paths_tokens_and_cursors_never_break_the_server()
    {
        var random = Begin();
        var subject = Invented.Code();
        var good = await credit.FeedAsync(
            "FZ2", Invented.Registration(subject), Invented.Penalty(subject, "Z-1"), Invented.Penalty(subject, "Z-2"));
        var page = await credit.GetAsync($"/v1/subjects/{subject}/records?limit=1&consistency=latest", credit.Token("operator"));
        var cursor = page.Json.GetProperty("next").GetString()!;
        string[] paths = ["", $"/{subject}", $"/{subject}/records", $"/{subject}/timeline", $"/{subject}/assessment",
            $"/{subject}/explanation", $"/{subject}/access-log"];
        string[] names = ["q", "region", "grade", "limit", "cursor", "asOf", "knownAt", "consistency", "policy", "purpose"];
        for (var round = 0; round < 300; round++)
        {
            var path = "/v1/subjects" + paths[random.Next(paths.Length)];
            if (random.Next(8) == 0)
                path = "/v1/subjects/" + Escape(Nonsense(random));
            var query = string.Join('&', Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
                $"{names[random.Next(names.Length)]}={Escape(Value(random, good, cursor))}"));
            var answer = await credit.GetAsync($"{path}?{query}", credit.Token("operator"));
            Hold(answer, $"{path}?{query}");
        }
    }

    [Fact]
    public async Task Check_bodies_and_credentials_never_break_the_server()
    {
        var random = Begin();
        var token = credit.Token("checker");
        for (var round = 0; round < 150; round++)
        {
            var question = $$"""{"subject":"{{Invented.Code()}}","purpose":"approval","matter":"public-funds"}""";
            var body = Encoding.UTF8.GetBytes(question).ToList();
            for (var edits = random.Next(0, 6); edits > 0; edits--)
                Edit(body, random);
            Hold(await credit.PostAsync("/v1/checks", token, [.. body], "application/json"), Convert.ToBase64String([.. body]));
            var forged = token.ToCharArray();
            forged[random.Next(forged.Length)] = (char)random.Next(33, 127);
            Hold(await credit.GetAsync("/v1/errors", new string(forged)), new string(forged));
        }
    }

    private static Random Begin()
    {
        var seed = Environment.GetEnvironmentVariable("FUZZ_SEED") is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"FUZZ_SEED={seed}");
        return new Random(seed);
    }

    private static void Hold(Answer answer, string input)
    {
        Assert.True(answer.Status < 500, $"{answer.Status} {answer.Text} for {input}");
        if (answer.Status >= 400 && answer.Type is not null)
            Assert.True(ErrorCatalogue.All.ContainsKey(answer.Code), $"{answer.Text} for {input}");
    }

    private static string Escape(string text) => Uri.EscapeDataString(text.Replace("\ud800", "\ufffd", StringComparison.Ordinal));

    private static string Value(Random random, string token, string cursor) => random.Next(6) switch
    {
        0 => Bent(random, token),
        1 => Bent(random, cursor),
        2 => $"at-least:{Bent(random, token)}",
        3 => random.Next().ToString(CultureInfo.InvariantCulture),
        4 => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Nonsense(random),
    };

    private static string Bent(Random random, string text)
    {
        var chars = text.ToCharArray();
        if (random.Next(3) > 0)
            chars[random.Next(chars.Length)] = "ABCabc012-_~"[random.Next(12)];
        return new string(chars, 0, random.Next(4) == 0 ? random.Next(chars.Length) : chars.Length);
    }

    private static string Nonsense(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static void Edit(List<byte> body, Random random)
    {
        var at = random.Next(body.Count);
        switch (random.Next(5))
        {
            case 0:
                body[at] = (byte)random.Next(256);
                break;
            case 1:
                body.RemoveRange(at, Math.Min(random.Next(1, 30), body.Count - at - (at == 0 ? 1 : 0)));
                break;
            case 2:
                body.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                break;
            case 3:
                body.InsertRange(at, body.GetRange(at, Math.Min(random.Next(1, 60), body.Count - at)));
                break;
            default:
                body.InsertRange(at, Encoding.ASCII.GetBytes(new string("[{9\" "[random.Next(5)], random.Next(1, 300))));
                break;
        }

        if (body.Count == 0)
            body.Add((byte)'{');
    }
}
