using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Training;
using static Microsoft.ML.MulticlassClassificationCatalog;

namespace Subloc.MLNet.TorchSharp;

/// <summary>Trainers for proteins, on <c>mlContext.MulticlassClassification.Trainers</c>.</summary>
public static class ProteinTrainersCatalog
{
    /// <summary>Trains any network on encoded proteins.</summary>
    /// <param name="catalog">The trainers catalog.</param>
    /// <param name="options">Network, columns and training settings.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The network's configuration has no <see cref="ProteinNetworkAttribute"/>.</exception>
    public static ProteinNetworkTrainer ProteinNetwork(this MulticlassClassificationTrainers catalog, ProteinNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new ProteinNetworkTrainer(catalog.GetEnvironment(), options);
    }

    /// <summary>Trains a network by its name.</summary>
    /// <param name="catalog">The trainers catalog.</param>
    /// <param name="network">One of <see cref="NetworkPresets.Names"/>.</param>
    /// <param name="labelColumnName">Key column with the compartment.</param>
    /// <param name="featureColumnName">Encoded protein: tokens, or channels <c>Vector&lt;Single, L, D&gt;</c>.</param>
    /// <returns>The trainer, with the batch size and epochs of the network's preset.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No network has this name.</exception>
    public static ProteinNetworkTrainer ProteinNetwork(
        this MulticlassClassificationTrainers catalog,
        string network,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features)
    {
        NetworkPreset preset = NetworkPresets.Get(network);
        return catalog.ProteinNetwork(new ProteinNetworkOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            Network = preset.Config,
            Families = preset.Families,
            BatchSize = preset.BatchSize,
            Epochs = preset.MaxEpochs,
        });
    }

    /// <summary>Trains the seed's convolutional network cnn1.</summary>
    /// <inheritdoc cref="ProteinCnnLstm"/>
    public static ProteinNetworkTrainer ProteinCnn(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features) => catalog.ProteinNetwork("cnn1", labelColumnName, featureColumnName);

    /// <summary>Trains the seed's residual network resnet1.</summary>
    /// <inheritdoc cref="ProteinCnnLstm"/>
    public static ProteinNetworkTrainer ProteinResNet(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features) => catalog.ProteinNetwork("resnet1", labelColumnName, featureColumnName);

    /// <summary>Trains the seed's convolutional and recurrent network cnn-lstm.</summary>
    /// <param name="catalog">The trainers catalog.</param>
    /// <param name="labelColumnName">Key column with the compartment.</param>
    /// <param name="featureColumnName">Encoded protein: tokens, or channels <c>Vector&lt;Single, L, D&gt;</c>.</param>
    /// <returns>The trainer, with the batch size and epochs of the network's preset.</returns>
    public static ProteinNetworkTrainer ProteinCnnLstm(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features) => catalog.ProteinNetwork("cnn-lstm", labelColumnName, featureColumnName);

    /// <summary>Trains deeploc: convolutions of several widths, an LSTM in both directions, attention.</summary>
    /// <inheritdoc cref="ProteinCnnLstm"/>
    public static ProteinNetworkTrainer ProteinDeepLoc(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features) => catalog.ProteinNetwork("deeploc", labelColumnName, featureColumnName);

    /// <summary>Trains transformer: attention, local and global by turns.</summary>
    /// <inheritdoc cref="ProteinCnnLstm"/>
    public static ProteinNetworkTrainer ProteinTransformer(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features) => catalog.ProteinNetwork("transformer", labelColumnName, featureColumnName);

    /// <summary>Trains a fully connected network on the mean over a protein's positions, such as the embedding of a language model.</summary>
    /// <param name="catalog">The trainers catalog.</param>
    /// <param name="labelColumnName">Key column with the compartment.</param>
    /// <param name="featureColumnName">Plain vector <c>Vector&lt;Single, D&gt;</c>, channels <c>Vector&lt;Single, L, D&gt;</c>, or tokens.</param>
    /// <returns>The trainer.</returns>
    public static ProteinNetworkTrainer ProteinMlp(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features) => catalog.ProteinNetwork(
            new ProteinNetworkOptions { Network = new MlpConfig(), LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>Trains light attention as published, on the per-residue embedding of a language model.</summary>
    /// <remarks>For residues themselves, the network <c>light-attention</c> has convolutions before: see <see cref="NetworkPresets"/>.</remarks>
    /// <param name="catalog">The trainers catalog.</param>
    /// <param name="labelColumnName">Key column with the compartment.</param>
    /// <param name="featureColumnName">Channels <c>Vector&lt;Single, L, D&gt;</c>, with the mask in the column Mask, or tokens.</param>
    /// <returns>The trainer.</returns>
    public static ProteinNetworkTrainer ProteinLightAttention(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = ColumnNames.Label,
        string featureColumnName = ColumnNames.Features) => catalog.ProteinNetwork(
            new ProteinNetworkOptions { Network = new LightAttentionConfig(), LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });
}
