namespace Subloc.Cli.Reports;

/// <summary>What a model card says that no measurement tells; null takes a sentence made of the result.</summary>
/// <param name="Name">What the model is called.</param>
/// <param name="Data">What the proteins are.</param>
/// <param name="Method">How the model was made.</param>
/// <param name="Speed">How fast it is.</param>
/// <param name="Licence">Its terms.</param>
internal sealed record CardTexts(string? Name, string? Data, string? Method, string? Speed, string? Licence);
