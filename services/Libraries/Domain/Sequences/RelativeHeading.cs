namespace Panoramax.Domain.Sequences;

/// <summary>Where the camera looks relative to the direction of travel, and which pictures follow it.</summary>
/// <param name="Degrees">-180 to 180, clockwise; 0 = ahead.</param>
/// <param name="ReplacesCameraHeadings">True when somebody stated it: then it is trusted more than what the cameras wrote.</param>
public readonly record struct RelativeHeading(int Degrees, bool ReplacesCameraHeadings)
{
    public const int Smallest = -180;
    public const int Largest = 180;

    /// <summary>True for the values that may be stated.</summary>
    public static bool IsValid(int degrees) => degrees is >= Smallest and <= Largest;

    /// <summary>The sequence's own value goes before its upload set's; without either, pictures look ahead unless they know better.</summary>
    public static RelativeHeading Of(int? sequenceDegrees, int? uploadSetDegrees) =>
        (sequenceDegrees ?? uploadSetDegrees) is { } degrees ? new RelativeHeading(degrees, true) : new RelativeHeading(0, false);
}
