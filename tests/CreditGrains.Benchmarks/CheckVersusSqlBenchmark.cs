using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CreditGrains.Development.Synthetic;
using Npgsql;
using NpgsqlTypes;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P3: checks over HTTP, authenticated and access-logged, against the same endpoint, likewise authenticated and access-logged, that answers
/// with one prepared read by primary key of a ready-made answer of the same size.
/// </summary>
public sealed class CheckVersusSqlBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 8;
    private const int Sampled = 200;

    public string Name => "check-vs-sql";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var postgres = await BenchPostgres.OfAsync(options);
        await using var server = await PreparedStore.ServeAsync(options);
        var questions = new CheckQuestions(options.Subjects);
        var warm = await server.WaitWarmAsync(options.Subjects);
        var bytes = await AnswerBytesAsync(server, questions);
        var connection = await PrepareAsync(postgres, options.Subjects, bytes);
        var place = await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}");
        await using var reference = await BenchServer.StartOursAsync(
            ReferenceServer.Word, place.Folder, place.Connection, RowReference.Tuned(connection));

        var check = questions.With(server.Token("checker"));
        var plain = questions.With(reference.Token("checker"), ReferenceServer.Path);
        await RawHttpLoad.RunAsync(server.Addresses, Connections, WarmUpSeconds, check);
        await RawHttpLoad.RunAsync(reference.Addresses, Connections, WarmUpSeconds, plain);
        var rounds = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await RawHttpLoad.RunAsync(server.Addresses, Connections, options.Seconds, check);
            var theirs = await RawHttpLoad.RunAsync(reference.Addresses, Connections, options.Seconds, plain);
            rounds.Add((ours.Rate, theirs.Rate));
        }

        return
        [
            BenchResult.Of(
                Name, "checks/s", rounds, "P3: at least 2x an endpoint with one read by primary key", ratio => ratio >= 2,
                $"{options.Store}, {options.Subjects} stored subjects, Zipf(1), {warm:P0} in memory, {Connections} connections, answers of "
                    + $"{bytes} bytes; the reference authenticates and logs too, multiplexed over 8 connections, prepared"),
        ];
    }

    /// <summary>Mean size of our answers.</summary>
    private static async Task<int> AnswerBytesAsync(BenchServer server, CheckQuestions questions)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token("checker"));
        var bytes = 0L;
        foreach (var subject in questions.First(Sampled))
        {
            using var answer = await client.PostAsJsonAsync(
                "/v1/checks", new { subject, purpose = "approval", matter = "public-funds", stage = "accept" });
            answer.EnsureSuccessStatusCode();
            bytes += (await answer.Content.ReadAsByteArrayAsync()).Length;
        }

        return (int)(bytes / Sampled);
    }

    /// <summary>A row for every organisation, with bytes of its own so that nothing compresses; kept for the next run.</summary>
    private static async Task<string> PrepareAsync(BenchPostgres postgres, int subjects, int bytes)
    {
        var connection = await postgres.DatabaseAsync(string.Create(CultureInfo.InvariantCulture, $"bench_answers_{subjects}_{bytes}"));
        await using var source = NpgsqlDataSource.Create(connection);
        await using (var create = source.CreateCommand(
            "CREATE TABLE IF NOT EXISTS check_answer (subject text COLLATE \"C\" PRIMARY KEY, answer bytea NOT NULL)"))
            await create.ExecuteNonQueryAsync();
        await using (var count = source.CreateCommand("SELECT count(*) FROM check_answer"))
        {
            if (Convert.ToInt64(await count.ExecuteScalarAsync(), CultureInfo.InvariantCulture) == subjects)
                return connection;
        }

        var organisations = new SyntheticOrganisations(1);
        var random = new Random(3);
        var answer = new byte[bytes];
        await using (var copying = await source.OpenConnectionAsync())
        {
            await using var copy = await copying.BeginBinaryImportAsync("COPY check_answer FROM STDIN (FORMAT binary)");
            for (var i = 0; i < subjects; i++)
            {
                random.NextBytes(answer);
                await copy.StartRowAsync();
                await copy.WriteAsync(organisations.CodeOf(i), NpgsqlDbType.Text);
                await copy.WriteAsync(answer, NpgsqlDbType.Bytea);
            }

            await copy.CompleteAsync();
        }

        await using var analyse = source.CreateCommand("VACUUM ANALYZE check_answer");
        await analyse.ExecuteNonQueryAsync();
        return connection;
    }
}
