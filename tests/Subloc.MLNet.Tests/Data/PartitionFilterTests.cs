using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

public class PartitionFilterTests
{
    private readonly IDataView _source;

    public PartitionFilterTests()
    {
        var context = new MLContext(1);
        _source = context.Data.Cache(context.Data.LoadSyntheticProteins(new SyntheticProteinOptions { Count = 60, Partitions = 3 }));
    }

    [Fact]
    public void GetRowCursor_KeepAndExclude_ShareTheRowsAndTheirIdentifiers()
    {
        HashSet<DataViewRowId> kept = Ids(Filter(keep: true)), others = Ids(Filter(keep: false)), all = Ids(_source);

        Assert.Equal((20, 40), (kept.Count, others.Count));
        Assert.True(all.SetEquals(kept.Union(others)));
    }

    [Fact]
    public void GetRowCursor_OtherColumns_HidesThePartitionUnlessAsked()
    {
        PartitionFilter filter = Filter(keep: true);

        using DataViewRowCursor cursor = filter.GetRowCursor([filter.Schema["Id"]]);

        Assert.True(cursor.IsColumnActive(filter.Schema["Id"]));
        Assert.False(cursor.IsColumnActive(filter.Schema["Partition"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<uint>(filter.Schema["Partition"]));
    }

    [Fact]
    public void GetRowCursor_Shuffled_GivesTheSameRowsAgain()
    {
        PartitionFilter filter = Filter(keep: true);

        string[] plain = Names(filter.GetRowCursor(filter.Schema, null));
        string[] shuffled = Names(filter.GetRowCursor(filter.Schema, new Random(4)));

        Assert.True(filter.CanShuffle);
        Assert.NotEqual(plain, shuffled);
        Assert.Equal(plain.Order(StringComparer.Ordinal), shuffled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void GetRowCursorSet_GivesEveryRowOnce()
    {
        PartitionFilter filter = Filter(keep: false);

        string[] names = [.. filter.GetRowCursorSet(filter.Schema, 3).SelectMany(Names)];

        Assert.Equal(40, names.Distinct().Count());
        Assert.Equal(40, names.Length);
    }

    private PartitionFilter Filter(bool keep) => new(_source, _source.Schema["Partition"], (1, keep ? 20 : 40), keep);

    private static HashSet<DataViewRowId> Ids(IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        var ids = new HashSet<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }

        return ids;
    }

    private static string[] Names(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema["Id"]);
            var names = new List<string>();
            while (cursor.MoveNext())
            {
                ReadOnlyMemory<char> name = default;
                getter(ref name);
                names.Add(name.ToString());
            }

            return [.. names];
        }
    }
}
