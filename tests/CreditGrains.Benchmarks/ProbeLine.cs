namespace CreditGrains.Benchmarks;

/// <summary>An event that makes an organisation known.</summary>
public static class ProbeLine
{
    /// <summary>One line without its line feed.</summary>
    public static string Of(string id, string subject) =>
        $$$"""{"id":"{{{id}}}","revision":1,"subject":"{{{subject}}}","kind":"inspection","data":"""
        + $$$"""{"inspectionNumber":"{{{id}}}","inspectedOn":"2026-01-05","result":"passed","authority":"{{{subject}}}"}}""";
}
