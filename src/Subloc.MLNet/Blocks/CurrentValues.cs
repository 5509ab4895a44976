namespace Subloc.MLNet.Blocks;

/// <summary>Gives the current row's values.</summary>
/// <param name="column">Position of the column among those that are added.</param>
internal delegate ReadOnlySpan<float> CurrentValues(int column);
