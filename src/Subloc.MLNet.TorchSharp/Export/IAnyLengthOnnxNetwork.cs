using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>A network that needs the full length in training, and lengthens its batches itself where it is exported.</summary>
internal interface IAnyLengthOnnxNetwork : IOnnxNetwork;
