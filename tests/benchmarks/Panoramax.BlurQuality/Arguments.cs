using System.Globalization;
using Panoramax.Imaging.Detection;

namespace Panoramax.BlurQuality;

/// <summary>What is measured: pictures, marked boxes, and settings that differ from the defaults.</summary>
internal sealed record Arguments(string Folder, string? Boxes, string? Drawings, Shrinking Shrinking, DetectionOptions Options)
{
    internal const string Usage = """
        usage: Panoramax.BlurQuality FOLDER [BOXES.csv] [--models FOLDER] [--draw FOLDER] [--shrink SHARE] [--canvas PIXELS] [--set OPTION=VALUE]...

          FOLDER       pictures, searched with all folders below
          BOXES.csv    marked boxes: file,kind,x,y,width,height with file relative to FOLDER; pictures without a line are
                       measured for time and number of boxes only
          --models     default artifacts/models
          --draw       writes each picture with its boxes: green marked, red found; these show what must be blurred, keep them to yourself
          --shrink     measures on pictures scaled down by this share, to learn what is found of small things
          --canvas     puts the shrunk picture on a grey square of this side, so that it is not enlarged for being small
          --set        one of the detection options, for example FaceScale=0.6
        """;

    internal static Arguments? Parse(string[] args)
    {
        var plain = new List<string>();
        string models = "artifacts/models", drawings = "";
        var shrink = 1.0;
        var canvas = 0;
        var settings = new List<(string Name, string Value)>();
        for (var at = 0; at < args.Length; at++)
        {
            switch (args[at])
            {
                case "--models" when at + 1 < args.Length: models = args[++at]; break;
                case "--draw" when at + 1 < args.Length: drawings = args[++at]; break;
                case "--shrink" when at + 1 < args.Length: shrink = double.Parse(args[++at], CultureInfo.InvariantCulture); break;
                case "--canvas" when at + 1 < args.Length: canvas = int.Parse(args[++at], CultureInfo.InvariantCulture); break;
                case "--set" when at + 1 < args.Length && args[at + 1].Split('=') is [var name, var value]:
                    settings.Add((name, value));
                    at++;
                    break;
                default: plain.Add(args[at]); break;
            }
        }

        if (plain.Count is not (1 or 2) || plain.Exists(argument => argument.StartsWith('-'))) return null;
        var options = new DetectionOptions { ModelFolder = models };
        foreach (var (name, value) in settings)
        {
            var option = typeof(DetectionOptions).GetProperty(name) ?? throw new ArgumentException($"there is no option {name}", nameof(args));
            option.SetValue(options, Convert.ChangeType(value, option.PropertyType, CultureInfo.InvariantCulture));
        }

        return new Arguments(plain[0], plain.ElementAtOrDefault(1), drawings.Length > 0 ? drawings : null, new Shrinking(shrink, canvas), options);
    }
}
