using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>The server's next release, as far as its version goes: this build with other version numbers in its own assemblies.</summary>
internal sealed class NextVersion : IDisposable
{
    private const string Server = "CreditGrains.Silo.dll";

    // HashAlgId (4 bytes), then major, minor, build and revision (2 bytes each): ECMA-335, II.22.2.
    private const int VersionOffset = 4;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("credit-next-");

    private NextVersion()
    {
    }

    /// <summary>The server's assembly.</summary>
    public string Assembly => Path.Combine(_folder.FullName, Server);

    public static NextVersion Make()
    {
        var next = new NextVersion();
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory))
            {
                var place = Path.Combine(next._folder.FullName, Path.GetFileName(entry));
                if (Directory.Exists(entry))
                    Directory.CreateSymbolicLink(place, entry);
                else if (Path.GetFileName(entry) is var name && name.StartsWith("CreditGrains.", StringComparison.Ordinal))
                    Copy(entry, place);
                else
                    File.CreateSymbolicLink(place, entry);
            }

            var (before, after) = (VersionOf(Path.Combine(AppContext.BaseDirectory, Server)), VersionOf(next.Assembly));
            Assert.True(after > before, $"{after} is no version after {before}");
            return next;
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Version VersionOf(string assembly) => AssemblyName.GetAssemblyName(assembly).Version!;

    private static void Copy(string from, string to)
    {
        var image = File.ReadAllBytes(from);
        if (Path.GetExtension(from) == ".dll")
        {
            using var file = new PEReader(new MemoryStream(image));
            var metadata = file.GetMetadataReader();
            var place = file.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.Assembly) + VersionOffset;
            var minor = checked((ushort)(metadata.GetAssemblyDefinition().Version.Minor + 1));
            BitConverter.TryWriteBytes(image.AsSpan(place + 2), minor);
        }

        File.WriteAllBytes(to, image);
    }
}
