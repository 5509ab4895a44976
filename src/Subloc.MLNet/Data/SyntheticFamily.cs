namespace Subloc.MLNet.Data;

/// <summary>An ancestor from which related synthetic proteins of one compartment and one partition are derived.</summary>
internal sealed class SyntheticFamily
{
    // Shares of positions that a member keeps from its ancestor; two members then agree in about the product of theirs.
    private const double LeastKept = 0.53;
    private const double MostKept = 0.75;

    private readonly int _number;
    private readonly uint _partition;
    private readonly SyntheticCompartment _compartment;
    private readonly char[] _ancestor;

    public SyntheticFamily(int number, uint partition, SyntheticCompartment compartment, SyntheticProteinOptions options, SplitMix64 random)
    {
        _number = number;
        _partition = partition;
        _compartment = compartment;

        // The square makes short proteins common and long ones rare.
        double skewed = random.NextDouble();
        skewed *= skewed;
        _ancestor = new char[options.MinLength + (int)(skewed * (options.MaxLength - options.MinLength + 1))];
        for (int i = 0; i < _ancestor.Length; i++)
            _ancestor[i] = i == 0 ? 'M' : ResidueSampler.Natural.Next(random);
    }

    /// <summary>A new member, still without an identifier.</summary>
    public SyntheticProtein Derive(double signalStrength, SplitMix64 random)
    {
        bool carriesSignals = random.NextDouble() < signalStrength;
        ResidueSampler composition = carriesSignals ? _compartment.Composition : ResidueSampler.Natural;
        double kept = LeastKept + (MostKept - LeastKept) * random.NextDouble();
        var residues = (char[])_ancestor.Clone();
        for (int i = 1; i < residues.Length; i++)
            if (random.NextDouble() >= kept)
                residues[i] = composition.Next(random);

        var draft = new SyntheticDraft(residues, random);
        if (carriesSignals)
            _compartment.PlantSignals(draft);

        return new SyntheticProtein
        {
            Id = "",
            Sequence = draft.Sequence,
            Label = _compartment.Name,
            Partition = _partition,
            Family = _number,
            Signals = draft.Signals,
        };
    }
}
