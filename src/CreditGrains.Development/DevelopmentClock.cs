using System.Globalization;
using System.Text;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Development;

/// <summary>
/// By how much the clock of a server that was started with another instant (<c>credit up --now</c>) differs from the machine's, beside
/// the development issuer's key: tokens issued on the machine count by the server's clock.
/// </summary>
public static class DevelopmentClock
{
    private const string Name = "dev-clock";

    /// <summary>How far the server's clock is ahead of the machine's; zero where it was started with none.</summary>
    /// <param name="dataDirectory">The server's.</param>
    /// <exception cref="InvalidDataException">The file does not hold a span.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TimeSpan Ahead(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, Name);
        if (!File.Exists(path))
            return TimeSpan.Zero;
        return TimeSpan.TryParseExact(File.ReadAllText(path).Trim(), "c", CultureInfo.InvariantCulture, out var ahead)
            ? ahead
            : throw new InvalidDataException($"{Name} in the data directory holds no span of time. Delete it, and start the server again.");
    }

    /// <summary>Keeps how far the server's clock is ahead; zero forgets it.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Keep(string dataDirectory, TimeSpan ahead)
    {
        var path = Path.Combine(dataDirectory, Name);
        if (File.Exists(path))
            File.Delete(path);
        if (ahead != TimeSpan.Zero)
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(ahead.ToString("c", CultureInfo.InvariantCulture)));
    }
}
