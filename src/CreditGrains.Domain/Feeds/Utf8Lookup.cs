using System.Buffers.Binary;
using System.Text;

namespace CreditGrains.Domain.Feeds;

/// <summary>A fixed set of names to values, looked up by UTF-8 without making a string.</summary>
internal sealed class Utf8Lookup<T>
{
    private readonly Dictionary<byte[], T> _values = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public Utf8Lookup(IEnumerable<KeyValuePair<string, T>> values)
    {
        foreach (var (name, value) in values)
            _values.TryAdd(Encoding.UTF8.GetBytes(name), value);
        _lookup = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public bool TryGet(ReadOnlySpan<byte> name, out T value) => _lookup.TryGetValue(name, out value!);

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        /// <summary>Length, first and last bytes: the set is fixed by the rulebook, so a sender cannot make it collide more.</summary>
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            if (alternate.Length >= 8)
            {
                return HashCode.Combine(alternate.Length, BinaryPrimitives.ReadUInt64LittleEndian(alternate),
                    BinaryPrimitives.ReadUInt64LittleEndian(alternate[^8..]));
            }

            ulong all = 0;
            foreach (var b in alternate)
                all = all << 8 | b;
            return HashCode.Combine(alternate.Length, all);
        }
    }
}
