using System.Text;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>
/// Checks to ask, drawn beforehand, organisation n with probability in proportion to 1 / (n + 1) (Zipf): asking then costs the client no
/// more than an empty request.
/// </summary>
public sealed class CheckQuestions
{
    private const int Drawn = 2_000_000;
    private const string Marker = "000000000000000000";
    private readonly byte[][] _draws = new byte[Drawn][];

    /// <param name="subjects">Organisations, numbered as in a prepared store.</param>
    public CheckQuestions(int subjects)
    {
        var organisations = new SyntheticOrganisations(1);
        var codes = new byte[subjects][];
        var sums = new double[subjects];
        var sum = 0.0;
        for (var i = 0; i < subjects; i++)
        {
            sums[i] = sum += 1.0 / (i + 1);
            codes[i] = Encoding.ASCII.GetBytes(organisations.CodeOf(i));
        }

        var random = new Random(11);
        for (var i = 0; i < Drawn; i++)
        {
            var at = Array.BinarySearch(sums, random.NextDouble() * sum);
            _draws[i] = codes[Math.Min(at < 0 ? ~at : at, subjects - 1)];
        }
    }

    /// <summary>The first codes drawn.</summary>
    public IEnumerable<string> First(int count) => _draws.Take(count).Select(Encoding.ASCII.GetString);

    /// <summary>One connection's requests of many checks each: some made beforehand, asked in turn.</summary>
    public Func<int, Func<ReadOnlyMemory<byte>>> InBatches(string token, int size) => number =>
    {
        const int Made = 64;
        var random = new Random(number);
        var requests = Enumerable.Range(0, Made).Select(_ =>
        {
            var first = random.Next(Drawn - size);
            var subjects = string.Join(',', _draws.Skip(first).Take(size).Select(code => $"\"{Encoding.ASCII.GetString(code)}\""));
            return RawHttpLoad.Request(
                "POST", "/v1/checks:batch", token,
                $$"""{"purpose":"approval","matter":"public-funds","stage":"accept","subjects":[{{subjects}}]}""");
        }).ToArray();
        var next = 0;
        return () => requests[next = (next + 1) % Made];
    };

    /// <summary>One connection's requests.</summary>
    public Func<int, Func<ReadOnlyMemory<byte>>> With(string? token, string path = "/v1/checks") => _ =>
    {
        var request = RawHttpLoad.Request(
            "POST", path, token, $$"""{"subject":"{{Marker}}","purpose":"approval","matter":"public-funds","stage":"accept"}""");
        var place = request.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(Marker));
        var next = new Random().Next(Drawn);
        return () =>
        {
            next = next + 1 == Drawn ? 0 : next + 1;
            _draws[next].CopyTo(request.AsSpan(place));
            return request;
        };
    };
}
