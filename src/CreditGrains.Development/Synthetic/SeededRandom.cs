using System.Runtime.CompilerServices;

namespace CreditGrains.Development.Synthetic;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same on every runtime, which <see cref="Random"/> does not promise.</summary>
internal struct SeededRandom
{
    private ulong _state;

    public SeededRandom(ulong seed) => _state = seed;

    /// <summary>An independent stream for one thing of a seed.</summary>
    public SeededRandom(ulong seed, ulong first, ulong second = 0) =>
        _state = Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ (first * 0xD1B54A32D192ED03) ^ (second * 0x8CB92BA72F3D8DD7));

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>A whole number from 0 to below the bound.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>From 0 to below 1.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
