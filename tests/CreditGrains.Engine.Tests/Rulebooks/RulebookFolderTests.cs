using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Engine.Tests.Rulebooks;

public sealed class RulebookFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rulebook").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Missing_folder_is_a_mistake() =>
        Assert.Equal("folder-missing", Assert.Single(RulebookFolder.Read(Path.Combine(_folder, "nowhere")).Mistakes).Code);

    [Fact]
    public void Empty_folder_lacks_the_three_required_files() =>
        Assert.Equal(
            ["catalogue.yaml", "policy.yaml", "rulebook.yaml"], RulebookFolder.Read(_folder).Mistakes.Select(mistake => mistake.File));

    [Fact]
    public void Folder_with_its_calendar_is_read()
    {
        WriteSmall();

        var result = RulebookFolder.Read(_folder);

        Assert.Empty(result.Mistakes);
        Assert.Equal([2026], result.Rulebook!.Calendar.Years);
    }

    [Fact]
    public void File_that_is_not_utf8_or_too_large_is_the_only_mistake()
    {
        WriteSmall();
        File.WriteAllBytes(Path.Combine(_folder, "policy.yaml"), [0xC3, 0x28]);
        Assert.Equal("not-utf8", Assert.Single(RulebookFolder.Read(_folder).Mistakes).Code);

        File.WriteAllBytes(Path.Combine(_folder, "policy.yaml"), new byte[5 * 1024 * 1024]);
        Assert.Equal("too-large", Assert.Single(RulebookFolder.Read(_folder).Mistakes).Code);
    }

    [Fact]
    public void File_with_another_ending_is_named_and_not_passed_over()
    {
        WriteSmall();
        File.WriteAllText(Path.Combine(_folder, "measures.yml"), "measures: {}\n");
        File.WriteAllText(Path.Combine(_folder, "README.md"), "notes\n");

        var mistake = Assert.Single(RulebookFolder.Read(_folder).Mistakes);

        Assert.Equal(("measures.yml", "unknown-file"), (mistake.File, mistake.Code));
    }

    private void WriteSmall()
    {
        Write("rulebook.yaml", "{id: small, title: S, timeZone: UTC, scheme: uscc, languages: [en]}\n");
        Write("catalogue.yaml", "kinds: {registration: {title: R, fields: {name: {type: text}}}}\n");
        Write("policy.yaml", "{id: p, version: 1, label: L, base: 1, min: 0, max: 1, grades: [{grade: A, min: 0}]}\n");
        Write("calendar/2026.yaml", "{year: 2026, source: S, holidays: [], workdays: []}\n");
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
