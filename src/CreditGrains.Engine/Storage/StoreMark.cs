using System.Globalization;
using System.Text;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The content of a small file beside a store: which opening of the store came last. A database that was put back by hand does not know
/// that opening, or finds that the file is not the one it wrote. Positions after the copy have been given away once already, so the store
/// begins a new incarnation then, and nothing issued before is misread (R11).
/// </summary>
/// <param name="Store">Names the store, since a node's directory may serve several one after the other.</param>
/// <param name="Number">1, 2, 3, … with every opening and closing.</param>
/// <param name="Nonce">Random, so that two lines of life with the same number differ.</param>
public sealed record StoreMark(string Store, long Number, string Nonce)
{
    private const string Form = "credit-mark-1";

    /// <summary>The next mark of a store.</summary>
    public static StoreMark Next(string store, long number) => new(store, number, Guid.NewGuid().ToString("N"));

    /// <summary>Content of the file, and its identity; null when there is none. An unreadable one has number -1.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (StoreMark Mark, string File)? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        string[] parts = File.ReadAllText(path).Trim().Split(' ');
        var mark = parts is [Form, var store, var text, var nonce]
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new StoreMark(store, number, nonce)
                : new StoreMark(string.Empty, -1, string.Empty);
        return (mark, FileIdentity.Of(path));
    }

    /// <summary>
    /// Writes the mark into a file that is not in its place yet; the caller commits which file it is to the database and then puts it in
    /// place. A kill in between leaves the mark of before, which the database knows too.
    /// </summary>
    /// <returns>Which file it is.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public string Prepare(string path)
    {
        var draft = Draft(path);
        File.Delete(draft);
        Write(draft);
        return FileIdentity.Of(draft);
    }

    /// <summary>Writes the mark in its place; processes that do so at once do not disturb each other.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Replace(string path)
    {
        var draft = $"{path}.{Nonce}";
        Write(draft);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Puts the prepared file in its place.</summary>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    public static void PutInPlace(string path) => File.Move(Draft(path), path, overwrite: true);

    private void Write(string path)
    {
        PrivateFile.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        PrivateFile.Write(
            path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Form} {Store} {Number} {Nonce}\n")));
    }

    private static string Draft(string path) => path + ".new";
}
