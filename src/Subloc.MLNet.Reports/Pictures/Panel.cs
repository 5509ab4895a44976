using ScottPlot;

namespace Subloc.MLNet.Reports.Pictures;

/// <summary>A plot as wide as the picture; panels stand below each other.</summary>
/// <param name="Plot">What is drawn.</param>
/// <param name="Height">Its height, in units.</param>
internal sealed record Panel(Plot Plot, int Height);
