namespace Panoramax.Domain.Pictures;

/// <summary>The part of a full panorama that a picture shows, in pixels (GPano cropped area).</summary>
public sealed record Crop(int FullWidth, int FullHeight, int Width, int Height, int Left, int Top);
