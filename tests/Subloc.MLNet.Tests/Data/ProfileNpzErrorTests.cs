using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

public sealed class ProfileNpzErrorTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    public static TheoryData<string, object, string> FaultyFiles() => new()
    {
        { "no X", NpzWriter.Small().Without("X_val"), ": no entry holds the profiles: expected one named X or X_*, found 'y_val.npy', 'mask_val.npy'; save it under such a name." },
        { "no y", NpzWriter.Small().Without("y_val"), ": no entry holds the labels: expected one named y or y_*, found 'X_val.npy', 'mask_val.npy'; save it under such a name." },
        { "two X", NpzWriter.Small().Add("X_test", "<f4", "(1, 1, 1)", [1f]), ": several entries start with 'X': 'X_val.npy', 'X_test.npy'; expected one set of arrays a file, so save each set in its own." },
        { "nothing", new NpzWriter(), ": no entry holds the profiles: expected one named X or X_*, found no entry at all; save it under such a name." },
        { "complex", NpzWriter.Small().Without("X_val").Add("X_val", "<c8", "(2, 3, 2)", new long[12]), ", entry 'X_val.npy': the array holds values of type '<c8'; expected <f2, <f4, <f8, <i4 or <i8, so convert it with astype and save it anew." },
        { "big endian", NpzWriter.Small().Without("y_val").Add("y_val", ">i4", "(2,)", new int[2]), ", entry 'y_val.npy': the array holds values of type '>i4'; expected <f2, <f4, <f8, <i4 or <i8, so convert it with astype and save it anew." },
        { "float y", NpzWriter.Small().Without("y_val").Add("y_val", "<f4", "(2,)", new float[2]), ", entry 'y_val.npy': the array holds Float32 values; expected int32 or int64, so convert it with astype and save it anew." },
        { "integer X", NpzWriter.Small().Without("X_val").Add("X_val", "<i4", "(2, 3, 2)", new int[12]), ", entry 'X_val.npy': the array holds Int32 values; expected float16, float32 or float64, so convert it with astype and save it anew." },
        { "rank", NpzWriter.Small().Without("X_val").Add("X_val", "<f4", "(2, 6)", new float[12]), ", entry 'X_val.npy': the array has the shape (2, 6); expected three axes (proteins, positions, channels), none of them empty, so save it anew." },
        { "no axis", NpzWriter.Small().Without("X_val").Add("X_val", "<f4", "()", new float[1]), ", entry 'X_val.npy': the array has the shape (); expected three axes (proteins, positions, channels), none of them empty, so save it anew." },
        { "rows", NpzWriter.Small().Without("y_val").Add("y_val", "<i4", "(3,)", new int[3]), ", entry 'y_val.npy': the array has the shape (3); expected (2) to go with 'X_val.npy', so save it anew." },
        { "mask", NpzWriter.Small().Without("mask_val").Add("mask_val", "<f4", "(2, 4)", new float[8]), ", entry 'mask_val.npy': the array has the shape (2, 4); expected (2, 3) to go with 'X_val.npy', so save it anew." },
        { "Fortran", NpzWriter.Small().Without("X_val").Add("X_val", "<f4", "(2, 3, 2)", new float[12], fortran: true), ", entry 'X_val.npy': the array is stored in Fortran order; expected C order, so save numpy.ascontiguousarray of it." },
        { "short", NpzWriter.Small().Without("X_val").Add("X_val", "<f4", "(2, 3, 2)", new float[11]), ", entry 'X_val.npy': the entry holds 172 bytes, which do not fit its shape (2, 3, 2); the array is damaged or cut off, so save it anew." },
        { "huge", NpzWriter.Small().Without("X_val").Add("X_val", "<f4", "(2, 65536, 65536)", new float[1]), ", entry 'X_val.npy': the array has the shape (2, 65536, 65536); expected at most 67108864 values a row." },
        { "no array", NpzWriter.Small().Without("X_val").AddRaw("X_val", "twelve bytes"u8.ToArray()), ", entry 'X_val.npy': this is no NumPy array; expected one written by numpy.savez or numpy.savez_compressed." },
        { "no header", NpzWriter.Small().Without("X_val").AddRaw("X_val", "few"u8.ToArray()), ", entry 'X_val.npy': the data end within the array header; save the array anew with numpy.savez." },
    };

    [Theory]
    [MemberData(nameof(FaultyFiles))]
    public void LoadFromProfileNpz_FaultyFile_IsExplained(string name, object file, string sentence)
    {
        string path = _files.Write(name + ".npz", ((NpzWriter)file).ToArray());

        AssertRefused(
            () => _context.Data.LoadFromProfileNpz(path, new ProteinLoadOptions { RequireLabel = true, Lenient = true }), path + sentence);
    }

    [Fact]
    public void LoadFromProfileNpz_CutAnywhere_IsExplained()
    {
        byte[] whole = NpzWriter.Small().ToArray();

        for (int length = 4; length < whole.Length; length++)
        {
            string path = _files.Write("p.npz", whole[..length]);
            AssertRefused(
                () => _context.Data.LoadFromProfileNpz(path),
                $"{path}: the zip archive is damaged or cut off; expected a complete NPZ file, so copy it again or save it anew.");
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void LoadFromProfileNpz_OneDamagedByte_IsNoticed(CompressionLevel compression)
    {
        byte[] file = new NpzWriter { Compression = compression }
            .Add("X", "<f4", "(4, 100, 20)", [.. Enumerable.Range(0, 8000).Select(i => (float)Math.Sin(i))]).ToArray();
        file[file.Length / 2] ^= 1;
        string path = _files.Write("p.npz", file);
        IDataView data = _context.Data.LoadFromProfileNpz(path);

        var error = Assert.Throws<InvalidDataException>(() => data.GetColumn<float[]>("Features").Count());

        Assert.Matches(
            $"^{Regex.Escape(path)}, entry 'X.npy', row [1-4]: the data up to here are damaged or cut off; "
            + "expected 4 intact rows, so copy the file again or save it anew.$",
            error.Message);
    }

    [Fact]
    public void LoadFromProfileNpz_NegativePartition_IsExplained()
    {
        string path = _files.Write("p.npz", NpzWriter.Small().Add("partition", "<i4", "(2,)", new[] { 0, -2 }).ToArray());
        IDataView data = _context.Data.LoadFromProfileNpz(path);

        AssertRefused(
            () => LoadedProtein.ReadPartitions(data),
            $"{path}, entry 'partition.npy', row 2: the partition is -2; expected a whole number of at least 0, so correct it.");
    }

    [Fact]
    public void LoadFromProfileNpz_DifferentSizes_IsExplained()
    {
        string first = _files.Write("a.npz", NpzWriter.Small().ToArray());
        string second = _files.Write("b.npz", NpzWriter.Small().Without("mask_val").ToArray());

        AssertRefused(
            () => _context.Data.LoadFromProfileNpz([first, second]),
            $"{second}: the profiles have 3 positions, 2 channels, no mask and no partition, but those of {first} have "
            + "3 positions, 2 channels, a mask and no partition; expected the same in all files, so load them apart.");
    }

    [Fact]
    public void LoadFromProfileNpz_FileReplacedByOtherShape_IsExplained()
    {
        string path = _files.Write("p.npz", NpzWriter.Small().ToArray());
        IDataView data = _context.Data.LoadFromProfileNpz(path);

        _files.Write("p.npz", NpzWriter.Small().Without("X_val").Add("X_val", "<f4", "(2, 1, 2)", new float[4]).ToArray());

        AssertRefused(
            () => data.GetColumn<float[]>("Features").Count(),
            $"{path}, entry 'X_val.npy': the shape has changed to (2, 1, 2) since the file was loaded; load it again.");
    }

    [Fact]
    public void LoadFromProfileNpz_Text_IsExplained()
    {
        string path = _files.Write("p.npz", ">P1\nMKV\n");

        AssertRefused(
            () => _context.Data.LoadFromProfileNpz(path),
            $"{path}: this is text, not an NPZ file; use LoadFromFasta, LoadFromProteinCsv or LoadProteins.");
    }

    private static void AssertRefused(Func<object> load, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<InvalidDataException>(load).Message);
}
