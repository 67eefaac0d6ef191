using System.CommandLine;
using System.Text.Json;
using CreditGrains.Benchmarks;

if (args is [HostedServer.Word, var data])
    return await HostedServer.RunAsync(data);
if (args is [ReferenceServer.Word, var home])
    return await ReferenceServer.RunAsync(home);
var benchmarks = BenchmarkCatalogue.All;
var names = new Argument<string[]>("name") { Description = $"Which: {string.Join(", ", benchmarks.Select(b => b.Name))}; none for all." };
var list = new Option<bool>("--list") { Description = "Only say the names." };
var subjects = new Option<int>("--subjects") { Description = "Organisations.", DefaultValueFactory = _ => 1_000_000 };
var rounds = new Option<int>("--rounds") { Description = "Alternations of both sides, at least 5.", DefaultValueFactory = _ => 7 };
var seconds = new Option<double>("--seconds") { Description = "Seconds of each side in each round.", DefaultValueFactory = _ => 2 };
var work = new Option<string>("--work")
{
    Description = "Folder for prepared data.",
    DefaultValueFactory = _ => Path.Combine(Environment.GetEnvironmentVariable("CREDIT_HOME") ?? ".", "artifacts", "bench"),
};
var events = new Option<int>("--events") { Description = "Lines fed in one round.", DefaultValueFactory = _ => 200_000 };
var store = new Option<string>("--store") { Description = "Our side's store: sqlite or postgres.", DefaultValueFactory = _ => "postgres" };
store.AcceptOnlyFromAmong("sqlite", "postgres");
var json = new Option<string?>("--json") { Description = "File for the results as JSON (default: in the working folder)." };
var write = new Option<bool>("--write") { Description = "Write the rows measured into docs/performance.md." };
var command = new RootCommand("Measures the lines of docs/performance.md: ours against a reference, as ratios within one run.")
{
    names, list, subjects, rounds, seconds, work, events, store, json, write,
};
command.SetAction(async parsed =>
{
    if (parsed.GetValue(list))
    {
        foreach (var benchmark in benchmarks)
            Console.WriteLine(benchmark.Name);
        return 0;
    }

    var asked = parsed.GetValue(names) ?? [];
    var unknown = asked.Except(benchmarks.Select(b => b.Name)).ToList();
    if (unknown.Count > 0)
    {
        await Console.Error.WriteLineAsync($"unknown: {string.Join(", ", unknown)}; see --help");
        return 2;
    }

    var options = new BenchOptions(
        parsed.GetValue(subjects), Math.Max(5, parsed.GetValue(rounds)), parsed.GetValue(seconds),
        Path.GetFullPath(parsed.GetValue(work)!), parsed.GetValue(events), parsed.GetValue(store)!);
    Directory.CreateDirectory(options.Work);
    var results = new List<BenchResult>();
    try
    {
        foreach (var benchmark in benchmarks.Where(b => asked.Length == 0 || asked.Contains(b.Name)))
        {
            await Console.Error.WriteLineAsync($"{benchmark.Name} ...");
            foreach (var result in await benchmark.RunAsync(options))
            {
                Console.WriteLine(result);
                results.Add(result);
            }
        }
    }
    finally
    {
        await BenchPostgres.StopAsync();
    }

    var file = parsed.GetValue(json) ?? Path.Combine(options.Work, "results.json");
    var table = BenchTable.Of(results);
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(table, BenchJson.Options));
    Console.WriteLine();
    Console.WriteLine(table.ToMarkdown());
    if (parsed.GetValue(write))
    {
        var page = Path.Combine(Environment.GetEnvironmentVariable("CREDIT_HOME") ?? ".", "docs", "performance.md");
        await File.WriteAllTextAsync(page, PerformancePage.With(await File.ReadAllTextAsync(page), options.Store, table));
        await Console.Error.WriteLineAsync($"{table.Results.Count} rows written into {page}");
    }

    await Console.Error.WriteLineAsync($"written to {file}");
    return results.TrueForAll(result => result.Reached) ? 0 : 1;
});
return await command.Parse(args).InvokeAsync();

internal static class BenchJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}
