namespace Panoramax.Domain.Pictures;

/// <summary>Projection of a picture: <c>flat</c>, <c>equirectangular</c> (360°), or another GPano projection as written in the file, in lower case.</summary>
public static class PictureType
{
    public const string Flat = "flat";
    public const string Equirectangular = "equirectangular";
}
