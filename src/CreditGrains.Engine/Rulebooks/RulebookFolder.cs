using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Engine.Rulebooks;

/// <summary>A rulebook on disk: <c>*.yaml</c> of a folder and of its <c>calendar</c> folder.</summary>
public static class RulebookFolder
{
    private const int FileBytesMax = 4 * 1024 * 1024;
    private const int FilesMax = 300;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads the folder. A missing folder and files that are too large or unreadable are mistakes too; nothing is thrown.
    /// </summary>
    public static RulebookReadResult Read(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (!Directory.Exists(directory))
        {
            var mistake = new RulebookMistake(
                "", 0, "folder-missing", $"There is no folder '{directory}'.", "Name the folder that holds rulebook.yaml.");
            return new RulebookReadResult(null, [mistake]);
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var unread = new List<RulebookMistake>();
        foreach (var (name, path) in FilesOf(directory, unread))
        {
            if (ReadText(name, path, unread) is { } text)
                texts[name] = text;
        }

        return RulebookReader.Read(texts, unread);
    }

    private static List<(string Name, string Path)> FilesOf(string directory, List<RulebookMistake> unread)
    {
        var files = new List<(string, string)>();
        foreach (var (folder, prefix) in new[] { (directory, ""), (Path.Combine(directory, "calendar"), "calendar/") })
        {
            try
            {
                if (Directory.Exists(folder))
                {
                    var found = Directory.EnumerateFiles(folder).Where(IsYaml).Take(FilesMax + 1);
                    files.AddRange(found.Select(path => (prefix + Path.GetFileName(path), path)));
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                unread.Add(new RulebookMistake(prefix, 0, "unreadable", fault.Message, "Check the folder's permissions."));
            }
        }

        return files;
    }

    /// <summary>Both spellings, so that a file with the wrong one is reported and not passed over.</summary>
    private static bool IsYaml(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".YAML" or ".YML" && !Path.GetFileName(path).StartsWith('.');

    private static string? ReadText(string name, string path, List<RulebookMistake> unread)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var buffer = new byte[FileBytesMax + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > FileBytesMax)
            {
                unread.Add(new RulebookMistake(
                    name, 0, "too-large", $"The file has more than {FileBytesMax} bytes.", "Split it or remove what is not needed."));
                return null;
            }

            return StrictUtf8.GetString(buffer, 0, length);
        }
        catch (DecoderFallbackException)
        {
            unread.Add(new RulebookMistake(name, 0, "not-utf8", "The file is not UTF-8.", "Save it as UTF-8."));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            unread.Add(new RulebookMistake(name, 0, "unreadable", fault.Message, "Check that the file can be read."));
        }

        return null;
    }
}
