using System.Text.RegularExpressions;
using CreditGrains.Benchmarks;

namespace CreditGrains.Architecture.Tests;

/// <summary>docs/performance.md shows the benchmarks that exist, and <c>credit bench NAME --write</c> keeps it so.</summary>
public sealed class PerformancePageTests
{
    private const string Row = "| `check-memory` (P1) | 1 checks/s | 2 | 0.50 (0.40-0.60) | at least 0.25: reached | made up; 2026-01-02 |";

    private static string Page => Repository.Read("docs/performance.md");

    private static string[] Names { get; } = [.. BenchmarkCatalogue.All.Select(benchmark => benchmark.Name)];

    [Fact]
    public void Rows_of_the_page_are_results_of_benchmarks_that_exist()
    {
        var rows = PerformancePage.Rows(Page);
        Assert.NotEmpty(rows);
        Assert.Empty(rows.Where(row => OwnerOf(row) is null).Select(row => $"{row} is measured by nothing"));
        Assert.Empty(Names.Except(rows.Select(row => OwnerOf(row)!)).Select(name => $"{name} has no row"));
    }

    [Fact]
    public void Table_of_what_is_measured_names_benchmarks_that_exist() =>
        Assert.Empty(Regex.Matches(Page, @"^\| P\d+ \| `([\w-]+)` \|", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).Except(Names));

    [Fact]
    public void Writing_replaces_the_row_of_the_same_name_and_nothing_else()
    {
        var result = new BenchResult(
            "check-memory", "checks/s", 1, 2, 0.5, 0.4, 0.6, "P1: at least 0.25", Reached: true, "made up");
        var written = PerformancePage.With(Page, "sqlite", new BenchTable("a machine", new DateOnly(2026, 1, 2), [result]));
        var (before, after) = (Page.Split('\n'), written.Split('\n'));
        Assert.Equal(before.Length, after.Length);
        var changed = before.Zip(after).Where(pair => pair.First != pair.Second).ToList();
        Assert.Equal(Row, Assert.Single(changed).Second);
        Assert.StartsWith("| `check-memory` ", changed[0].First, StringComparison.Ordinal);
    }

    [Fact]
    public void Result_without_a_row_is_added_to_the_table_of_its_store()
    {
        var result = new BenchResult("check-memory-new", "checks/s", 1, null, 1, 1, 1, "none: for information", Reached: true, "made up");
        var written = PerformancePage.With(Page, "postgres", new BenchTable("a machine", new DateOnly(2026, 1, 2), [result]));
        Assert.Equal(PerformancePage.Rows(Page).Count + 1, PerformancePage.Rows(written).Count);
        Assert.Throws<InvalidDataException>(() => PerformancePage.With("no table", "postgres", new BenchTable("", default, [result])));
    }

    /// <summary>The longest name that a result's name begins with: a benchmark may give several rows.</summary>
    private static string? OwnerOf(string row) =>
        Names.Where(name => row == name || row.StartsWith(name + "-", StringComparison.Ordinal)).MaxBy(name => name.Length);
}
