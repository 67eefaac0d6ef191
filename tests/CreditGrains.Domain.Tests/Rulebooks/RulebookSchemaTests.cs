using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Tests.Rulebooks;

public sealed class RulebookSchemaTests
{
    /// <summary>To renew the committed files, run the tests with CREDIT_WRITE_SCHEMAS=1.</summary>
    [Fact]
    public void Committed_schemas_are_those_of_the_reader()
    {
        var folder = Path.Combine(RulebookTexts.Folder, "schema");
        var generated = RulebookSchemas.Generate();
        if (Environment.GetEnvironmentVariable("CREDIT_WRITE_SCHEMAS") == "1")
        {
            foreach (var (name, text) in generated)
                File.WriteAllText(Path.Combine(folder, name), text);
        }

        Assert.Equal(generated.Keys, Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.All(generated, schema => Assert.Equal(schema.Value, File.ReadAllText(Path.Combine(folder, schema.Key))));
    }

    [Fact]
    public void Every_shipped_file_names_its_schema()
    {
        foreach (var path in Directory.EnumerateFiles(RulebookTexts.Folder, "*.yaml", SearchOption.AllDirectories))
        {
            var line = File.ReadLines(path).First();
            Assert.StartsWith("# yaml-language-server: $schema=", line, StringComparison.Ordinal);
            var schema = Path.Combine(Path.GetDirectoryName(path)!, line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            Assert.True(File.Exists(schema), $"{path} names {schema}");
        }
    }
}
