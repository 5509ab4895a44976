namespace Subloc.MLNet.Data;

/// <summary>A small random generator whose numbers are the same on every platform and in every version of .NET.</summary>
/// <remarks>SplitMix64: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA (2014), 453-472.</remarks>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number in [0, bound).</summary>
    public int Next(int bound) => (int)(((NextUInt64() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number in [least, most], both ends included.</summary>
    public int Between(int least, int most) => least + Next(most - least + 1);

    /// <summary>A number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>One letter of the text, every position equally likely.</summary>
    public char Pick(string letters) => letters[Next(letters.Length)];

    /// <summary>Reorders the items, every order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
