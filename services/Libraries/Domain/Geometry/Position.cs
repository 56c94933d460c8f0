namespace Panoramax.Domain.Geometry;

/// <summary>A point on earth in degrees WGS 84: longitude -180 to 180, latitude -90 to 90 (order of GeoJSON).</summary>
public readonly record struct Position(double Longitude, double Latitude);
