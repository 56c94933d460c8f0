using System.ComponentModel.DataAnnotations;

namespace Panoramax.Imaging.Detection;

/// <summary>How the numbers that a network answers are read.</summary>
public enum ModelDecoder
{
    /// <summary>YOLO v8 and later, as exported by its trainer: one output of 1 × (4 + classes) × boxes; centre, size, a score for each class.</summary>
    YoloV8,

    /// <summary>YOLO v5: one output of 1 × boxes × (5 + classes); centre, size, how sure a thing is there, a share for each class.</summary>
    YoloV5,
}

/// <summary>
/// A model of the operator's own, trained for streets for example: an ONNX file whose input is 1 × 3 × side × side, red,
/// green, blue from 0 to 1.
/// </summary>
public sealed record OwnModel : IValidatableObject
{
    internal const string NotBlurred = "none";

    /// <summary>Path of the ONNX file.</summary>
    [Required]
    public string Model { get; init; } = "";

    public ModelDecoder Decoder { get; init; } = ModelDecoder.YoloV8;

    /// <summary>What each class of the model stands for, in its order: <c>face</c>, <c>plate</c>, or <c>none</c> for a class that is not blurred.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>From which score on something counts.</summary>
    [Range(0.01, 0.99)]
    public double Score { get; init; } = 0.3;

    /// <summary>Side of the network's input in pixels, for a model that takes any; a multiple of 32.</summary>
    [Range(32, 4096)]
    public int Side { get; init; } = 640;

    /// <summary>Side of a tile in pixels of the picture; it is scaled to the network's input. The whole picture is looked at too.</summary>
    [Range(32, 8192)]
    public int Tile { get; init; } = 960;

    /// <summary>Pixels of the picture that neighbouring tiles share.</summary>
    [Range(0, 2048)]
    public int Overlap { get; init; } = 160;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kinds.All(kind => kind == NotBlurred)) yield return new ValidationResult("no class is named that is to be blurred", [nameof(Kinds)]);
        foreach (var kind in Kinds.Where(kind => kind is not (DetectedKind.Face or DetectedKind.Plate or NotBlurred)))
            yield return new ValidationResult($"'{kind}' is neither {DetectedKind.Face} nor {DetectedKind.Plate} nor {NotBlurred}", [nameof(Kinds)]);
        if (Overlap >= Tile) yield return new ValidationResult("tiles that share all of themselves never cover the picture", [nameof(Overlap)]);
    }
}
