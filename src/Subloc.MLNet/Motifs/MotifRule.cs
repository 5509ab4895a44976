namespace Subloc.MLNet.Motifs;

/// <summary>A rule of the literature on what a signal or a membrane span looks like.</summary>
/// <remarks>A rule knows the sequence only: what fits need not be used by a cell, and signals that look otherwise are missed.</remarks>
public sealed class MotifRule
{
    internal MotifRule(string name, string definition, string source, Func<string, IEnumerable<MotifPlace>> find)
    {
        Name = name;
        Definition = definition;
        Source = source;
        Find = find;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it asks for.</summary>
    public string Definition { get; }

    /// <summary>Where it was published.</summary>
    public string Source { get; }

    /// <summary>Places of a sequence in upper case that fit.</summary>
    internal Func<string, IEnumerable<MotifPlace>> Find { get; }
}
