using static TorchSharp.torch;
using Convolution1d = TorchSharp.Modules.Conv1d;
using EmbeddingTable = TorchSharp.Modules.Embedding;
using FullyConnected = TorchSharp.Modules.Linear;
using Recurrent = TorchSharp.Modules.LSTM;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Makes layers whose weights are drawn as Keras draws them, from torch's default generator.</summary>
/// <remarks>
/// Kernels are Glorot uniform, recurrent kernels orthogonal, biases zero except an LSTM's forget bias, which is one.
/// Equal seeds of the default generator give equal weights.
/// </remarks>
internal static class KerasInit
{
    /// <summary>A one-dimensional convolution without padding.</summary>
    /// <param name="inputs">Channels in; at least 1.</param>
    /// <param name="filters">Channels out; at least 1.</param>
    /// <param name="kernel">Width of the kernel; at least 1.</param>
    /// <param name="stride">Step between windows; at least 1.</param>
    public static Convolution1d Convolution(long inputs, long filters, long kernel, long stride = 1)
    {
        var layer = nn.Conv1d(inputs, filters, kernel, stride: stride);
        Draw(layer.weight!, layer.bias!);
        using var scope = NewDisposeScope();
        layer.weight = nn.Parameter(layer.weight!.detach().transpose(1, 2).contiguous().transpose(1, 2)); // Laid out as features are.
        return layer;
    }

    /// <summary>A fully connected layer.</summary>
    /// <param name="inputs">Values in; at least 1.</param>
    /// <param name="outputs">Values out; at least 1.</param>
    /// <param name="hasBias">Whether it adds a bias. Default true.</param>
    public static FullyConnected Linear(long inputs, long outputs, bool hasBias = true)
    {
        var layer = nn.Linear(inputs, outputs, hasBias);
        Draw(layer.weight!, layer.bias);
        return layer;
    }

    /// <summary>A stack of forward LSTM layers over batch-first sequences.</summary>
    /// <param name="inputs">Values of one step; at least 1.</param>
    /// <param name="hidden">Units of each layer; at least 1.</param>
    /// <param name="layers">Layers, each reading the states of the one before; at least 1.</param>
    public static Recurrent Lstm(long inputs, long hidden, long layers)
    {
        var lstm = nn.LSTM(inputs, hidden, numLayers: layers, batchFirst: true);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, parameter) in lstm.named_parameters())
        {
            parameter.DetachFromDisposeScope(); // TorchSharp leaves these, unlike those of other layers, to the scope of the caller.
            if (name.StartsWith("weight_ih", StringComparison.Ordinal))
                nn.init.xavier_uniform_(parameter);
            else if (name.StartsWith("weight_hh", StringComparison.Ordinal))
                nn.init.orthogonal_(parameter); // Keras draws [units, 4 units]: the transpose, orthonormal the same way.
            else
                nn.init.zeros_(parameter);

            // The gates stand in the order input, forget, cell, output. The second bias stays zero, as Keras has only one.
            if (name.StartsWith("bias_ih", StringComparison.Ordinal))
                nn.init.ones_(parameter.narrow(0, hidden, hidden));
        }

        return lstm;
    }

    /// <summary>A table of learned rows, uniform in plus or minus 0.05 as in Keras, with one row that stays zero.</summary>
    /// <param name="rows">Rows; at least 1.</param>
    /// <param name="columns">Values of a row; at least 1.</param>
    /// <param name="zeroRow">Index of the row that is zero and gets no gradient.</param>
    public static EmbeddingTable Embedding(long rows, long columns, long zeroRow)
    {
        var table = nn.Embedding(rows, columns, padding_idx: zeroRow);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var weight = table.weight!;
        nn.init.uniform_(weight, -0.05, 0.05);
        weight[zeroRow].zero_();
        return table;
    }

    private static void Draw(Tensor kernel, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        nn.init.xavier_uniform_(kernel);
        if (bias is not null)
            nn.init.zeros_(bias);
    }
}
