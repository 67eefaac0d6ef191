using Bunit;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Texts;
using Microsoft.Extensions.DependencyInjection;

namespace CreditGrains.Portal.Tests;

/// <summary>Components with logic of their own, rendered alone: charts, pagination, tags.</summary>
public sealed class ComponentTests(PortalFixture portal) : IDisposable
{
    private static readonly Text Caption = new("虚构图表", "Invented chart");
    private readonly BunitContext _context = new();

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Bar_chart_says_each_value_in_picture_description_and_table()
    {
        var chart = Render<BarChart>(parameters => parameters
            .Add(each => each.Id, "c").Add(each => each.Caption, Caption)
            .Add(each => each.ColumnLabel, new Text("名称", "Name")).Add(each => each.ColumnValue, new Text("数量", "Count"))
            .Add(each => each.Bars, [new ChartBar(new Text("甲<b>", "A<b>"), 30), new ChartBar(new Text("乙", "B"), 10)]));
        Assert.Equal("甲<b>: 30; 乙: 10", chart.Find("desc").TextContent);
        Assert.Equal(["400", "133.3"], chart.FindAll("rect").Select(bar => bar.GetAttribute("width")));
        Assert.Equal(["75.0 %", "25.0 %"], chart.FindAll("tbody tr td:last-child").Select(cell => cell.TextContent));
        Assert.Empty(chart.FindAll("b"));
        var bare = Render<BarChart>(parameters => parameters
            .Add(each => each.Id, "c").Add(each => each.Caption, Caption).Add(each => each.HasShare, false)
            .Add(each => each.ColumnLabel, Caption).Add(each => each.ColumnValue, Caption)
            .Add(each => each.Bars, [new ChartBar(Caption, 0)]));
        Assert.Equal(2, bare.FindAll("thead th").Count);
        Assert.Equal("0", bare.Find("rect").GetAttribute("width"));
    }

    [Fact]
    public void Trend_chart_has_a_line_and_a_label_for_each_series_and_the_same_numbers_in_its_table()
    {
        DateOnly[] days = [new(2026, 11, 1), new(2026, 11, 2), new(2026, 11, 11)];
        var chart = Render<TrendChart>(parameters => parameters
            .Add(each => each.Id, "t").Add(each => each.Caption, Caption).Add(each => each.Days, days)
            .Add(each => each.Series,
                [new TrendSeries(new Text("甲", "A"), [10, 20, 40]), new TrendSeries(new Text("乙", "B"), [40, 40, 40])]));
        var lines = chart.FindAll("polyline").Select(line => line.GetAttribute("points")).ToList();
        Assert.Equal(["70,212.8 119,163.6 560,65.2", "70,65.2 119,65.2 560,65.2"], lines);

        // Labels of equal values do not lie on each other.
        var labels = chart.FindAll("text").Where(text => text.GetAttribute("x") == "612")
            .Select(text => double.Parse(text.GetAttribute("y")!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.True(Math.Abs(labels[0] - labels[1]) >= 18, $"{labels[0]} and {labels[1]}");
        Assert.Equal(
            ["2026-11-11 40 40", "2026-11-02 20 40", "2026-11-01 10 40"],
            chart.FindAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public void Trend_of_one_day_is_a_point()
    {
        var chart = Render<TrendChart>(parameters => parameters
            .Add(each => each.Id, "t").Add(each => each.Caption, Caption).Add(each => each.Days, [new DateOnly(2026, 11, 1)])
            .Add(each => each.Series, [new TrendSeries(Caption, [0])]));
        Assert.Empty(chart.FindAll("polyline"));
        Assert.Equal("315", chart.Find("circle").GetAttribute("cx"));
        Assert.DoesNotContain("NaN", chart.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Pagination_is_not_there_where_there_is_one_page()
    {
        Assert.Empty(Render<Pagination>(_ => { }).FindAll("nav"));
        var middle = Render<Pagination>(parameters => parameters.Add(each => each.First, "/a").Add(each => each.Next, "/b?cursor=x&y=z"));
        Assert.Equal(["/a", "/b?cursor=x&y=z"], middle.FindAll("a").Select(link => link.GetAttribute("href")));
        Assert.Single(Render<Pagination>(parameters => parameters.Add(each => each.Next, "/b")).FindAll("a"));
    }

    [Theory]
    [InlineData(null, "govuk-tag ")]
    [InlineData("red", "govuk-tag govuk-tag--red")]
    public void Tag_says_its_words_whatever_its_colour(string? colour, string expected)
    {
        var tag = Render<Tag>(parameters => parameters.Add(each => each.Label, Caption).Add(each => each.Colour, colour));
        Assert.Equal(expected, tag.Find("strong").ClassName);
        Assert.Equal("虚构图表", tag.Find("strong").TextContent);
    }

    private IRenderedComponent<T> Render<T>(Action<ComponentParameterCollectionBuilder<T>> parameters)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        if (!_context.Services.Any(service => service.ServiceType == typeof(Hosting.PortalRequest)))
            _context.Services.AddSingleton(new Hosting.PortalRequest(portal.Server.Engine, null!));
        return _context.Render(parameters);
    }
}
