using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.Onnx.Embeddings.Stored;

namespace Subloc.MLNet.Onnx;

/// <summary>Embeddings of protein language models, on <c>mlContext.Transforms</c>.</summary>
public static class ProteinEmbeddingCatalog
{
    /// <summary>Embeds proteins with a language model, as the mean over their residues.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">An ESM-2 or ProtBERT model as ONNX; how to export one is told at <see cref="ProteinEmbeddingEstimator"/>.</param>
    /// <param name="outputColumnName">Column that receives the embedding, <c>Vector&lt;Single, H&gt;</c>.</param>
    /// <param name="inputColumnName">Text column that holds the residues.</param>
    /// <returns>The estimator.</returns>
    public static ProteinEmbeddingEstimator EmbedProtein(
        this TransformsCatalog catalog,
        string modelPath,
        string outputColumnName = ColumnNames.Features,
        string inputColumnName = ColumnNames.Sequence) =>
        catalog.EmbedProtein(modelPath, new ProteinEmbeddingOptions { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <summary>Embeds proteins with a language model, as a mean or residue by residue.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="modelPath">An ESM-2 or ProtBERT model as ONNX; how to export one is told at <see cref="ProteinEmbeddingEstimator"/>.</param>
    /// <param name="options">Columns, lengths, batches and cache.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static ProteinEmbeddingEstimator EmbedProtein(this TransformsCatalog catalog, string modelPath, ProteinEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ProteinEmbeddingEstimator(catalog.GetEnvironment(), modelPath, options);
    }

    /// <summary>Joins embeddings of a file to proteins, as one vector a protein.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="path">HDF5 or NPZ; what is expected in it is told at <see cref="StoredEmbeddingEstimator"/>.</param>
    /// <param name="outputColumnName">Column that receives the embedding, <c>Vector&lt;Single, H&gt;</c>.</param>
    /// <param name="inputColumnName">Text column that holds the accessions.</param>
    /// <returns>The estimator.</returns>
    public static StoredEmbeddingEstimator LoadProteinEmbeddings(
        this TransformsCatalog catalog,
        string path,
        string outputColumnName = ColumnNames.Features,
        string inputColumnName = ColumnNames.Id) =>
        catalog.LoadProteinEmbeddings(path, new StoredEmbeddingOptions { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <summary>Joins embeddings of a file to proteins, as one vector a protein or one a residue.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="path">HDF5 or NPZ; what is expected in it is told at <see cref="StoredEmbeddingEstimator"/>.</param>
    /// <param name="options">Columns and length.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static StoredEmbeddingEstimator LoadProteinEmbeddings(this TransformsCatalog catalog, string path, StoredEmbeddingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new StoredEmbeddingEstimator(catalog.GetEnvironment(), path, options);
    }
}
