using System.ComponentModel.DataAnnotations;

namespace Panoramax.Imaging.Detection;

/// <summary>
/// How thoroughly pictures are searched. The defaults were measured (see the benchmarks' results): finer tiles find
/// smaller things and cost time in proportion to the pixels looked at.
/// </summary>
public sealed record DetectionOptions
{
    /// <summary>Folder with the models that <c>deploy/models/fetch.sh</c> writes.</summary>
    public string ModelFolder { get; init; } = "";

    /// <summary>Looks for faces and plates with the models of <see cref="ModelFolder"/>. Without them <see cref="Own"/> must do it all.</summary>
    public bool BuiltIn { get; init; } = true;

    /// <summary>Further models, of the operator's own.</summary>
    public IReadOnlyList<OwnModel> Own { get; init; } = [];

    /// <summary>
    /// Faces are looked for at the picture's own size up to so many pixels; larger pictures are scaled down to it, but not
    /// below <see cref="FaceScale"/>.
    /// </summary>
    [Range(100_000, 1e9)]
    public double FacePixels { get; init; } = 4_500_000;

    /// <summary>The smallest scale, 0 to 1, at which faces are looked for. At 0.65 faces from about 13 pixels are found.</summary>
    [Range(0.1, 1)]
    public double FaceScale { get; init; } = 0.65;

    /// <summary>Longest side of a tile given to the face network, in pixels after scaling; bounds its memory.</summary>
    [Range(256, 4096)]
    public int FaceTile { get; init; } = 1024;

    /// <summary>
    /// Longest side to which the whole picture is scaled to look for larger faces: half the size of the search for small
    /// ones, but no more than this.
    /// </summary>
    [Range(256, 4096)]
    public int FaceWhole { get; init; } = 1024;

    /// <summary>Pixels, after scaling, that neighbouring tiles share; faces up to this size are seen whole in one of them.</summary>
    [Range(0, 200)]
    public int FaceOverlap { get; init; } = 80;

    /// <summary>From which score on something is a face.</summary>
    [Range(0.01, 0.99)]
    public double FaceScore { get; init; } = 0.4;

    /// <summary>Side of a tile in which vehicles are looked for, in pixels of the picture; it is scaled to the 512 that the network knows.</summary>
    [Range(512, 8192)]
    public int VehicleTile { get; init; } = 1792;

    [Range(0, 500)]
    public int VehicleOverlap { get; init; } = 256;

    /// <summary>From which score on something is a vehicle; low, as lettering is looked for inside only.</summary>
    [Range(0.01, 0.99)]
    public double VehicleScore { get; init; } = 0.15;

    /// <summary>From which mean probability on something inside a vehicle is lettering.</summary>
    [Range(0.01, 0.99)]
    public double TextScore { get; init; } = 0.4;

    /// <summary>Longest side of what the text network sees at once; larger vehicles are scaled down to it.</summary>
    [Range(256, 4096)]
    public int TextTile { get; init; } = 1024;

    /// <summary>Longest side to which the whole picture is scaled to look for large plates where no vehicle is seen.</summary>
    [Range(256, 4096)]
    public int TextWhole { get; init; } = 768;

    /// <summary>Shares of its width and height by which a found face grows on each side before it is blurred.</summary>
    [Range(0.0, 2)]
    public double FaceMargin { get; init; } = 0.18;

    /// <summary>Shares by which a found plate grows: the network boxes the letters, the plate goes on around them.</summary>
    [Range(0.0, 2)]
    public double PlateMarginAcross { get; init; } = 0.16;

    [Range(0.0, 2)]
    public double PlateMarginDown { get; init; } = 0.4;
}
