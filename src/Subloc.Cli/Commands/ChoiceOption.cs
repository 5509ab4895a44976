using System.CommandLine;

namespace Subloc.Cli.Commands;

/// <summary>An option that takes one of some words, in any case; the first one when it is not given.</summary>
internal sealed class ChoiceOption : Option<string>
{
    public ChoiceOption(string name, IReadOnlyList<string> words, string description)
        : base(name)
    {
        Description = description;
        HelpName = string.Join('|', words);
        DefaultValueFactory = _ => words[0];
        CompletionSources.Add([.. words]);
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string? word = words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
            if (word is null)
                result.AddError($"{name} must be one of {string.Join(", ", words)}, but is '{text}'.");
            return word ?? words[0];
        };
    }
}
