namespace Subloc.MLNet.Onnx.Embeddings;

/// <summary>Reads the states of a batch, [B, T, H], which are gone when it returns.</summary>
internal delegate void EmbeddingReader(ReadOnlySpan<float> states);
