using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Transforms.Decisions;
using Subloc.MLNet.Transforms.Encoding;
using Subloc.MLNet.Transforms.Masking;

namespace Subloc.MLNet;

/// <summary>Transforms for proteins, on <c>mlContext.Transforms</c>.</summary>
public static class ProteinTransformsCatalog
{
    /// <summary>Encodes residues as tokens of length 1000, keeping both ends of longer proteins.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Column that receives the encoded protein, <c>Vector&lt;Key&lt;Byte&gt;, 1000&gt;</c>.</param>
    /// <param name="inputColumnName">Text column that holds the residues.</param>
    /// <returns>The estimator.</returns>
    public static ProteinEncodingEstimator EncodeProtein(
        this TransformsCatalog catalog,
        string outputColumnName = ColumnNames.Features,
        string inputColumnName = ColumnNames.Sequence) =>
        catalog.EncodeProtein(new ProteinEncodingOptions { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <summary>Encodes residues as tokens, one-hot channels or BLOSUM62 channels of a chosen length.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Columns, length, which ends to keep, encoding.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ProteinEncodingEstimator EncodeProtein(this TransformsCatalog catalog, ProteinEncodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ProteinEncodingEstimator(catalog.GetEnvironment(), options);
    }

    /// <summary>Finds which positions of an encoded protein hold a residue.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Column that receives the mask, <c>Vector&lt;Single, L&gt;</c>: 1 on residues, 0 on padding.</param>
    /// <param name="inputColumnName">Encoded protein: tokens, or channels <c>Vector&lt;Single, L, D&gt;</c>.</param>
    /// <returns>The estimator.</returns>
    public static MaskIndicatorEstimator IndicateSequenceMask(
        this TransformsCatalog catalog,
        string outputColumnName = ColumnNames.Mask,
        string inputColumnName = ColumnNames.Features)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new MaskIndicatorEstimator(catalog.GetEnvironment(), outputColumnName, inputColumnName);
    }

    /// <summary>Multiplies every channel of a position by the mask there, so that masked positions are zero.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Column that receives the product, of the input's type.</param>
    /// <param name="inputColumnName">Channels <c>Vector&lt;Single, L, D&gt;</c>; null means the output's name.</param>
    /// <param name="maskColumnName">Mask <c>Vector&lt;Single, L&gt;</c>.</param>
    /// <returns>The estimator.</returns>
    public static MaskApplyingEstimator MaskSequence(
        this TransformsCatalog catalog,
        string outputColumnName = ColumnNames.Features,
        string? inputColumnName = null,
        string maskColumnName = ColumnNames.Mask)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new MaskApplyingEstimator(catalog.GetEnvironment(), outputColumnName, inputColumnName ?? outputColumnName, maskColumnName);
    }

    /// <summary>Names the most probable compartment, and says how probable it is.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="threshold">Confidence below which <c>uncertain</c> is predicted; 0 never.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not from 0 to 1.</exception>
    public static LocalizationDecisionEstimator DecideLocalization(this TransformsCatalog catalog, float threshold = 0) =>
        catalog.DecideLocalization(new LocalizationDecisionOptions { Threshold = threshold });

    /// <summary>Names the most probable compartment, and says how probable it is, in columns of your choice.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Columns and threshold.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static LocalizationDecisionEstimator DecideLocalization(this TransformsCatalog catalog, LocalizationDecisionOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new LocalizationDecisionEstimator(catalog.GetEnvironment(), options);
    }
}
