using Subloc.MLNet.Batching;
using Subloc.MLNet.Tests.Data;
using Subloc.Testing;

namespace Subloc.MLNet.Tests.Batching;

public sealed class ByteArenaTests
{
    [Theory]
    [InlineData(long.MaxValue, false)]
    [InlineData(100_000, true)]
    [InlineData(0, true)]
    public void Read_AnyBudget_GivesWhatWasAdded(long budget, bool spills)
    {
        using var arena = new ByteArena(budget);
        byte[][] values = MakeValues(500);

        long[] places = Array.ConvertAll(values, value => arena.Add(value));

        Assert.Equal(spills, arena.SpilledBytes > 0);
        Assert.All(values.Zip(places), pair => Assert.Equal(pair.First, Read(arena, pair.Second, pair.First.Length)));
    }

    [Fact]
    public void Add_BeyondTheBudget_KeepsLittleMoreInMemory()
    {
        using var arena = new ByteArena(100_000);
        byte[][] values = MakeValues(2000);

        foreach (byte[] value in values)
            arena.Add(value);

        long all = values.Sum(value => (long)value.Length);
        Assert.InRange(all - arena.SpilledBytes, 0, 120_000);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void Clear_UsedAgain_HoldsTheNewValues(long budget)
    {
        using var arena = new ByteArena(budget);
        foreach (int count in (int[])[300, 10, 400])
        {
            arena.Clear();
            byte[][] values = MakeValues(count);
            long[] places = Array.ConvertAll(values, value => arena.Add(value));
            Assert.All(values.Zip(places), pair => Assert.Equal(pair.First, Read(arena, pair.Second, pair.First.Length)));
        }
    }

    [Fact]
    public void TemporaryFile_WhileInUse_HasNoName()
    {
        using var folder = new TemporaryFiles();
        using var arena = new ByteArena(0, folder.FullName);

        foreach (byte[] value in MakeValues(500))
            arena.Add(value);

        Assert.True(arena.SpilledBytes > 0);
        Assert.True(OperatingSystem.IsWindows() || Directory.GetFiles(folder.FullName).Length == 0);
        arena.Dispose();
        Assert.Empty(Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Add_NoFolderForTheFile_SaysWhatToDo()
    {
        using var arena = new ByteArena(0, Path.Combine(Path.GetTempPath(), "no-such-folder"));

        var error = Assert.Throws<IOException>(() =>
        {
            foreach (byte[] value in MakeValues(500))
                arena.Add(value);
        });

        Assert.Contains("no-such-folder' cannot be written; free space there, let ", error.Message, StringComparison.Ordinal);
        Assert.Contains("raise CacheBytes", error.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Append_FullDisk_SaysSo()
    {
        using var file = new SpillFile(new FileStream("/dev/full", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0), "/dev");

        var error = Assert.Throws<IOException>(() => file.Append([1, 2, 3]));

        Assert.Contains("in '/dev' cannot be written; free space there", error.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Read(ByteArena arena, long place, int length)
    {
        var value = new byte[length];
        arena.Read(place, value);
        return value;
    }

    // Some are longer than the smallest block.
    private static byte[][] MakeValues(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var value = new byte[i % 50 == 49 ? 6000 : 1 + random.Next(1000)];
            random.NextBytes(value);
            return value;
        })];
    }
}
