using System.CommandLine;
using System.Globalization;

namespace Subloc.Cli.Commands;

/// <summary>An option that takes a whole number of at least some value; null when it is not given.</summary>
internal sealed class WholeNumberOption : Option<int?>
{
    public WholeNumberOption(string name, int least, string description)
        : base(name)
    {
        Description = description;
        HelpName = "N";
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least)
                return value;

            result.AddError($"{name} must be a whole number of at least {least}, but is '{text}'.");
            return null;
        };
    }
}
